// Moving a line by words instead of by hand: the same request, the same verdict.
import { html, useState, useWrite } from '../dom.js';
import { nameOf, t } from '../t.js';
import { instant, local } from '../time.js';
import { Button } from '../parts/button.js';
import { ProblemNote } from '../parts/note.js';
import { Refused } from '../parts/refusal.js';
import { Sheet } from '../parts/sheet.js';
import { SpanInput, wallMinutes } from '../parts/span-input.js';
import { otherPlaces, placeIn } from './moves.js';

/** @param {{found: {line: any, row: any}, onMove: (found: any, place: any) => Promise<any>, onClose: () => void}} props */
export function MoveSheet({ found, onMove, onClose }) {
  const { line, row } = found;
  const [span, setSpan] = useState({ start: local(line.start), end: local(line.end) });
  const write = useWrite();
  const move = (place) => write.run(async () => {
    await onMove(found, place);
    onClose();
  });
  const wanted = () => ({ listing: row.listing, start: instant(span.start), end: instant(span.end) });
  const own = write.problem?.refusals.filter((one) => one.listing.id === row.listing.id) ?? [];
  const foot = html`<${Button} look="quiet" onClick=${onClose}>${t('change.keep')}<//><${Button} look="main"
    busy=${write.busy} disabled=${!(wallMinutes(span) > 0)} onClick=${() => move(wanted())}>${t('peek.move_now')}<//>`;
  return html`<${Sheet} title=${t('peek.move_title', { name: nameOf(row.listing) })} onClose=${onClose} foot=${foot}>
    <${SpanInput} value=${span} onChange=${setSpan} />
    ${write.problem && html`<${ProblemNote} problem=${write.problem} />`}
    ${own.length > 0 && html`<${Refused} refusals=${own} busy=${write.busy}
      repairs=${otherPlaces(write.problem, { line: own[0].line, units: line.units })}
      onRepair=${(repair) => move(placeIn(repair, own[0].line, row.listing))} />`}
  <//>`;
}
