// Bookings: what is on now, what comes, what was; as a list or on a month.
import { html, useLoad, useState } from '../dom.js';
import { api } from '../api.js';
import { useAgain } from '../live.js';
import { place, replaceQuery } from '../router.js';
import { may, me } from '../session.js';
import { t } from '../t.js';
import { now } from '../time.js';
import { Head } from '../parts/shell.js';
import { Button } from '../parts/button.js';
import { Select } from '../parts/field.js';
import { Icon } from '../parts/icon.js';
import { Later } from '../parts/later.js';
import { Empty, Loaded } from '../parts/note.js';
import { BookingRow, spanOfBooking } from '../parts/booking-row.js';

export const styles = ['basket'];

const TIMES = ['now', 'next', 'past'];
const PAGE = 25;
const loadCalendar = () => import('./bookings/calendar.js');

export default function Bookings() {
  const query = place.value.query;
  const when = TIMES.includes(query.get('when')) ? query.get('when') : null;
  const scopes = may('manage_cluster') ? ['company', 'mine', 'all'] : ['company', 'mine'];
  const scope = scopes.includes(query.get('scope')) ? query.get('scope') : 'company';
  const onMonth = query.get('view') === 'calendar';
  const production = query.get('production');
  const of = { scope, production };
  const key = `${scope} ${production}`;
  return html`<${Head} title=${t('nav.bookings')}><${View} onMonth=${onMonth} /><//>
    <div class="filters bookings-filters">${!onMonth && html`<div class="pills" role="group" aria-label=${t('bookings.when')}>
      ${[null, ...TIMES].map((one) => html`<button type="button" class="pill" key=${one}
        aria-pressed=${one === when ? 'true' : 'false'}
        onClick=${() => replaceQuery({ when: one })}>${t(`bookings.${one ?? 'coming'}`)}</button>`)}</div>`}
      <div class="pills" role="group" aria-label=${t('bookings.whose')}>
        ${scopes.map((one) => html`<button type="button" class="pill" key=${one}
        aria-pressed=${one === scope ? 'true' : 'false'}
        onClick=${() => replaceQuery({ scope: one === 'company' ? null : one })}>${t(`bookings.${one}`)}</button>`)}
      </div>
      <${OfProduction} chosen=${production} all=${scope === 'all'} /></div>
    ${onMonth ? html`<${Later} key="calendar" load=${loadCalendar} of=${of} />`
      : when ? html`<${Group} key=${when + key} when=${when} of=${of} alone />`
      : html`<${Group} key=${`now${key}`} when="now" of=${of} quiet /><${Group} key=${`next${key}`}
      when="next" of=${of} alone />`}`;
}

const View = ({ onMonth }) => html`<div class="pills views" role="group" aria-label=${t('bookings.view')}>
  <button type="button" class="pill" aria-pressed=${onMonth ? 'false' : 'true'}
    onClick=${() => replaceQuery({ view: null, day: null })}><${Icon} name="list" size=${18} />${t('bookings.list')}</button>
  <button type="button" class="pill" aria-pressed=${onMonth ? 'true' : 'false'}
    onClick=${() => replaceQuery({ view: 'calendar' })}><${Icon} name="calendar" size=${18} />${t('bookings.calendar')}
  </button></div>`;

// For which drama; where there is but one there is nothing to choose.
function OfProduction({ chosen, all }) {
  const found = useLoad((signal) => api.productions(signal), []);
  const some = (found.value ?? []).filter((one) => all || !one.company || one.company.id === me.value.company.id);
  if (some.length < 2 && !chosen) return null;
  return html`<div class="choice of-production"><${Select} label=${t('basket.production')} name="production"
    value=${chosen ?? ''} onChange=${(event) => replaceQuery({ production: event.target.value || null })}
    options=${[['', t('bookings.every_production')], ...some.map((one) => [one.id, one.title])]} /></div>`;
}

function Group({ when, of, alone, quiet }) {
  const [cursor, setCursor] = useState(undefined);
  const [before, setBefore] = useState([]);
  const found = useLoad((signal) => api.bookings({ ...of, when, limit: PAGE, cursor }, signal), [when, cursor]);
  useAgain((news) => Boolean(news.booking), found.reload);
  if (quiet && !found.problem && !found.value?.items.length) return null;
  return html`<section class="group"><h2>${t(`bookings.${when}`)}</h2>
    <${Loaded} of=${found} rows=${3}>${(page) => {
      const items = inOrder([...before, ...page.items.filter((one) => !before.some((old) => old.id === one.id))], when);
      if (!items.length) return alone && html`<${Empty} icon="bookings" title=${t(`bookings.none_${when}`)} href="/"
        label=${t('basket.find')} />`;
      return html`<ul class="booking-list">
        ${items.map((booking) => html`<${BookingRow} key=${booking.id} booking=${booking} who=${of.scope === 'all'} />`)}</ul>
        ${page.next_cursor && html`<div class="more">
          <${Button} busy=${found.loading} busyText=${t('common.loading')}
          onClick=${() => { setBefore(items); setCursor(page.next_cursor); }}>${t('common.more')}<//></div>`}`;
    }}<//></section>`;
}

// What begins first comes first; what is over, the other way round. A booking with lines now and later is on now.
function inOrder(bookings, when) {
  const clock = now().toISOString();
  const kept = when === 'next' ? bookings.filter((one) => spanOfBooking(one).start > clock) : [...bookings];
  const sorted = kept.sort((a, b) => (spanOfBooking(a).start < spanOfBooking(b).start ? -1 : 1));
  return when === 'past' ? sorted.reverse() : sorted;
}
