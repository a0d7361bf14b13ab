// What the catalogue can be narrowed by, each choice with how many listings it would leave.
import { html, useEffect, useLoad, useRef, useState } from '../../dom.js';
import { api } from '../../api.js';
import { replaceQuery } from '../../router.js';
import { nameOf, numberOf, t } from '../../t.js';
import { showMoney } from '../../money.js';
import { categoryName, kindName } from '../../parts/chip.js';
import { Icon } from '../../parts/icon.js';

const FEW = 6;

/** The names of the filters in the address; the API calls them the same. */
export const FILTERS = ['q', 'kind', 'category', 'site', 'owner', 'tag', 'price_to'];
/** Those that are chosen in the panel and cleared together. */
export const PANEL = ['category', 'site', 'owner', 'tag', 'price_to'];

/** Nothing but the window and the production stays. */
export const clearFilters = () => replaceQuery(Object.fromEntries(FILTERS.map((name) => [name, null])));

/** Counts for what is chosen; the last answer stays until the next is there. */
export function useFacets(filters) {
  return useLoad((signal) => api.facets(filters, signal), [JSON.stringify(filters)]).value;
}

const priceName = ({ amount, currency }) => (amount === 0 ? t('money.free')
  : t('catalogue.up_to', { money: showMoney({ amount, currency }) }));

/** The groups as `[filter, heading, [value, words, count][]]`. */
const groupsOf = (facets) => [
  ['category', 'catalogue.category', facets.categories.map((one) => [one.value, categoryName(one.value), one.count])],
  ['site', 'catalogue.site', facets.sites.map((one) => [one.value.id, nameOf(one.value), one.count])],
  ['price_to', 'catalogue.price', facets.prices.map((one) => [String(one.up_to.amount), priceName(one.up_to), one.count])],
  ['owner', 'listing.owner', facets.owners.map((one) => [one.value.id, nameOf(one.value), one.count])],
  ['tag', 'catalogue.tag', facets.tags.map((one) => [one.value, one.value, one.count])],
];

/** What is chosen, in words, for the marks above the cards. */
export function chosenOf(query, facets) {
  return groupsOf(facets).filter(([name]) => query.get(name) !== null).map(([name, , values]) => {
    const value = query.get(name);
    const found = values.find(([one]) => one === value);
    return { name, words: found ? found[1] : value };
  });
}

/** @param {{query: URLSearchParams, facets: any}} props */
export function Facets({ query, facets }) {
  return groupsOf(facets).map(([name, heading, values]) => html`<${Group} key=${name} name=${name} heading=${t(heading)}
    values=${values} chosen=${query.get(name)} />`);
}

function Group({ name, heading, values, chosen }) {
  const [all, setAll] = useState(false);
  if (!values.length || (values.length === 1 && chosen === null)) return null;
  // What is chosen is always in sight.
  const shown = values.filter(([value], index) => all || index < FEW || value === chosen);
  return html`<section class="facet" role="group" aria-label=${heading}><h3 aria-hidden="true">${heading}</h3>
    <ul>${shown.map(([value, words, count]) => html`<li key=${value}><button type="button" class="facet-value"
      aria-pressed=${value === chosen ? 'true' : 'false'}
      onClick=${() => replaceQuery({ [name]: value === chosen ? null : value })}>
      <span>${words}</span><small>${numberOf(count)}</small></button></li>`)}</ul>
    ${values.length > FEW && html`<button type="button" class="link" aria-expanded=${all ? 'true' : 'false'}
      onClick=${() => setAll(!all)}>${t(all ? 'catalogue.fewer' : 'catalogue.all_of', { n: values.length })}</button>`}
  </section>`;
}

/** The kinds as pills, with counts. @param {{query: URLSearchParams, kinds: string[], facets: any}} props */
export function Kinds({ query, kinds, facets }) {
  const kind = query.get('kind');
  const choose = (next) => replaceQuery({ kind: next, category: null });
  const row = useRef(null);
  useEffect(() => row.current?.parentElement.querySelector('[aria-pressed="true"][data-kind]')
    ?.scrollIntoView({ block: 'nearest', inline: 'center' }), [kind]);
  const countOf = (one) => facets?.kinds.find((found) => found.value === one)?.count ?? 0;
  return html`<button type="button" class="pill" ref=${row} aria-pressed=${kind ? 'false' : 'true'}
      onClick=${() => choose(null)}>${t('catalogue.all')}</button>
    ${kinds.map((one) => html`<button type="button" class="pill" key=${one} data-kind=${one} aria-pressed=${kind === one ? 'true' : 'false'}
      onClick=${() => choose(kind === one ? null : one)}>${kindName(one)}
      ${facets && html` <small>${numberOf(countOf(one))}</small>`}</button>`)}`;
}

/** What is chosen, each with a cross to take it back. @param {{query: URLSearchParams, facets: any}} props */
export function Chosen({ query, facets }) {
  const chosen = facets ? chosenOf(query, facets) : [];
  if (!chosen.length) return null;
  return html`<div class="pills chosen" role="group" aria-label=${t('catalogue.chosen')}>
    ${chosen.map(({ name, words }) => html`<button type="button" class="pill" key=${name}
      aria-label=${t('catalogue.without', { what: words })} onClick=${() => replaceQuery({ [name]: null })}>
      ${words}<${Icon} name="close" size=${14} /></button>`)}
    <button type="button" class="link" onClick=${clearFilters}>${t('catalogue.clear')}</button></div>`;
}
