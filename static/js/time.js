// Dates and times in the cluster's zone, never the device's: a producer abroad must see the set's clock.
// "Local" text here is the cluster's wall clock: day `2026-11-24`, time `18:00`, moment `2026-11-24T18:00`.
import { signal } from '@preact/signals';
import { language, t } from './t.js';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const zone = signal('Asia/Shanghai');
let skew = 0;

/** Sets the zone, and how far the device's clock is from the server's. */
export function setClock(timeZone, serverNow) {
  zone.value = timeZone;
  skew = serverNow ? Date.parse(serverNow) - Date.now() : 0;
}

/** Now, by the server's clock. */
export const now = () => new Date(Date.now() + skew);

const formats = new Map();
function format(options, locale = language.value) {
  const key = locale + zone.value + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, { timeZone: zone.value, ...options }));
  return formats.get(key);
}

/** Wall clock of an instant as `2026-11-24T18:00`. @param {string|number|Date} instant */
export function local(instant) {
  const parts = {};
  const clock = format({ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit',
    hourCycle: 'h23' }, 'en-GB');
  for (const part of clock.formatToParts(new Date(instant))) parts[part.type] = part.value;
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`;
}

export const dayOf = (instant) => local(instant).slice(0, 10);
export const timeOf = (instant) => local(instant).slice(11, 16);
export const today = () => dayOf(now());

/** The instant of a wall-clock moment, as the server likes it: `…Z`. */
export function instant(moment) {
  const naive = Date.parse(`${moment}:00Z`);
  let guess = naive;
  // Twice, because the offset at the first guess may be that of the other side of a clock change.
  for (let turn = 0; turn < 2; turn += 1) guess = naive - (Date.parse(`${local(guess)}:00Z`) - guess);
  return new Date(guess).toISOString().replace('.000Z', 'Z');
}

export const isMoment = (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text ?? '') &&
  !Number.isNaN(Date.parse(`${text}:00Z`));

/** Calendar arithmetic on days: no zone is involved. */
export function addDays(day, count) {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY).toISOString().slice(0, 10);
}

/** Wall-clock arithmetic on moments: `18:00` plus eight hours is `02:00` the next day. */
export function addMinutes(moment, minutes) {
  return new Date(Date.parse(`${moment}:00Z`) + minutes * MINUTE).toISOString().slice(0, 16);
}

/** 0 = Monday. Weeks begin on Monday in the trade. */
export const weekday = (day) => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
export const daysBetween = (first,
  last) => Math.round((Date.parse(`${last}T00:00:00Z`) - Date.parse(`${first}T00:00:00Z`)) / DAY);
export const startOfDay = (day) => instant(`${day}T00:00`);

const ofDay = (day, options) => format({ ...options, timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));

/** "Wed, 25 Nov", with the year only when it is another one. */
export function showDay(day) {
  const year = day.slice(0, 4) === today().slice(0, 4) ? {} : { year: 'numeric' };
  return ofDay(day, { month: language.value === 'en' ? 'short' : 'long', day: 'numeric', weekday: 'short', ...year });
}
export const showMonth = (day) => ofDay(day, { year: 'numeric', month: 'long' });
export const showWeekday = (day) => ofDay(day, { weekday: 'narrow' });
export const showWeekdayShort = (day) => ofDay(day, { weekday: 'short' });
export const showMonthShort = (day) => ofDay(day, { month: 'short' });
export const showWeekdayLong = (day) => ofDay(day, { weekday: 'long' });

/** Day and time of one instant. */
export const showMoment = (value) => `${showDay(dayOf(value))} ${timeOf(value)}`;

/** A span as people say it: the day once, and "next day" when it crosses midnight. */
export function showSpan({ start, end }) {
  const first = dayOf(start);
  if (!end) return t('time.from', { moment: showMoment(start) });
  const last = dayOf(end);
  if (first === last) return `${showDay(first)} ${timeOf(start)}\u2013${timeOf(end)}`;
  if (addDays(first, 1) === last) return `${showDay(first)} ${timeOf(start)}\u2013${t('time.next_day',
    { time: timeOf(end) })}`;
  return `${showMoment(start)} \u2013 ${showMoment(end)}`;
}

export const minutesOf = ({ start, end }) => Math.round((Date.parse(end) - Date.parse(start)) / MINUTE);

/** "2 h 30 min", "3 days". */
export function showMinutes(total) {
  if (total >= 2880 && total % 1440 === 0) return t('time.days', { n: total / 1440 });
  const hours = Math.floor(total / 60);
  const rest = total % 60;
  if (!hours) return t('time.minutes', { n: rest });
  return rest ? t('time.hours_minutes', { hours, minutes: rest }) : t('time.hours', { n: hours });
}

/** What is left of a clock: "23 h 59 min", and "59:07" in the last hour. @param {number} millis */
export function showLeft(millis) {
  if (millis > HOUR) return showMinutes(Math.floor(millis / MINUTE));
  const seconds = Math.ceil(millis / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** "in 3 hours", "2 days ago". */
export function showAgo(value) {
  const seconds = (Date.parse(value) - now().getTime()) / 1000;
  /** @type {[Intl.RelativeTimeFormatUnit, number]} */
  const [unit, size] = Math.abs(seconds) < 3600 ? ['minute', 60] : Math.abs(seconds) < 86400 ? ['hour', 3600]
    : ['day', 86400];
  return new Intl.RelativeTimeFormat(language.value, { numeric: 'auto' }).format(Math.round(seconds / size), unit);
}
