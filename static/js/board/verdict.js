// What the server said to a move, in its words, with what would work instead.
import { html } from '../dom.js';
import { t } from '../t.js';
import { instant, local } from '../time.js';
import { IconButton } from '../parts/button.js';
import { ProblemNote } from '../parts/note.js';
import { Refusal } from '../parts/refusal.js';

/** @param {{verdict: {problem: any, found?: any, to?: any}|null, onMove: (found: any, to: any) => void, onClose: () => void}} props */
export function Verdict({ verdict, onMove, onClose }) {
  if (!verdict) return null;
  const { problem, found, to } = verdict;
  // Refusals of other lines of the booking are told by the problem's own sentence.
  const own = found ? problem.refusals.filter((one) => one.listing.id === to.listing.id) : [];
  const line = own.length > 0 && { span: { start: local(to.start), end: local(to.end) }, units: found.line.units,
    listing: to.listing };
  const take = (change) => change.span && onMove(found, { ...to, start: instant(change.span.start),
    end: instant(change.span.end) });
  return html`<div class="board-verdict" role=${own.length ? 'alert' : undefined}>
    <div class="board-verdict-words">
      ${own.length ? html`<p><b>${t('board.not_moved')}</b></p>${own.map((refusal) => html`<${Refusal} key=${refusal.code}
        refusal=${refusal} line=${line} claim=${found.line} onChange=${take} />`)}` : html`<${ProblemNote} problem=${problem} />`}
    </div>
    <${IconButton} icon="close" label=${t('common.close')} onClick=${onClose} /></div>`;
}
