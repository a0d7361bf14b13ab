// Somebody before us runs late: by how much we start later, and what would work instead, in one tap.
import { html, useLoad, useWrite } from '../../dom.js';
import { api, newKey } from '../../api.js';
import { nameOf, t } from '../../t.js';
import { addMinutes, instant, local, showMinutes, showMoment } from '../../time.js';
import { toast } from '../../toast.js';
import { Loaded, Note, ProblemNote } from '../../parts/note.js';
import { Repairs } from '../../parts/repairs.js';

/** @param {{booking: any, onDone: (booking: any) => void}} props */
export function Delays({ booking, onDone }) {
  const found = useLoad((signal) => api.delays(booking.id, signal), [booking.id, booking.version]);
  const write = useWrite();
  const apply = (repair) => write.run(async () => {
    onDone(await api.changeBooking(booking.id, booking.version, repair.body, newKey()));
    toast(repair.summary, { tone: 'good' });
  });
  const lineOf = (delay) => booking.lines.find((line) => line.id === delay.line);
  return html`<${Loaded} of=${found} rows=${1}>${({ items }) => items.map((delay) => html`<${Note} key=${delay.line}
    tone="wait" icon="warning"><p><b>${t('delay.says', { name: nameOf(lineOf(delay).listing),
      length: showMinutes(delay.minutes), moment: showMoment(begins(lineOf(delay), delay.minutes)) })}</b></p>
    ${booking.can.change && html`<p>${t('delay.instead')}</p>
      <${Repairs} repairs=${delay.repairs} onApply=${apply} busy=${write.busy} />`}<//>`)}<//>
    <${ProblemNote} problem=${write.problem} />`;
}

const begins = (line, minutes) => instant(addMinutes(local(line.start), minutes));
