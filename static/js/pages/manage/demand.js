// The demand ledger: what was wanted and not to be had, by listing, category and week. What to buy or build next.
import { html, useEffect, useLoad, useState } from '../../dom.js';
import { api } from '../../api.js';
import { place, replaceQuery } from '../../router.js';
import { nameOf, numberOf, t } from '../../t.js';
import { addDays, showDay, showSpan, today, weekday } from '../../time.js';
import { Button } from '../../parts/button.js';
import { categoryName, Tag } from '../../parts/chip.js';
import { Empty, Loaded } from '../../parts/note.js';

const BY = ['listing', 'category', 'week'];
// In weeks back from this one; what was wanted for later counts in each.
const BACK = [4, 13, 52];
const WHYS = ['taken', 'held', 'closed', 'too_few', 'night', 'hours', 'notice', 'ahead', 'length', 'withdrawn', 'declined'];

const thisMonday = () => addDays(today(), -weekday(today()));

export function Demand() {
  const query = place.value.query;
  const by = BY.find((one) => one === query.get('by')) ?? 'listing';
  const back = BACK.find((one) => String(one) === query.get('weeks')) ?? 13;
  const from = addDays(thisMonday(), -7 * back);
  const file = `/api/v1/demand/export.csv?from=${from}`;
  return html`<p class="soft demand-about">${t('demand.about')}</p>
    <div class="both-ends demand-bar"><div class="pills" role="group" aria-label=${t('demand.by')}>
      ${BY.map((one) => html`<button type="button" class="pill" key=${one} aria-pressed=${one === by ? 'true' : 'false'}
        onClick=${() => replaceQuery({ by: one === 'listing' ? null : one, open: null })}>${t(`demand.by_${one}`)}</button>`)}</div>
      <div class="demand-tools"><select aria-label=${t('demand.since')} value=${back} onChange=${(event) => replaceQuery({ weeks: event.target.value })}>
        ${BACK.map((one) => html`<option key=${one} value=${one} selected=${one === back}>${t('demand.weeks', { n: one })}</option>`)}
      </select><a class="btn btn-plain" href=${file} download>CSV</a></div></div>
    <${Sums} key=${`${by} ${from}`} by=${by} from=${from} />`;
}

/** Pages of a list, one below the other. */
function usePages(load, deps) {
  const [cursor, setCursor] = useState(undefined);
  const [before, setBefore] = useState([]);
  useEffect(() => { setBefore([]); setCursor(undefined); }, deps);
  const found = useLoad((signal) => load(cursor, signal), [...deps, cursor]);
  const more = (items, next) => { setBefore(items); setCursor(next); };
  return { found, before, more };
}

const More = ({ busy, onClick }) => html`<div class="more"><${Button} busy=${busy} busyText=${t('common.loading')}
  onClick=${onClick}>${t('common.more')}<//></div>`;

function Sums({ by, from }) {
  const { found, before, more } = usePages((cursor, signal) => api.demand({ by, from, limit: 25, cursor }, signal), [by, from]);
  return html`<${Loaded} of=${found} rows=${5}>${(page) => {
    const items = [...before, ...page.items.filter((one) => !before.some((old) => keyOf(old) === keyOf(one)))];
    if (!items.length) return html`<${Empty} icon="check" title=${t('demand.none')}>${t('demand.none_why')}<//>`;
    const most = Math.max(1, ...items.map((one) => one.short_minutes));
    return html`<ol class="demand panel">${items.map((one) => html`<${Sum} key=${keyOf(one)} sum=${one} most=${most}
      from=${from} />`)}</ol>
      ${page.next_cursor && html`<${More} busy=${found.loading} onClick=${() => more(items, page.next_cursor)} />`}`;
  }}<//>`;
}

const keyOf = (sum) => sum.listing?.id ?? sum.week ?? sum.category;
const titleOf = (sum) => (sum.listing ? nameOf(sum.listing) : sum.week ? t('demand.week_of', { day: showDay(sum.week) })
  : categoryName(sum.category));
const hoursOf = (minutes) => numberOf(Math.round(minutes / 6) / 10);

function Sum({ sum, most, from }) {
  const key = keyOf(sum);
  const open = place.value.query.get('open') === key;
  const share = Math.max(2, Math.round((sum.short_minutes / most) * 100));
  const whys = WHYS.filter((why) => sum.whys[why]);
  return html`<li><div class="demand-head"><div><b>${titleOf(sum)}</b>
      ${sum.listing && html`<small>${sum.listing.code} \u00b7 ${categoryName(sum.category)}</small>`}</div>
      <span class="demand-short"><b>${hoursOf(sum.short_minutes)}</b> ${t('demand.unit_hours')}</span></div>
    <div class="demand-bar-of" aria-hidden="true"><i style=${{ width: `${share}%` }}></i></div>
    <p class="demand-told">${t('demand.told', { wishes: numberOf(sum.wishes), tries: numberOf(sum.tries) })}
      ${' '}<b>${t('demand.unmet', { n: numberOf(sum.unmet) })}</b></p>
    <div class="demand-foot"><span class="demand-whys">${whys.map((why) => html`<${Tag} key=${why}>${t(`why.${why}`)}
      ${' '}${numberOf(sum.whys[why])}<//>`)}</span>
      <${Button} look="quiet" icon=${open ? 'minus' : 'plus'} aria-expanded=${open ? 'true' : 'false'}
        onClick=${() => replaceQuery({ open: open ? null : key })}>${t('demand.each')}<//></div>
    ${open && html`<${Wishes} sum=${sum} from=${from} />`}</li>`;
}

function Wishes({ sum, from }) {
  const narrowed = sum.listing ? { listing: sum.listing.id, from } : sum.week ? { from: sum.week, to: sum.week }
    : { category: sum.category, from };
  const { found, before, more } = usePages((cursor, signal) => api.wishes({ ...narrowed, limit: 20, cursor }, signal), [keyOf(sum), from]);
  return html`<${Loaded} of=${found} rows=${2}>${(page) => {
    const items = [...before, ...page.items.filter((one) => !before.some((old) => old.id === one.id))];
    return html`<ul class="wishes">${items.map((one) => html`<li key=${one.id}>
      ${!sum.listing && html`<a href=${`/listings/${one.listing?.code}`}>${nameOf(one.listing)}</a>`}
      <span>${showSpan(one)}</span><span>${t('demand.short_of', { short: one.short, units: one.units })}</span>
      <span>${t(`why.${one.why}`)}${one.tries > 1 ? ` \u00b7 ${t('demand.tries', { n: one.tries })}` : ''}</span>
      <span class="soft">${one.instead ? insteadOf(one) : t('demand.nothing')}</span></li>`)}</ul>
      ${page.next_cursor && html`<${More} busy=${found.loading} onClick=${() => more(items, page.next_cursor)} />`}`;
  }}<//>`;
}

function insteadOf(wish) {
  const words = t(`instead.${wish.instead}`);
  if (wish.instead === 'other_listing') return `${words}: ${nameOf(wish.instead_listing)} \u00d7${wish.instead_units}`;
  return wish.instead === 'fewer' ? `${words} \u00d7${wish.instead_units}` : words;
}
