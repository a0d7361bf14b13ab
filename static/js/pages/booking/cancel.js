// Cancelling: the terms first, then the button.
import { html, useLoad, useState, useWrite } from '../../dom.js';
import { api, newKey } from '../../api.js';
import { t } from '../../t.js';
import { showMoney } from '../../money.js';
import { toast } from '../../toast.js';
import { Button } from '../../parts/button.js';
import { Field } from '../../parts/field.js';
import { Loaded, Note, ProblemNote } from '../../parts/note.js';
import { Scope } from '../../parts/scope.js';
import { Sheet } from '../../parts/sheet.js';

/** @param {{booking: any, onDone: (booking: any) => void, onClose: () => void}} props */
export function Cancel({ booking, onDone, onClose }) {
  const [key] = useState(newKey);
  const [reason, setReason] = useState('');
  const [scope, setScope] = useState('one');
  const write = useWrite();
  const terms = booking.cancellation_terms;
  const cancel = () => write.run(async () => {
    onDone(await api.cancel(booking.id, reason.trim(), `${key}-${scope}`, scope));
    toast(scope === 'one' ? t('cancel.done', { reference: booking.reference }) : t('cancel.done_series'), { tone: 'good' });
  });
  const foot = html`<${Button} look="quiet" onClick=${onClose}>${t('cancel.keep')}<//><${Button} look="danger"
    busy=${write.busy} onClick=${cancel}>${t('cancel.confirm')}<//>`;
  return html`<${Sheet} title=${t('cancel.title')} onClose=${onClose} foot=${foot}>
    <${Scope} booking=${booking} value=${scope} onChange=${setScope} />
    ${scope !== 'one' && html`<${FeeOfDates} booking=${booking} scope=${scope} />`}
    ${terms && scope === 'one' && html`<${Note} tone=${terms.fee.amount ? 'wait' : 'good'}
      icon=${terms.fee.amount ? 'warning' : 'check'}>
      <p><b>${terms.fee.amount ? t('cancel.fee', { money: showMoney(terms.fee) }) : t('cancel.no_fee')}</b></p>
      <p>${terms.detail}</p><//>`}
    <p>${t('cancel.what')}</p>
    <${Field} label=${t('cancel.reason')} name="reason" maxlength="500" value=${reason}
      onInput=${(event) => setReason(event.target.value)} problem=${write.problem} optional />
    <${ProblemNote} problem=${write.problem} />
  <//>`;
}

// What calling off several dates of a series comes to, before it is done.
function FeeOfDates({ booking, scope }) {
  const { id, place } = booking.series;
  const found = useLoad((signal) => api.series(id, signal), [id, booking.version]);
  return html`<${Loaded} of=${found} rows=${1}>${({ bookings }) => {
    const meant = bookings.filter((one) => one.cancellation_fee && (scope === 'all' || one.place >= place));
    const amount = meant.reduce((sum, one) => sum + one.cancellation_fee.amount, 0);
    return html`<${Note} tone=${amount ? 'wait' : 'good'} icon=${amount ? 'warning' : 'check'}>
      <p><b>${amount ? t('cancel.fee', { money: showMoney({ ...meant[0].cancellation_fee, amount }) })
    : t('cancel.no_fee')}</b></p>
      <p>${t('cancel.dates', { n: meant.length })}${amount > 0 && ` ${t('scope.fees')}`}</p><//>`;
  }}<//>`;
}
