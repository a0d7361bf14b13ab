// Something in this booking is to be taken away: what was said, and what would work instead, in one tap.
import { html, useLoad, useWrite } from '../../dom.js';
import { api, newKey } from '../../api.js';
import { nameOf, t } from '../../t.js';
import { toast } from '../../toast.js';
import { Note, ProblemNote } from '../../parts/note.js';
import { Repairs } from '../../parts/repairs.js';

/** @param {{booking: any, onDone: (booking: any) => void}} props */
export function MoveRequest({ booking, onDone }) {
  const found = useLoad((signal) => api.moveRequest(booking.id, signal), [booking.id, booking.version]);
  const write = useWrite();
  const apply = (repair) => write.run(async () => {
    onDone(await api.changeBooking(booking.id, booking.version, repair.body, newKey()));
    toast(repair.summary, { tone: 'good' });
  });
  const request = found.value;
  if (!request?.asked_at) return null;
  const nameOfLine = (move) => nameOf(booking.lines.find((line) => line.id === move.line).listing);
  return html`<${Note} tone="wait" icon="warning"><p><b>${t('move_request.title')}</b></p>
    ${request.note && html`<p class="quote">${request.note}</p>`}
    ${request.lines.map((move) => html`<div key=${move.line}><p>${t('move_request.instead', { name: nameOfLine(move) })}</p>
      <${Repairs} repairs=${move.repairs} onApply=${apply} busy=${write.busy} /></div>`)}
    <${ProblemNote} problem=${write.problem} /><//>`;
}
