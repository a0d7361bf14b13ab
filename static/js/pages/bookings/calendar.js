// Bookings on a month: what is on which day, and the chosen day's in full below. Fetched when it is first opened.
import { html, useEffect, useLoad, useRef, useState } from '../../dom.js';
import { api } from '../../api.js';
import { place, replaceQuery } from '../../router.js';
import { t } from '../../t.js';
import { addDays, dayOf, showDay, showMonth, showWeekday, showWeekdayLong, startOfDay, timeOf, today,
  weekday } from '../../time.js';
import { BookingRow, contentsOf, spanOfBooking } from '../../parts/booking-row.js';
import { IconButton } from '../../parts/button.js';
import { ProblemNote } from '../../parts/note.js';

export const styles = ['bookings'];

const KEYS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
const MOST_SHOWN = 3;
const isDay = (text) => /^\d{4}-\d\d-\d\d$/.test(text ?? '') && !Number.isNaN(Date.parse(text));

/** @param {{of: {scope: string, production: string|null}}} props */
export default function Calendar({ of }) {
  const asked = place.value.query.get('day');
  const day = isDay(asked) ? asked : today();
  const first = `${day.slice(0, 7)}-01`;
  const start = addDays(first, -weekday(first));
  const next = `${addDays(first, 32).slice(0, 7)}-01`;
  const days = [];
  for (let one = start; one < next || days.length % 7; one = addDays(one, 1)) days.push(one);
  const found = useLoad((signal) => api.bookingsBetween({ ...of, from: startOfDay(start),
    to: startOfDay(addDays(days.at(-1), 1)) }, signal), [of.scope, of.production, start]);
  const bookings = (found.value ?? []).sort((a, b) => (spanOfBooking(a).start < spanOfBooking(b).start ? -1 : 1));
  const on = (one) => bookings.filter((booking) => touches(booking, one));
  return html`<${ProblemNote} problem=${found.problem} retry=${found.reload} />
    <section class="cal panel" aria-label=${t('calendar.label')} data-loading=${found.loading ? '' : undefined}>
      <header class="month-head"><h2 aria-live="polite">${showMonth(first)}</h2>
        <button type="button" class="btn btn-quiet" onClick=${() => choose(today())}>${t('calendar.today')}</button>
        <${IconButton} icon="left" label=${t('month.previous')} onClick=${() => choose(addDays(first, -1))} />
        <${IconButton} icon="right" label=${t('month.next')} onClick=${() => choose(next)} /></header>
      <${Grid} days=${days} month=${first.slice(0, 7)} day=${day} on=${on} /></section>
    <section class="group" aria-live="polite"><h2>${showDay(day)}</h2>
      ${on(day).length ? html`<ul class="booking-list">${on(day).map((booking) => html`<${BookingRow} key=${booking.id}
        booking=${booking} who=${of.scope === 'all'} />`)}</ul>` : html`<p class="soft">${found.loading && !found.value
        ? t('common.loading') : t('calendar.nothing')}</p>`}</section>`;
}

const choose = (day) => replaceQuery({ day });

/** Whether a live line of the booking runs on that day of the cluster. */
function touches(booking, day) {
  const span = spanOfBooking(booking);
  return span.start < startOfDay(addDays(day, 1)) && startOfDay(day) < span.end;
}

function Grid({ days, month, day, on }) {
  const table = useRef(null);
  const [focus, setFocus] = useState(null);
  useEffect(() => { if (focus) table.current?.querySelector(`[data-cell="${focus}"]`)?.focus(); }, [focus]);
  const onKeyDown = (event) => {
    const step = KEYS[event.key];
    if (!step || !event.target.dataset.cell) return;
    event.preventDefault();
    const to = addDays(event.target.dataset.cell, step);
    choose(to);
    setFocus(to);
  };
  const weeks = Array.from({ length: days.length / 7 }, (_, week) => days.slice(week * 7, week * 7 + 7));
  return html`<table ref=${table} onKeyDown=${onKeyDown}>
    <thead><tr>${weeks[0].map((one) => html`<th scope="col" key=${one}><span aria-hidden="true">${showWeekday(one)}</span>
      <span class="unseen">${showWeekdayLong(one)}</span></th>`)}</tr></thead>
    <tbody>${weeks.map((week) => html`<tr key=${week[0]}>${week.map((one) => html`<${Cell} key=${one} day=${one}
      outside=${one.slice(0, 7) !== month} chosen=${one === day} bookings=${on(one)} />`)}</tr>`)}</tbody></table>`;
}

function Cell({ day, outside, chosen, bookings }) {
  const label = `${showDay(day)}, ${bookings.length ? t('calendar.count', { n: bookings.length }) : t('calendar.nothing')}`;
  return html`<td data-outside=${outside ? '' : undefined}>
    <button type="button" class="cal-day" data-cell=${day} tabindex=${chosen ? '0' : '-1'} aria-label=${label}
      aria-pressed=${chosen ? 'true' : 'false'} data-today=${day === today() ? '' : undefined}
      onClick=${() => choose(day)}><span>${Number(day.slice(8))}</span>
      <span class="cal-dots" aria-hidden="true">${bookings.slice(0, MOST_SHOWN).map((one) => html`<i key=${one.id}
        data-state=${one.state}></i>`)}</span></button>
    <ul class="cal-entries" aria-hidden="true">${bookings.slice(0, MOST_SHOWN).map((one) => html`<li key=${one.id}>
      <a tabindex="-1" href=${`/bookings/${one.reference}`} data-state=${one.state}>
        ${dayOf(spanOfBooking(one).start) === day && html`<b>${timeOf(spanOfBooking(one).start)}</b> `}
        ${one.title || contentsOf(one)}</a></li>`)}
      ${bookings.length > MOST_SHOWN && html`<li class="soft">${t('calendar.more', { n: bookings.length - MOST_SHOWN })}</li>`}
    </ul></td>`;
}
