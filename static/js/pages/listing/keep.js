// For those who keep the listing: publish, retire, edit, closures.
import { html, useLoad, useState, useWrite } from '../../dom.js';
import { api } from '../../api.js';
import { t } from '../../t.js';
import { instant, showSpan } from '../../time.js';
import { toast } from '../../toast.js';
import { Button, IconButton } from '../../parts/button.js';
import { Effects } from '../../parts/effects.js';
import { Field, readForm, Select } from '../../parts/field.js';
import { Loaded, ProblemNote } from '../../parts/note.js';
import { Sheet } from '../../parts/sheet.js';
import { SpanInput, suggestion } from '../../parts/span-input.js';
import { ListingForm } from '../../parts/listing-form.js';
import { Copy } from './copy.js';
import { History } from './history.js';
import { Photos } from './photos.js';
import { UnitList } from './units.js';

/** @param {{listing: any, onChange: (listing: any) => void}} props */
export function Keep({ listing, onChange }) {
  const [open, setOpen] = useState(null);
  const write = useWrite();
  const turn = (verb, said) => write.run(async () => {
    onChange(await verb(listing.id));
    toast(t(said), { tone: 'good' });
  });
  return html`<section class="panel keep"><div class="panel-head"><h2>${t('keep.title')}</h2></div>
    <div class="actions">
      ${listing.state !== 'published' && html`<${Button} look="main" icon="check" busy=${write.busy}
        onClick=${() => turn(api.publish, 'keep.published')}>${t('keep.publish')}<//>`}
      <${Button} icon="edit" onClick=${() => setOpen('edit')}>${t('keep.edit')}<//>
      <${Button} icon="list" onClick=${() => setOpen('units')}>${t('unit.title')}<//>
      <${Button} icon="photo" onClick=${() => setOpen('photos')}>${t('photo.title')}<//>
      <${Button} icon="closed" onClick=${() => setOpen('closures')}>${t('keep.closures')}<//>
      <${Button} icon="copy" onClick=${() => setOpen('copy')}>${t('copy.title')}<//>
      <${Button} icon="clock" onClick=${() => setOpen('history')}>${t('listing_history.title')}<//>
      ${listing.state === 'published' && html`<${Button} look="quiet" busy=${write.busy}
        onClick=${() => turn(api.retire, 'keep.retired')}>${t('keep.retire')}<//>`}
    </div>
    <${HitNote} problem=${write.problem} effect=${{ retirement: { listing: listing.id } }} />
    ${open === 'edit' && html`<${Edit} listing=${listing} onChange=${onChange} onClose=${() => setOpen(null)} />`}
    ${open === 'copy' && html`<${Copy} listing=${listing} onClose=${() => setOpen(null)} />`}
    ${open === 'history' && html`<${History} listing=${listing} onClose=${() => setOpen(null)} />`}
    ${open === 'units' && html`<${UnitList} listing=${listing} onClose=${() => setOpen(null)} onChange=${onChange} />`}
    ${open === 'photos' && html`<${Photos} listing=${listing} onClose=${() => setOpen(null)}
      onChange=${(cover) => onChange({ ...listing, cover })} />`}
    ${open === 'closures' && html`<${Closures} listing=${listing} onClose=${() => setOpen(null)}
      onChange=${() => onChange({ ...listing })} />`}
  </section>`;
}

/** What is wrong, and whom the change would hit if that is it. */
const HitNote = ({ problem, effect }) => html`<${ProblemNote} problem=${problem} />
  ${problem?.code === 'closure_hits_bookings' && html`<${Effects} effect=${effect} />`}`;

function Edit({ listing, onChange, onClose }) {
  const write = useWrite();
  const [quantity, setQuantity] = useState(listing.quantity);
  const save = (body) => write.run(async () => {
    setQuantity(body.quantity);
    onChange(await api.changeListing(listing.id, listing.version, body));
    toast(t('keep.saved'), { tone: 'good' });
    onClose();
  });
  const hits = write.problem?.code === 'closure_hits_bookings';
  return html`<${Sheet} wide title=${t('keep.edit')}
    onClose=${onClose}><${ListingForm} listing=${listing} write=${write} onSave=${save} label=${t('common.save')} />
    ${hits && html`<${Effects} effect=${{ quantity: { listing: listing.id, quantity } }} />`}<//>`;
}

function Closures({ listing, onClose, onChange }) {
  const found = useLoad((signal) => api.closures({ listing: listing.id }, signal), [listing.id]);
  const write = useWrite();
  const [span, setSpan] = useState(suggestion());
  const [endless, setEndless] = useState(false);
  const [tried, setTried] = useState(null);
  const add = (event) => {
    const form = readForm(event);
    const body = { listing: listing.id, start: instant(span.start), kind: form.kind, reason: form.reason };
    if (!endless) body.end = instant(span.end);
    if (form.units) body.units = Number(form.units);
    setTried(body);
    write.run(async () => {
      await api.addClosure(body);
      found.reload();
      onChange();
      toast(t('closure.added'), { tone: 'good' });
    });
  };
  const remove = (closure) => write.run(async () => {
    await api.removeClosure(closure);
    found.reload();
    onChange();
  });
  return html`<${Sheet} wide title=${t('keep.closures')} onClose=${onClose}>
    <${Loaded} of=${found}
      rows=${1}>${(items) => (items.length === 0 ? html`<p class="soft">${t('closure.none')}</p>`
      : html`<ul class="rows">${items.map((one) => html`<li key=${one.id}>
      <div><b>${showSpan(one)}</b><small>${t(`closure.${one.kind}`)}
        ${one.units ? ` \u00b7 ${t('units.count', { n: one.units })}` : ''} \u00b7 ${one.reason}</small></div>
      <${IconButton} icon="trash" label=${t('closure.remove')} disabled=${write.busy} onClick=${() => remove(one.id)} />
        </li>`)}</ul>`)}<//>
    <form class="stack" onSubmit=${add}><h3>${t('closure.new')}</h3>
      <${SpanInput} value=${span} onChange=${setSpan} />
      <div class="check"><input type="checkbox" id="endless" checked=${endless}
        onChange=${(event) => setEndless(event.target.checked)} /><label for="endless">${t('closure.endless')}</label></div>
      <div class="pair"><${Select} label=${t('closure.kind')} name="kind" value="closed"
        options=${[['closed', t('closure.closed')], ['out_of_service', t('closure.out_of_service')]]} />
      <${Field} label=${t('closure.units')} name="units" type="number" min="1" max=${listing.quantity}
        hint=${t('closure.units_hint')} problem=${write.problem} optional /></div>
      <${Field} label=${t('closure.reason')} name="reason" required maxlength="200" problem=${write.problem} />
      <${HitNote} problem=${write.problem} effect=${{ closure: tried }} />
      <${Button} look="main" type="submit" busy=${write.busy}>${t('closure.add')}<//>
    </form><//>`;
}
