// What a page says when something is wrong, missing or still on its way.
import { html, useEffect, useRef } from '../dom.js';
import { t, tOr } from '../t.js';
import { Icon } from './icon.js';
import { Button } from './button.js';

/** The sentence for a problem: the server's own, or ours when the server could not be heard. */
export const sentence = (problem) => problem.detail ||
  tOr(`problem.${problem.code}`, problem.title || t('problem.internal'));

/** A problem beside what caused it. @param {{problem: any, retry?: () => void}} props */
export function ProblemNote({ problem, retry, children }) {
  const box = useRef(null);
  useEffect(() => { if (problem) box.current?.scrollIntoView?.({ block: 'nearest' }); }, [problem]);
  if (!problem) return null;
  return html`<div class="note" data-tone="bad" role="alert" ref=${box}>
    <${Icon} name=${problem.code === 'offline' ? 'cloud' : 'warning'} />
    <div><p>${sentence(problem)}</p>${children}
    ${retry && html`<${Button} look="plain" icon="undo" onClick=${retry}>${t('common.retry')}<//>`}</div>
  </div>`;
}

export const Note = ({ tone = 'plain', icon = 'info', children }) =>
  html`<div class="note" data-tone=${tone}><${Icon} name=${icon} /><div>${children}</div></div>`;

/** An empty place with its one next step. */
export const Empty = ({ icon, title, children, href, label, onClick }) => html`<div class="empty">
  <span class="empty-sign"><${Icon} name=${icon} size=${28} /></span>
  <h2>${title}</h2>${children && html`<p>${children}</p>`}
  ${href && html`<a class="btn btn-main" href=${href}>${label}</a>`}
  ${onClick && html`<${Button} look="main" onClick=${onClick}>${label}<//>`}
</div>`;

/** A whole page that could not be shown, with its one next step. @param {{problem: any, retry: () => void}} props */
export const Broken = ({ problem, retry }) => html`<div role="alert"><${Empty}
  icon=${problem.code === 'offline' ? 'cloud' : 'warning'} title=${t('error.title')} onClick=${retry}
  label=${t('common.retry')}>${sentence(problem)}<//></div>`;

/** Grey shapes of what is coming, so that nothing jumps. */
export const Waiting = ({ rows = 3, tall = false }) => html`<div class="waiting" role="status">
  <span class="unseen">${t('common.loading')}</span>
  ${Array.from({ length: rows }, (_, row) => html`<div key=${row} class="ghost" data-tall=${tall ? '' : undefined}></div>`)}
</div>`;

/** Loading, problem or content: one place decides which. */
export function Loaded({ of, rows, tall, children }) {
  if (of.problem && of.value === undefined) return html`<${ProblemNote} problem=${of.problem} retry=${of.reload} />`;
  if (of.value === undefined) return html`<${Waiting} rows=${rows} tall=${tall} />`;
  return children(of.value);
}
