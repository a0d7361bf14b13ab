// The catalogue: when first, then what. Window and filters live in the address.
import { html, useEffect, useLoad, useState, useLayoutEffect } from '../dom.js';
import { api } from '../api.js';
import { place, replaceQuery } from '../router.js';
import { cluster, may } from '../session.js';
import { addLine, basket, setWindow } from '../basket.js';
import { nameOf, t } from '../t.js';
import { isMoment, today } from '../time.js';
import { showRates } from '../money.js';
import { toast } from '../toast.js';
import { Button } from '../parts/button.js';
import { categoryName, kindName, Tag } from '../parts/chip.js';
import { Check } from '../parts/field.js';
import { Head } from '../parts/shell.js';
import { Icon } from '../parts/icon.js';
import { Empty, ProblemNote } from '../parts/note.js';
import { Picture } from '../parts/picture.js';
import { Later } from '../parts/later.js';
import { Strip } from '../parts/strip.js';
import { WindowButton, windowInstants } from '../parts/window.js';
import { Where } from './catalogue/where.js';

const PAGE = 24;
const SEARCH_WAIT_MS = 250;
const loadSheet = () => import('./catalogue/filter-sheet.js');

export default function Catalogue() {
  useWindowInAddress();
  const query = place.value.query;
  const window = basket.value.window;
  const onlyFree = window !== null && query.get('all') === null;
  const filters = { q: query.get('q'), kind: query.get('kind'), category: query.get('category'),
    site: query.get('site'), ...(onlyFree ? freeIn(window) : {}) };
  const found = usePages(filters);
  const strips = useStrips(filters, found, window);
  const sites = useLoad((signal) => api.sites(signal), []);
  return html`<${Head} title=${t('catalogue.title')} />
    <div class="finder">
      <${WindowButton} onChange=${(next) => replaceQuery({ from: next?.start ?? null, to: next?.end ?? null })} />
      <${Search} value=${query.get('q') ?? ''} />
    </div>
    <${Filters} query=${query} window=${window} onlyFree=${onlyFree} sites=${sites.value ?? []} />
    ${found.problem && !found.items && html`<${ProblemNote} problem=${found.problem} retry=${found.reload} />`}
    ${!found.items && !found.problem && html`<ul class="cards"
      aria-hidden="true">${Array.from({ length: 8 }, (_, row) => html`<li key=${row} class="card-ghost ghost"></li>`)}
      </ul><p class="unseen" role="status">${t('common.loading')}</p>`}
    ${found.items?.length === 0 && html`<${Nothing} onlyFree=${onlyFree} />`}
    ${found.items?.length > 0 && html`<ul class="cards"
      data-loading=${found.loading ? '' : undefined}>
      ${found.items.map((listing) => html`<li key=${listing.id}>
      <${Card} listing=${listing} days=${strips[listing.id]} /></li>`)}</ul>`}
    ${found.items?.length > 0 && html`<div class="more">
      <p class="soft" role="status">${t('catalogue.shown', { n: found.items.length })}</p>
      ${found.next && html`<${Button} look="plain" busy=${found.loading} busyText=${t('common.loading')}
        onClick=${found.more}>${t('common.more')}<//>`}</div>`}`;
}

const freeIn = (window) => { const { start, end } = windowInstants(window); return { free_from: start, free_to: end }; };

// The address wins when a link is opened; otherwise it is told what the draft remembers.
function useWindowInAddress() {
  useLayoutEffect(() => {
    const [start, end] = [place.value.query.get('from'), place.value.query.get('to')];
    const window = basket.peek().window;
    if (isMoment(start) && isMoment(end) && start < end) {
      if (start !== window?.start || end !== window?.end) setWindow({ start, end });
    } else if (window) replaceQuery({ from: window.start, to: window.end });
  }, []);
}

/** Pages of listings, added up; begins again when the filters change. */
function usePages(filters) {
  const key = JSON.stringify(filters);
  const [cursor, setCursor] = useState({ key, at: undefined, before: [] });
  const at = cursor.key === key ? cursor : { key, at: undefined, before: [] };
  const page = useLoad(async (signal) => ({ key,
    ...(await api.listings({ ...filters, limit: PAGE, cursor: at.at }, signal)) }), [key, at.at]);
  const fresh = page.value?.key === key ? page.value : null;
  const items = page.value && [...(fresh || page.loading ? at.before : []),
    ...page.value.items.filter((one) => !at.before.some((old) => old.id === one.id))];
  return { items, next: page.value?.next_cursor, problem: page.problem, loading: page.loading, reload: page.reload, key,
    limitAt: at.at,
    more: () => setCursor({ key, at: page.value.next_cursor, before: items }) };
}

/** Fourteen days for what is shown; a second answer, so that cards do not wait for it. */
function useStrips(filters, found, window) {
  const [strips, setStrips] = useState({});
  const from = window && window.start.slice(0, 10) > today() ? window.start.slice(0, 10) : today();
  const [cursors, setCursors] = useState({});
  const key = found.key + from;
  const page = useLoad(async (signal) => {
    const answer = await api.availabilityOfMany({ ...filters, from, days: 14, limit: PAGE, cursor: found.limitAt &&
      cursors[key] }, signal);
    return { key, answer };
  }, [key, found.limitAt]);
  useEffect(() => {
    if (!page.value) return;
    const { answer } = page.value;
    setCursors((old) => ({ ...old, [page.value.key]: answer.next_cursor }));
    setStrips((old) => ({ ...old, ...Object.fromEntries(answer.items.map((one) => [one.listing.id, one.days])) }));
  }, [page.value]);
  return strips;
}

function Search({ value }) {
  const [text, setText] = useState(value);
  useEffect(() => {
    if (text === (place.value.query.get('q') ?? '')) return undefined;
    const timer = setTimeout(() => replaceQuery({ q: text.trim() || null }), SEARCH_WAIT_MS);
    return () => clearTimeout(timer);
  }, [text]);
  useEffect(() => { if (!value) setText(''); }, [value]);
  return html`<form class="search" role="search"
    onSubmit=${(event) => { event.preventDefault(); replaceQuery({ q: text.trim() ||
    null }); event.currentTarget.querySelector('input').blur(); }}>
    <${Icon} name="search" /><input type="search" aria-label=${t('catalogue.search')}
      placeholder=${t('catalogue.search_hint')} value=${text} onInput=${(event) => setText(event.target.value)}
      enterkeyhint="search" /></form>`;
}

function Filters({ query, window, onlyFree, sites }) {
  const [open, setOpen] = useState(false);
  const kind = query.get('kind');
  const kinds = cluster.value.kinds;
  const set = query.get('category') || query.get('site');
  const count = [query.get('category'), query.get('site')].filter(Boolean).length;
  const chooseKind = (next) => replaceQuery({ kind: next, category: null });
  return html`<div class="filters">
    <div class="pills" role="group" aria-label=${t('catalogue.kinds')}>
      <button type="button" class="pill filters-btn" aria-pressed=${set ? 'true' : 'false'}
        onClick=${() => setOpen(true)}><${Icon} name="filter" size=${18} />${t('catalogue.filters')}
        ${count > 0 && html` <b>${count}</b>`}</button>
      <button type="button" class="pill" aria-pressed=${kind ? 'false' : 'true'}
        onClick=${() => chooseKind(null)}>${t('catalogue.all')}</button>
      ${kinds.map((one) => html`<button type="button" class="pill" key=${one.kind}
        aria-pressed=${kind === one.kind ? 'true' : 'false'}
        onClick=${() => chooseKind(kind === one.kind ? null : one.kind)}>${kindName(one.kind)}</button>`)}
    </div>
    <div class="filters-wide"><${Where} query=${query} sites=${sites} /></div>
    ${window && html`<${Check} label=${t('catalogue.only_free')} checked=${onlyFree}
      onChange=${(event) => replaceQuery({ all: event.target.checked ? null : '1' })} />`}
    ${open && html`<${Later} load=${loadSheet} query=${query} sites=${sites} onClose=${() => setOpen(false)} />`}
  </div>`;
}

function Nothing({ onlyFree }) {
  if (onlyFree) return html`<${Empty} icon="search" title=${t('catalogue.none_free')}
    onClick=${() => replaceQuery({ all: '1' })} label=${t('catalogue.show_taken')}>${t('catalogue.none_free_why')}<//>`;
  return html`<${Empty} icon="search" title=${t('catalogue.none')}
    onClick=${() => replaceQuery({ q: null, kind: null, category: null, site: null })}
    label=${t('catalogue.clear')}>${t('catalogue.none_why')}<//>`;
}

function Card({ listing, days }) {
  return html`<article class="card">
    <a class="card-link" href=${`/listings/${listing.id}`}>
      <${Picture} listing=${listing} />
      <div class="card-words">
        <p class="card-kind">${categoryName(listing.category)} \u00b7 ${nameOf(listing.site)}</p>
        <h2>${nameOf(listing)}</h2>
        <p class="card-rate">${showRates(listing)}</p>
        <p class="card-tags">${listing.quantity > 1 && html`<span>${t('listing.quantity', { n: listing.quantity })}</span>`}
          ${listing.rules.approval === 'owner' && html`<${Tag} icon="send" tone="wait">${t('listing.asks')}<//>`}</p>
      </div>
      <${Strip} days=${days} />
    </a>
    ${may('book') && html`<${Add} listing=${listing} />`}
  </article>`;
}

function Add({ listing }) {
  const there = basket.value.lines.some((line) => line.listing.id === listing.id);
  const add = () => {
    const result = addLine(listing);
    if (result === 'full') toast(t('basket.full'), { tone: 'bad' });
    else toast(t(result === 'more' ? 'basket.one_more' : 'basket.added', { name: nameOf(listing) }),
      { tone: 'good', action: { label: t('nav.basket'), href: '/basket' } });
  };
  return html`<button type="button" class="btn btn-plain card-add"
    aria-label=${t(there ? 'listing.add_more_name' : 'listing.add_name', { name: nameOf(listing) })} onClick=${add}>
    <${Icon} name=${there ? 'check' : 'plus'} size=${18} />
      <span>${t(there ? 'listing.in_basket' : 'listing.add')}</span></button>`;
}
