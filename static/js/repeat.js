// A repetition as a person chooses it, as the rule the API takes (RFC 5545), and as the days it makes.
import { addDays, weekday } from './time.js';

/** @typedef {{every: 'day'|'workday'|'week', days: number[], ends: 'count'|'until', count: number, until: string,
 *   onClash: 'skip'|'refuse'|'queue'}} Repeat  `days` are weekdays, 0 = Monday */

const DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const WORKDAYS = [0, 1, 2, 3, 4];
export const MOST_COUNT = 366;
// Longer than the longest rule needs to make its dates: one a week.
const MOST_LOOKED_AT = 7 * MOST_COUNT;

/** What stands in the sheet first. @param {string} day the first day of the basket @returns {Repeat} */
export const firstRepeat = (day) => ({ every: 'week', days: [weekday(day)], ends: 'count', count: 4,
  until: addDays(day, 21), onClash: 'skip' });

const weekdaysOf = ({ every, days }) => (every === 'workday' ? WORKDAYS : every === 'week' ? days : null);

/** @param {Repeat} repeat */
export function recurrenceOf(repeat) {
  const on = weekdaysOf(repeat);
  const by = on ? `FREQ=WEEKLY;BYDAY=${on.map((day) => DAYS[day]).join(',')}` : 'FREQ=DAILY';
  const end = repeat.ends === 'count' ? `COUNT=${repeat.count}` : `UNTIL=${repeat.until.replaceAll('-', '')}`;
  return { rule: `${by};${end}`, on_clash: repeat.onClash };
}

/** The days it makes from one on, at most `most`. @param {Repeat} repeat @param {string} first */
export function daysOf(repeat, first, most = MOST_COUNT) {
  const on = weekdaysOf(repeat);
  const days = [];
  const wanted = repeat.ends === 'count' ? Math.min(repeat.count, most) : most;
  for (let after = 0; after < MOST_LOOKED_AT && days.length < wanted; after += 1) {
    const day = addDays(first, after);
    if (repeat.ends === 'until' && day > repeat.until) break;
    if (!on || on.includes(weekday(day))) days.push(day);
  }
  return days;
}

/** Whether it says enough to be asked for. @param {Repeat} repeat */
export const isWhole = (repeat) => (repeat.every !== 'week' || repeat.days.length > 0) &&
  (repeat.ends === 'count' ? repeat.count >= 1 && repeat.count <= MOST_COUNT : Boolean(repeat.until));
