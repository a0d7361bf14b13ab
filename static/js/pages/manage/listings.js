// The listings one keeps, in every state: found, changed where they stand or many at once, and the form for a new one.
import { html, useEffect, useLoad, useState, useStill, useWrite } from '../../dom.js';
import { api } from '../../api.js';
import { go, place, replaceQuery } from '../../router.js';
import { may, me } from '../../session.js';
import { nameOf, numberOf, t } from '../../t.js';
import { toast } from '../../toast.js';
import { Button } from '../../parts/button.js';
import { Icon } from '../../parts/icon.js';
import { Empty, Loaded } from '../../parts/note.js';
import { ListingForm } from '../../parts/listing-form.js';
import { Sheet } from '../../parts/sheet.js';
import { DESK, useWide } from '../../parts/wide.js';
import { Bulk } from './bulk.js';
import { ListingTable } from './listing-table.js';
import { Narrow } from './narrow.js';

const STATES = ['published', 'draft', 'retired'];
const SEARCH_WAIT_MS = 250;

/**
 * What is looked for: the state and words of the address, a site, and one's own company unless one runs the place.
 * @returns {[Record<string, string>, string, (site: string) => void]}
 */
function useFilter() {
  const [site, setSite] = useState('');
  const state = STATES.find((one) => one === place.value.query.get('state')) ?? STATES[0];
  const q = useStill(place.value.query.get('q') ?? '', SEARCH_WAIT_MS);
  /** @type {Record<string, string>} */
  const filter = { state };
  if (q.trim()) filter.q = q.trim();
  if (site) filter.site = site;
  if (!may('manage_cluster')) filter.owner = me.value.company.id;
  return [filter, site, setSite];
}

export function Listings() {
  const [filter, site, setSite] = useFilter();
  const [cursor, setCursor] = useState(undefined);
  const [before, setBefore] = useState([]);
  const [chosen, setChosen] = useState(new Set());
  const [open, setOpen] = useState(null);
  const key = JSON.stringify(filter);
  const found = useLoad((signal) => api.listings({ ...filter, limit: 50, cursor }, signal), [key, cursor]);
  const sites = useLoad((signal) => api.sites(signal), []);
  useEffect(() => { setBefore([]); setCursor(undefined); setChosen(new Set()); }, [key]);
  const choose = (ids, on) => {
    const next = new Set(chosen);
    for (const one of ids) if (on) next.add(one); else next.delete(one);
    setChosen(next);
  };
  const replace = (items, listing) => items.map((one) => (one.id === listing.id ? listing : one));
  const changed = (listing) => {
    setBefore(replace(before, listing));
    found.set({ ...found.value, items: replace(found.value.items, listing) });
    toast(t('keep.saved'), { tone: 'good' });
  };
  const done = () => { setOpen(null); setChosen(new Set()); setBefore([]); setCursor(undefined); found.reload(); };
  return html`<${Finder} filter=${filter} site=${site} sites=${sites.value ?? []} onSite=${setSite}
      onNew=${() => setOpen('new')} />
    <${Loaded} of=${found} rows=${5}>${(page) => {
      const items = [...before, ...page.items.filter((one) => !before.some((old) => old.id === one.id))];
      if (!items.length) return html`<${Empty} icon="manage" title=${t('manage.no_listings')}
        onClick=${() => setOpen('new')} label=${t('manage.new_listing')} />`;
      return html`<${Chosen} count=${chosen.size} onChange=${() => setOpen('chosen')} onAll=${() => setOpen('found')}
        onNone=${() => setChosen(new Set())} />
      <${ListingTable} items=${items} sites=${sites.value ?? []} chosen=${chosen} onChoose=${choose}
        onChange=${changed} />
      ${page.next_cursor && html`<div class="more">
        <${Button} busy=${found.loading} busyText=${t('common.loading')}
        onClick=${() => { setBefore(items); setCursor(page.next_cursor); }}>${t('common.more')}<//></div>`}`;
    }}<//>${open === 'new' && html`<${NewListing} sites=${sites} onClose=${() => setOpen(null)} />`}
    ${(open === 'chosen' || open === 'found') && html`<${Bulk} sites=${sites.value ?? []}
      about=${open === 'chosen' ? { listings: [...chosen] } : { filter }}
      count=${open === 'chosen' ? chosen.size : undefined} onDone=${done} onClose=${() => setOpen(null)} />`}`;
}

function Finder({ filter, site, sites, onSite, onNew }) {
  return html`<div class="both-ends"><div class="pills" role="group" aria-label=${t('manage.states')}>
    ${STATES.map((one) => html`<button type="button" class="pill" key=${one} aria-pressed=${one === filter.state ? 'true' : 'false'}
      onClick=${() => replaceQuery({ state: one })}>${t(`state.${one}`)}</button>`)}</div>
    <div class="actions"><a class="btn btn-plain" href=${labelsOf(filter)}><${Icon} name="print" />
      <span>${t('labels.title')}</span></a>
      <${Button} look="main" icon="plus" onClick=${onNew}>${t('manage.new_listing')}<//></div></div>
    <div class="keep-find"><${Narrow} label=${t('manage.search_listings')} />
    <select aria-label=${t('listing.site')} value=${site} onChange=${(event) => onSite(event.target.value)}>
      <option value="">${t('manage.all_sites')}</option>
      ${sites.map((one) => html`<option key=${one.id} value=${one.id} selected=${one.id === site}>${nameOf(one)}</option>`)}
    </select></div>`;
}

/** What is chosen, and what can be done with it. */
function Chosen({ count, onChange, onAll, onNone }) {
  const wide = useWide(DESK);
  return html`<div class="keep-chosen" data-some=${count ? '' : undefined}>
  <span role="status">${count ? t('manage.chosen', { n: numberOf(count) }) : t(wide ? 'manage.choose_hint' : 'manage.choose_hint_narrow')}</span>
  <div class="actions">${count > 0 && html`<${Button} look="main" icon="edit"
    onClick=${onChange}>${t('manage.change_chosen')}<//><${Button} look="quiet" onClick=${onNone}>${t('manage.choose_none')}<//>`}
    ${!count && html`<${Button} look="quiet" onClick=${onAll}>${t('manage.change_found')}<//>`}</div></div>`;
}

/** The labels of what is found. */
const labelsOf = (filter) => `/labels?${new URLSearchParams(filter)}`;

function NewListing({ sites, onClose }) {
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
