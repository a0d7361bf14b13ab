// One row of a preview: what it is about, what would change, why it is refused and what to do about that.
import { html } from '../../dom.js';
import { Chip } from '../../parts/chip.js';
import { fieldName, valueOf } from '../../parts/field-name.js';

/** @param {{name: string, about: string, of: {verdict: string, changes: any[], issues: any[]}}} props */
export function Verdict({ name, about, of }) {
  const bad = of.verdict === 'refused';
  return html`<li><div><b>${name}</b><small>${about}</small>
    ${of.changes.map((one) => html`<small key=${one.field}>${fieldName(one.field)}: <del>${
      valueOf(one.field, one.before)}</del> \u2192 <ins>${valueOf(one.field, one.after)}</ins></small>`)}
    ${of.issues.map((one, index) => html`<small key=${index} class=${bad ? 'bad' : undefined}>
      ${one.field && html`<b>${fieldName(one.field)}</b> `}${one.reason}
      ${one.remedy && html`<span class="import-remedy">${one.remedy}</span>`}</small>`)}</div>
    <${Chip} state=${of.verdict} /></li>`;
}
