// A month of one listing: each day a button whose fill and word tell free, part, taken or closed. A tap opens a day;
// a drag, a long press that sweeps, or Shift with an arrow takes several.
import { html, useRef, useState, useEffect } from '../dom.js';
import { t } from '../t.js';
import { addDays, showDay, showMonth, showWeekday, showWeekdayLong, today, weekday } from '../time.js';
import { dayState } from '../profile.js';
import { IconButton } from './button.js';
import { useSweep } from './sweep.js';

const LEAST_DAYS = 35;

/** First and last day drawn for the month of `day`: whole weeks, without those that are over, at least five of them. */
export function monthFrame(day) {
  const first = `${day.slice(0, 7)}-01`;
  const next = nextMonth(first);
  const begin = today() > first && today() < next ? today() : first;
  const start = addDays(begin, -weekday(begin));
  const whole = addDays(next, (7 - weekday(next)) % 7);
  const least = addDays(start, LEAST_DAYS);
  return { start, end: whole < least ? least : whole, first, next };
}

const nextMonth = (first) => `${addDays(first, 32).slice(0, 7)}-01`;
const previousMonth = (first) => `${addDays(first, -1).slice(0, 7)}-01`;

const KEYS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

/** @param {{month: string, steps: any[]|undefined, units: number, day: string, chosen: {start: string, end: string}|null, onDay: (day: string) => void, onDays: (first: string, last: string) => void, onMonth: (first: string) => void}} props */
export function Month({ month, steps, units, day, chosen, onDay, onDays, onMonth }) {
  const { start, end, first, next } = monthFrame(month);
  const table = useRef(null);
  const [focus, setFocus] = useState(null);
  const [anchor, setAnchor] = useState(null);
  const takeDays = (one, other) => onDays(one < other ? one : other, one < other ? other : one);
  useSweep(table, takeDays);
  useEffect(() => { if (focus) table.current?.querySelector(`[data-cell="${focus}"]`)?.focus(); }, [focus, month]);
  const days = [];
  for (let one = start; one < end; one = addDays(one, 1)) days.push(one);
  const weeks = [];
  for (let row = 0; row < days.length; row += 7) weeks.push(days.slice(row, row + 7));
  const stop = day >= start && day < end ? day : start > today() ? start : today();
  const onKeyDown = (event) => {
    const step = KEYS[event.key];
    if (!step) return;
    event.preventDefault();
    const at = event.target.dataset.cell;
    const to = addDays(at, step);
    if (to < today()) return;
    if (to < start || to >= end) onMonth(`${to.slice(0, 7)}-01`);
    const from = event.shiftKey ? anchor ?? at : null;
    setAnchor(from);
    if (from) takeDays(from, to);
    else onDay(to);
    setFocus(to);
  };
  return html`<section class="month" aria-label=${t('month.label')}>
    <header class="month-head"><h3 aria-live="polite">${showMonth(first)}</h3>
      <${IconButton} icon="left" label=${t('month.previous')} disabled=${first <= today()}
        onClick=${() => onMonth(previousMonth(first))} />
      <${IconButton} icon="right" label=${t('month.next')} onClick=${() => onMonth(next)} /></header>
    <table ref=${table} onKeyDown=${onKeyDown}>
      <thead><tr>${weeks[0].map((one) => html`<th scope="col"
        key=${one}><span aria-hidden="true">${showWeekday(one)}</span><span
        class="unseen">${showWeekdayLong(one)}</span></th>`)}</tr></thead>
      <tbody>${weeks.map((week) => html`<tr key=${week[0]}>${week.map((one) => html`<td key=${one}>
        <${Day} day=${one} outside=${one < first || one >= next} found=${steps && dayState(steps, one, units)}
          current=${one === day} stop=${one === stop} chosen=${covers(chosen, one)} onDay=${onDay} /></td>`)}</tr>`)}
        </tbody>
    </table>
  </section>`;
}

const covers = (span, day) => span && span.start.slice(0, 10) <= day &&
  (span.end.slice(0, 10) > day || (span.end.slice(0, 10) === day && span.end.slice(11) > '00:00'));

function Day({ day, outside, found, current, stop, chosen, onDay }) {
  const past = day < today();
  const state = past || !found ? 'unknown' : found.state;
  const words = [showDay(day), past ? t('day.past') : found && t(`day.${state}`), !past && found &&
    state !== 'closed' && found.capacity > 1 && t('day.free_of', { least: found.least, capacity: found.capacity })];
  return html`<button type="button" class="month-day" data-cell=${day} data-state=${state}
    data-outside=${outside ? '' : undefined} data-chosen=${chosen ? '' : undefined}
    data-today=${day === today() ? '' : undefined} aria-pressed=${current ? 'true' : 'false'}
      aria-label=${words.filter(Boolean).join(', ')} tabindex=${stop ? '0' : '-1'} disabled=${past}
      onClick=${() => onDay(day)}>
    <span>${Number(day.slice(8))}</span><i class="month-fill" aria-hidden="true"></i></button>`;
}
