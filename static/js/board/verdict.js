// What the server said to a move, in its words, with what would work instead.
import { html, useEffect, useRef } from '../dom.js';
import { t } from '../t.js';
import { IconButton } from '../parts/button.js';
import { ProblemNote } from '../parts/note.js';
import { Refused } from '../parts/refusal.js';
import { otherPlaces, placeIn } from './moves.js';

/** @param {{verdict: {problem: any, found?: any, to?: any}, onMove: (found: any, to: any) => void, onClose: () => void}} props */
export function Verdict({ verdict, onMove, onClose }) {
  const { problem, found, to } = verdict;
  // Refusals of other lines of the booking are told by the problem's own sentence.
  const own = found ? problem.refusals.filter((one) => one.listing.id === to.listing.id) : [];
  const at = own[0]?.line;
  const box = useRef(null);
  useEffect(() => { box.current.scrollIntoView({ block: 'nearest' }); }, [verdict]);
  return html`<section class="peek board-verdict" ref=${box} role=${own.length ? 'alert' : undefined}>
    <header><h2>${t('board.not_moved')}</h2>
      <${IconButton} icon="close" label=${t('common.close')} onClick=${onClose} /></header>
    ${own.length ? html`<p class="soft">${t('board.still_stands')}</p>
      <${Refused} refusals=${own}
        repairs=${otherPlaces(problem, { line: at, units: found.line.units })}
        onRepair=${(repair) => onMove(found, placeIn(repair, at, to.listing))} />` : html`<${ProblemNote} problem=${problem} />`}</section>`;
}
