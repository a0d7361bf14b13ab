// One unit, for those who keep it: what it looks like, out of service and back, off the books.
import { html, useState, useWrite } from '../../dom.js';
import { api } from '../../api.js';
import { t } from '../../t.js';
import { toast } from '../../toast.js';
import { Button } from '../../parts/button.js';
import { Field, readForm, Select } from '../../parts/field.js';
import { ProblemNote } from '../../parts/note.js';

/** @param {{unit: any, onChange: () => Promise<void>}} props */
export function UnitCard({ unit, onChange }) {
  const write = useWrite();
  const turn = (change, said) => write.run(async () => {
    await change();
    await onChange();
    toast(t(said), { tone: 'good' });
  });
  const save = (event) => {
    const form = readForm(event);
    turn(() => api.changeUnit(unit.id, { code: form.code.trim(), serial: form.serial.trim(), condition: form.condition,
      note: form.note.trim() }), 'keep.saved');
  };
  return html`<div class="unit-card stack">
    <form class="stack" onSubmit=${save}><div class="pair">
      <${Field} label=${t('unit.code')} name="code" value=${unit.code} required maxlength="40" problem=${write.problem} />
      <${Field} label=${t('unit.serial')} name="serial" value=${unit.serial} maxlength="40" problem=${write.problem} optional />
      <${Select} label=${t('unit.condition')} name="condition" value=${unit.condition}
        options=${['good', 'worn', 'damaged'].map((one) => [one, t(`unit.${one}`)])} /></div>
      <${Field} label=${t('unit.note')} name="note" value=${unit.note} maxlength="400" problem=${write.problem} optional />
      <div class="actions"><${Button} type="submit" icon="check" busy=${write.busy}>${t('common.save')}<//></div></form>
    <${Service} unit=${unit} write=${write} turn=${turn} />
    <${ProblemNote} problem=${write.problem}>${write.problem?.bookings?.length > 0 && html`<ul class="hit">
      ${write.problem.bookings.map((one) => html`<li key=${one}><a href=${`/bookings/${one}`}>${one}</a></li>`)}</ul>`}<//>
    <details><summary>${t('unit.off_books')}</summary><div class="actions">
      <${Button} look="quiet" disabled=${write.busy} onClick=${() => turn(() => api.removeUnit(unit.id, false),
        'unit.removed')}>${t('unit.remove')}<//>
      <${Button} look="danger" disabled=${write.busy} onClick=${() => turn(() => api.removeUnit(unit.id, true),
        'unit.removed')}>${t('unit.write_off')}<//></div></details></div>`;
}

/** Out of service, or back in it. @param {{unit: any, write: any, turn: (change: () => Promise<any>, said: string) => void}} props */
export function Service({ unit, write, turn }) {
  const [reason, setReason] = useState('');
  if (unit.outage) return html`<div class="actions"><${Button} look="main" icon="undo" disabled=${write.busy}
    onClick=${() => turn(() => api.bringUnitBack(unit.id), 'unit.is_back')}>${t('unit.bring_back')}<//></div>`;
  const out = (event) => {
    event.preventDefault();
    turn(() => api.takeUnitOut(unit.id, { reason: reason.trim() }), 'unit.is_out');
  };
  return html`<form class="inline-form" onSubmit=${out}><${Field} label=${t('unit.why_out')} name="reason" required
    maxlength="200" value=${reason} problem=${write.problem} onInput=${(event) => setReason(event.target.value)} />
    <${Button} type="submit" icon="closed" disabled=${write.busy}>${t('unit.take_out')}<//></form>`;
}
