// For those who keep the listing: publish, retire, edit, closures.
import { html, useState, useWrite } from '../../dom.js';
import { api } from '../../api.js';
import { t } from '../../t.js';
import { toast } from '../../toast.js';
import { Button } from '../../parts/button.js';
import { Closures, HitNote } from '../../parts/closures.js';
import { Effects } from '../../parts/effects.js';
import { Sheet } from '../../parts/sheet.js';
import { ListingForm } from '../../parts/listing-form.js';
import { Copy } from './copy.js';
import { History } from './history.js';
import { PartsSheet } from './parts.js';
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
      <${Button} icon="kit" onClick=${() => setOpen('parts')}>${t('kit.parts')}<//>
      ${!listing.kit && html`<${Button} icon="list" onClick=${() => setOpen('units')}>${t('unit.title')}<//>`}
      <${Button} icon="photo" onClick=${() => setOpen('photos')}>${t('photo.title')}<//>
      ${!listing.kit && html`<${Button} icon="closed"
        onClick=${() => setOpen('closures')}>${t('keep.closures')}<//>`}
      <${Button} icon="copy" onClick=${() => setOpen('copy')}>${t('copy.title')}<//>
      <${Button} icon="clock" onClick=${() => setOpen('history')}>${t('listing_history.title')}<//>
      ${listing.state === 'published' && html`<${Button} look="quiet" busy=${write.busy}
        onClick=${() => turn(api.retire, 'keep.retired')}>${t('keep.retire')}<//>`}
    </div>
    <${HitNote} problem=${write.problem} effect=${{ retirement: { listing: listing.id } }} />
    ${open === 'edit' && html`<${Edit} listing=${listing} onChange=${onChange} onClose=${() => setOpen(null)} />`}
    ${open === 'copy' && html`<${Copy} listing=${listing} onClose=${() => setOpen(null)} />`}
    ${open === 'history' && html`<${History} listing=${listing} onClose=${() => setOpen(null)} />`}
    ${open === 'parts' && html`<${PartsSheet} listing=${listing} onChange=${onChange} onClose=${() => setOpen(null)} />`}
    ${open === 'units' && html`<${UnitList} listing=${listing} onClose=${() => setOpen(null)} onChange=${onChange} />`}
    ${open === 'photos' && html`<${Photos} listing=${listing} onClose=${() => setOpen(null)}
      onChange=${(cover) => onChange({ ...listing, cover })} />`}
    ${open === 'closures' && html`<${Closures} of=${{ listing: listing.id }} most=${listing.quantity}
      onClose=${() => setOpen(null)} onChange=${() => onChange({ ...listing })} />`}
  </section>`;
}

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
