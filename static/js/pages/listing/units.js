// For those who keep the listing: its units by asset code, added in runs, described, out of service and back.
import { html, useLoad, useState, useWrite } from '../../dom.js';
import { api } from '../../api.js';
import { numberOf, t } from '../../t.js';
import { toast } from '../../toast.js';
import { Button } from '../../parts/button.js';
import { Field, readForm, Select } from '../../parts/field.js';
import { Icon } from '../../parts/icon.js';
import { Loaded, Note, ProblemNote } from '../../parts/note.js';
import { Sheet } from '../../parts/sheet.js';
import { UnitCard } from './unit.js';

const CONDITIONS = ['good', 'worn', 'damaged'];
export const conditions = () => CONDITIONS.map((one) => [one, t(`unit.${one}`)]);
const PAGE = 30;

/** @param {{listing: any, onClose: () => void, onChange: (listing: any) => void}} props */
export function UnitList({ listing, onClose, onChange }) {
  const found = useLoad((signal) => api.units(listing.id, signal), [listing.id]);
  const [shown, setShown] = useState(PAGE);
  const [open, setOpen] = useState(null);
  // The count may have changed with the units, and with it what is free.
  const refresh = async () => {
    found.set(await api.units(listing.id));
    onChange(await api.listing(listing.id));
  };
  return html`<${Sheet} wide title=${t('unit.title')} onClose=${onClose}>
    <${Loaded} of=${found} rows=${2}>${(units) => html`
      <p class="soft">${t('unit.named', { n: numberOf(units.length), of: numberOf(listing.quantity) })}</p>
      ${units.length > 0 && html`<p><a class="btn btn-plain"
        href=${`/labels?units_of=${encodeURIComponent(listing.code)}`}><${Icon} name="print" />
        <span>${t('labels.title')}</span></a></p>`}
      <ul class="rows">${units.slice(0, shown).map((unit) => html`<li key=${unit.id}>
        <div><b>${unit.code}</b><small>${[t(`unit.${unit.condition}`), unit.serial, unit.note].filter(Boolean)
          .join(' \u00b7 ')}</small>
          ${unit.outage && html`<small class="bad">${t('unit.out')} \u00b7 ${unit.outage.reason}</small>`}</div>
        <${Button} look="quiet" aria-expanded=${open === unit.id ? 'true' : 'false'}
          onClick=${() => setOpen(open === unit.id ? null : unit.id)}>${t('common.edit')}<//>
        ${open === unit.id && html`<${UnitCard} unit=${unit} onChange=${refresh} />`}</li>`)}</ul>
      ${units.length > shown && html`<${Button} onClick=${() => setShown(shown + PAGE)}>${t('common.more')}<//>`}
      <${Add} listing=${listing} units=${units} onAdded=${refresh} />`}<//><//>`;
}

function Add({ listing, units, onAdded }) {
  const write = useWrite();
  const add = (event) => {
    const form = event.currentTarget;
    const { first, count, condition, serials } = readForm(event);
    const body = { first: first.trim(), count: Number(count), condition,
      serials: serials.split('\n').map((one) => one.trim()).filter(Boolean) };
    write.run(async () => {
      const made = await api.addUnits(listing.id, body);
      await onAdded();
      form.reset();
      toast(t('unit.added', { n: made.length }), { tone: 'good' });
    });
  };
  const left = Math.max(1, Math.min(500, listing.quantity - units.length));
  return html`<form class="stack" onSubmit=${add}><h3>${t('unit.new')}</h3>
    <div class="pair"><${Field} label=${t('unit.first')} name="first" required maxlength="40" problem=${write.problem}
        hint=${t('unit.first_hint')} />
      <${Field} label=${t('unit.count')} name="count" type="number" min="1" max="500" required value=${left}
        problem=${write.problem} />
      <${Select} label=${t('unit.condition')} name="condition" value="good" options=${conditions()} /></div>
    <${Field} as="textarea" label=${t('unit.serials')} name="serials" hint=${t('unit.serials_hint')}
      problem=${write.problem} optional />
    <${Note}>${t('unit.count_rule')}<//>
    <${ProblemNote} problem=${write.problem} />
    <${Button} look="main" type="submit" icon="plus" busy=${write.busy}>${t('unit.add')}<//></form>`;
}
