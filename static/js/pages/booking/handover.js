// To another drama of the same company, as it stands: times, prices and decisions stay.
import { html, useLoad, useState, useWrite } from '../../dom.js';
import { api, newKey } from '../../api.js';
import { t } from '../../t.js';
import { toast } from '../../toast.js';
import { Button } from '../../parts/button.js';
import { Select } from '../../parts/field.js';
import { Loaded, Note, ProblemNote } from '../../parts/note.js';
import { Refused } from '../../parts/refusal.js';
import { Sheet } from '../../parts/sheet.js';

/** @param {{booking: any, onDone: (booking: any) => void, onClose: () => void}} props */
export function HandOver({ booking, onDone, onClose }) {
  const found = useLoad((signal) => api.productions(signal), []);
  const [to, setTo] = useState('');
  const [key, setKey] = useState(newKey);
  const write = useWrite();
  const others = (found.value ?? []).filter((one) => one.id !== booking.production.id &&
    (!one.company || one.company.id === booking.company.id));
  const hand = () => write.run(async () => {
    onDone(await api.handOver(booking.id, to, key));
    toast(t('handover.done', { title: others.find((one) => one.id === to).title }), { tone: 'good' });
  });
  const refusals = write.problem?.refusals ?? [];
  const foot = html`<${Button} look="quiet" onClick=${onClose}>${t('change.keep')}<//>
    <${Button} look="main" icon="send" busy=${write.busy} busyText=${t('common.saving')} disabled=${!to}
      onClick=${hand}>${t('handover.confirm')}<//>`;
  return html`<${Sheet} title=${t('handover.title')} onClose=${onClose} foot=${foot}>
    <${Note}>${t('handover.says')}<//>
    <${Loaded} of=${found} rows=${1}>${() => (others.length === 0 ? html`<p>${t('handover.none')}</p>`
      : html`<${Select} label=${t('handover.to')} name="production" value=${to} problem=${write.problem}
        options=${[['', t('basket.choose_production')], ...others.map((one) => [one.id, one.title])]}
        onChange=${(event) => { setTo(event.target.value); setKey(newKey()); }} />`)}<//>
    <${ProblemNote} problem=${write.problem} />
    ${refusals.length > 0 && html`<${Refused} refusals=${refusals} />`}
  <//>`;
}
