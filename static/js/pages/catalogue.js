// The catalogue: when and for what first, then what. All of it lives in the address.
import { html, useEffect, useLoad, useRef, useState, useLayoutEffect } from '../dom.js';
import { api } from '../api.js';
import { place, replaceQuery } from '../router.js';
import { cluster, may } from '../session.js';
import { basket, setOrder, setWindow } from '../basket.js';
import { numberOf, t } from '../t.js';
import { isMoment, minutesOf, today } from '../time.js';
import { Button } from '../parts/button.js';
import { Head } from '../parts/shell.js';
import { Icon } from '../parts/icon.js';
import { Empty, ProblemNote } from '../parts/note.js';
import { Later } from '../parts/later.js';
import { ProductionChoice } from '../parts/production.js';
import { WindowButton, windowInstants } from '../parts/window.js';
import { Card } from './catalogue/card.js';
import { Chosen, clearFilters, Facets, FILTERS, Kinds, PANEL, useFacets } from './catalogue/facets.js';

/** Says all it has to say with the first words. */
export const firstWords = true;

const PAGE = 24;
const SEARCH_WAIT_MS = 250;
const loadSheet = () => import('./catalogue/filter-sheet.js');

export default function Catalogue() {
  useChoicesInAddress();
  const query = place.value.query;
  const window = windowInstants(basket.value.window);
  const onlyFree = window !== null && query.get('all') === null;
  const chosen = Object.fromEntries(FILTERS.map((name) => [name, query.get(name)]));
  const then = window ? { free_from: window.start, free_to: window.end } : {};
  const filters = { ...chosen, ...(onlyFree ? then : {}) };
  const found = usePages(filters);
  const rows = useRows(filters, found, window);
  // Also where the others are shown, it is told how many are free.
  const facets = useFacets({ ...chosen, ...then, also_taken: window && !onlyFree ? true : null });
  return html`<${Head} title=${t('catalogue.title')} />
    <div class="finder" data-crew=${may('book') ? '' : undefined}>
      <${WindowButton} onChange=${(next) => replaceQuery({ from: next?.start ?? null, to: next?.end ?? null })} />
      ${may('book') && html`<${ProductionChoice} onChange=${(id) => replaceQuery({ production: id || null })} />`}
      <${Search} value=${query.get('q') ?? ''} />
    </div>
    <div class="filters"><div class="pills" role="group" aria-label=${t('catalogue.kinds')}>
      <${FiltersButton} query=${query} facets=${facets} />
      <${Kinds} query=${query} kinds=${cluster.value.kinds.map((one) => one.kind)} facets=${facets} /></div></div>
    <div class="catalogue">
      <aside class="rail" aria-label=${t('catalogue.filters')}>
        <a class="skip" href="#found" onClick=${skip}>${t('catalogue.skip')}</a>
        ${facets && html`<${Facets} query=${query} facets=${facets} />`}</aside>
      <div class="catalogue-main">
        <div class="found" id="found" tabindex="-1"><p class="soft" role="status">${facets ? t('catalogue.found', { n: numberOf(facets.total) })
          : t('common.loading')}</p>
          ${window && html`<${OnlyFree} on=${onlyFree} count=${facets?.free} />`}
          <${Chosen} query=${query} facets=${facets} /></div>
        <${Cards} found=${found} rows=${rows} window=${window} onlyFree=${onlyFree} />
      </div></div>`;
}

// By keyboard the cards are one step from the filters, not thirty.
function skip(event) {
  event.preventDefault();
  document.getElementById('found').focus();
}

// How many are free then, whether the others are shown or not.
const OnlyFree = ({ on, count }) => html`<button type="button" class="pill" aria-pressed=${on ? 'true' : 'false'}
  onClick=${() => replaceQuery({ all: on ? '1' : null })}>${on && html`<${Icon} name="check" size=${16} />`}
  ${t('catalogue.only_free')} ${typeof count === 'number' && html`<small>${numberOf(count)}</small>`}</button>`;

function Cards({ found, rows, window, onlyFree }) {
  if (found.problem && !found.items) return html`<${ProblemNote} problem=${found.problem} retry=${found.reload} />`;
  if (!found.items) return html`<ul class="cards"
    aria-hidden="true">${Array.from({ length: 9 }, (_, row) => html`<li key=${row} class="card-ghost ghost"></li>`)}</ul>`;
  if (!found.items.length) return html`<${Nothing} onlyFree=${onlyFree} />`;
  return html`<ul class="cards" data-loading=${found.loading ? '' : undefined}>
      ${found.items.map((listing) => html`<li key=${listing.id}>
        <${Card} listing=${listing} row=${rows[listing.id]} window=${window} /></li>`)}</ul>
    ${found.next && html`<div class="more"><${Button} look="plain" busy=${found.loading} busyText=${t('common.loading')}
      onClick=${found.more}>${t('common.more')}<//></div>`}`;
}

// The address wins when a link is opened; otherwise it is told what the draft remembers.
function useChoicesInAddress() {
  useLayoutEffect(() => {
    const query = place.value.query;
    const [start, end, production] = [query.get('from'), query.get('to'), query.get('production')];
    const draft = basket.peek();
    const linked = isMoment(start) && isMoment(end) && start < end;
    if (linked && (start !== draft.window?.start || end !== draft.window?.end)) setWindow({ start, end });
    if (production && production !== draft.production) setOrder({ production });
    const { window, production: kept } = basket.peek();
    replaceQuery({ from: window?.start, to: window?.end, production: may('book') ? kept : null });
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

/** Fourteen days and the next free span of what is shown; a second answer, so that cards do not wait for it. */
function useRows(filters, found, window) {
  const [rows, setRows] = useState({});
  const day = basket.value.window?.start.slice(0, 10);
  const from = day > today() ? day : today();
  const wish = window ? { wanted_from: window.start, wanted_minutes: Math.min(minutesOf(window), LONGEST_WISH) } : {};
  const [cursors, setCursors] = useState({});
  const key = found.key + from + JSON.stringify(wish);
  const page = useLoad(async (signal) => {
    const answer = await api.availabilityOfMany({ ...filters, ...wish, from, days: 14, limit: PAGE,
      cursor: found.limitAt && cursors[key] }, signal);
    return { key, answer };
  }, [key, found.limitAt]);
  useEffect(() => {
    if (!page.value) return;
    const { answer } = page.value;
    setCursors((old) => ({ ...old, [page.value.key]: answer.next_cursor }));
    setRows((old) => ({ ...old, ...Object.fromEntries(answer.items.map((one) => [one.listing.id, one])) }));
  }, [page.value]);
  return rows;
}

// The server looks no further ahead than fourteen days.
const LONGEST_WISH = 14 * 24 * 60;

function Search({ value }) {
  const [text, setText] = useState(value);
  const asked = useRef(value);
  const ask = () => { asked.current = text.trim(); replaceQuery({ q: text.trim() || null }); };
  useEffect(() => {
    if (text.trim() === asked.current) return undefined;
    const timer = setTimeout(ask, SEARCH_WAIT_MS);
    return () => clearTimeout(timer);
  }, [text]);
  // Somebody else changed it: the filters were cleared, or it is the page before. What is being typed stays.
  useEffect(() => { if (value !== asked.current) { asked.current = value; setText(value); } }, [value]);
  return html`<form class="search" role="search"
    onSubmit=${(event) => { event.preventDefault(); ask(); event.currentTarget.querySelector('input').blur(); }}>
    <${Icon} name="search" /><input type="search" aria-label=${t('catalogue.search')}
      placeholder=${t('catalogue.search_hint')} value=${text} onInput=${(event) => setText(event.target.value)}
      enterkeyhint="search" /></form>`;
}

function FiltersButton({ query, facets }) {
  const [open, setOpen] = useState(false);
  const count = PANEL.filter((name) => query.get(name) !== null).length;
  return html`<button type="button" class="pill filters-btn" aria-pressed=${count > 0 ? 'true' : 'false'}
      disabled=${!facets} onClick=${() => setOpen(true)}><${Icon} name="filter" size=${18} />${t('catalogue.filters')}
      ${count > 0 && html` <b>${count}</b>`}</button>
    ${open && html`<${Later} load=${loadSheet} query=${query} facets=${facets} onClose=${() => setOpen(false)} />`}`;
}

function Nothing({ onlyFree }) {
  if (onlyFree) return html`<${Empty} icon="search" title=${t('catalogue.none_free')}
    onClick=${() => replaceQuery({ all: '1' })} label=${t('catalogue.show_taken')}>${t('catalogue.none_free_why')}<//>`;
  return html`<${Empty} icon="search" title=${t('catalogue.none')} onClick=${clearFilters}
    label=${t('catalogue.clear')}>${t('catalogue.none_why')}<//>`;
}
