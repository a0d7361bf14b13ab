// The listings one keeps, in every state, and the form for a new one.
import { html, useEffect, useLoad, useState, useWrite } from '../../dom.js';
import { api } from '../../api.js';
import { go } from '../../router.js';
import { may, me } from '../../session.js';
import { nameOf, t } from '../../t.js';
import { showRates } from '../../money.js';
import { toast } from '../../toast.js';
import { Button } from '../../parts/button.js';
import { categoryName, Chip } from '../../parts/chip.js';
import { Icon } from '../../parts/icon.js';
import { Empty, Loaded } from '../../parts/note.js';
import { ListingForm } from '../../parts/listing-form.js';
import { Picture } from '../../parts/picture.js';
import { Sheet } from '../../parts/sheet.js';

const STATES = ['published', 'draft', 'retired'];

export function Listings() {
  const [state, setState] = useState('published');
  const [cursor, setCursor] = useState(undefined);
  const [before, setBefore] = useState([]);
  const [open, setOpen] = useState(false);
  const owner = may('manage_cluster') ? undefined : me.value.company.id;
  const found = useLoad((signal) => api.listings({ state, owner, limit: 30, cursor }, signal), [state, cursor]);
  useEffect(() => { setBefore([]); setCursor(undefined); }, [state]);
  return html`<div class="bar"><div class="pills" role="group"
    aria-label=${t('manage.states')}>
    ${STATES.map((one) => html`<button type="button" class="pill" key=${one}
    aria-pressed=${one === state ? 'true' : 'false'} onClick=${() => setState(one)}>${t(`state.${one}`)}</button>`)}</div>
    <div class="actions"><a class="btn btn-plain" href=${labelsOf({ state, owner })}><${Icon} name="print" />
      <span>${t('labels.title')}</span></a>
      <${Button} look="main" icon="plus" onClick=${() => setOpen(true)}>${t('manage.new_listing')}<//></div></div>
    <${Loaded} of=${found} rows=${5}>${(page) => {
      const items = [...before, ...page.items.filter((one) => !before.some((old) => old.id === one.id))];
      if (!items.length) return html`<${Empty} icon="manage" title=${t('manage.no_listings')}
        onClick=${() => setOpen(true)} label=${t('manage.new_listing')} />`;
      return html`<ul class="rows panel">
        ${items.map((one) => html`<li key=${one.id}>
        <a class="line-picture" href=${`/listings/${one.id}`} tabindex="-1"
        aria-hidden="true"><${Picture} listing=${one} /></a>
        <div><b><a href=${`/listings/${one.id}`}>${nameOf(one)}</a></b>
          <small>${one.code} \u00b7 ${categoryName(one.category)} \u00b7 ${nameOf(one.site)}</small>
          <small>${showRates(one)} \u00b7 ${t('listing.quantity', { n: one.quantity })}</small></div><${Chip}
          state=${one.state} /></li>`)}</ul>
      ${page.next_cursor && html`<div class="more">
        <${Button} busy=${found.loading} busyText=${t('common.loading')}
        onClick=${() => { setBefore(items); setCursor(page.next_cursor); }}>${t('common.more')}<//></div>`}`;
    }}<//>${open && html`<${NewListing} onClose=${() => setOpen(false)} />`}`;
}

/** The labels of what is listed. */
const labelsOf = (filters) => `/labels?${new URLSearchParams(Object.entries(filters).filter(([, value]) => value))}`;

function NewListing({ onClose }) {
  const sites = useLoad((signal) => api.sites(signal), []);
  const write = useWrite();
  const save = (body) => write.run(async () => {
    const listing = await api.addListing(body);
    toast(t('manage.drafted'), { tone: 'good' });
    go(`/listings/${listing.id}`);
  });
  return html`<${Sheet} wide title=${t('manage.new_listing')}
    onClose=${onClose}><${Loaded} of=${sites} rows=${2}>
    ${(items) => html`<${ListingForm} sites=${items.map((one) => [one.id, nameOf(one)])} write=${write} onSave=${save}
    label=${t('manage.save_draft')} />`}<//><//>`;
}
