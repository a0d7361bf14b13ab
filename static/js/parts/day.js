// One day, hour by hour, until noon of the next: shoots cross midnight. Tap the first hour, then the last; or drag,
// or rest a thumb and sweep, or go with the arrows and Shift.
import { html, useEffect, useRef, useState } from '../dom.js';
import { nameOf, numberOf, t } from '../t.js';
import { addDays, addMinutes, instant, now, showDay, timeOf } from '../time.js';
import { clip, leastFree } from '../profile.js';
import { useSweep } from './sweep.js';

const HOURS = 36;
const FIRST_SEEN = 7;
const KEYS = { ArrowUp: -1, ArrowDown: 1 };

/**
 * @param {{day: string, found: any, units: number, quantity: number, hoursApply: string, chosen: {start: string, end: string}|null, onChoose: (span: {start: string, end: string}) => void}} props
 *   `found` is the server's availability answer
 */
export function DayLine({ day, found, units, quantity, hoursApply, chosen, onChoose }) {
  const box = useRef(null);
  const [first, setFirst] = useState(null);
  const [at, setAt] = useState(null);
  useEffect(() => { setFirst(null); setAt(null); }, [day]);
  // Nobody opens a day to look at 3 a.m. first.
  const seen = chosen && chosen.start.slice(0, 10) === day ? Number(chosen.start.slice(11, 13)) : FIRST_SEEN + 1;
  useEffect(() => {
    const row = box.current?.querySelector(`[data-cell="${Math.max(0, seen - 1)}"]`)?.parentElement;
    if (row) box.current.scrollTop = row.offsetTop;
  }, [day, found !== undefined]);
  const take = (one, other) => onChoose({ start: moment(day, Math.min(one, other)),
    end: moment(day, Math.max(one, other) + 1) });
  useSweep(box, (one, other) => { setFirst(null); take(Number(one), Number(other)); });
  const tap = (hour) => {
    setAt(hour);
    if (first === null || hour < first) { setFirst(hour); take(hour, hour); return; }
    take(first, hour);
    setFirst(null);
  };
  const onKeyDown = (event) => {
    const step = KEYS[event.key];
    if (!step || event.target.dataset.cell === undefined) return;
    event.preventDefault();
    const here = Number(event.target.dataset.cell);
    const next = box.current.querySelector(`[data-cell="${here + step}"]:not(:disabled)`);
    if (!next) return;
    setAt(here + step);
    next.focus();
    if (!event.shiftKey) { setFirst(null); return; }
    const anchor = first ?? here;
    setFirst(anchor);
    take(anchor, here + step);
  };
  const from = instant(moment(day, 0));
  const until = instant(moment(day, HOURS));
  const hours = Array.from({ length: HOURS }, (_, hour) => hourOf(day, hour, { found, units, hoursApply, chosen, first }));
  // One stop for the Tab key; the arrows do the rest.
  const stop = hours[at ?? seen]?.past === false ? at ?? seen : hours.findIndex((one) => !one.past);
  return html`<section class="day" aria-label=${t('day.label', { day: showDay(day) })}>
    <h3 class="day-head" aria-live="polite">${showDay(day)}</h3>
    <p class="day-hint">${first === null ? t('day.tap_start') : t('day.tap_end', { time: moment(day, first).slice(11) })}</p>
    <div class="day-scroll" ref=${box} role="group" aria-label=${t('day.label', { day: showDay(day) })}
      onKeyDown=${onKeyDown}>
      <div class="day-hours">
        ${hours.map((one) => html`<${Hour} key=${one.hour} hour=${one} stop=${one.hour === stop} onTap=${tap} />`)}
        <div class="day-blocks" aria-hidden="true">
          ${blocks(found, from, until, quantity).map((block) => html`<${Block} key=${block.key} block=${block}
          from=${from} until=${until} />`)}</div>
      </div>
    </div>
  </section>`;
}

const moment = (day, hour) => addMinutes(`${day}T00:00`, hour * 60);

/** What one hour is, for eyes and ears. */
function hourOf(day, hour, { found, units, hoursApply, chosen, first }) {
  const [from, to] = [moment(day, hour), moment(day, hour + 1)];
  const [start, end] = [instant(from), instant(to)];
  const steps = found ? clip(found.steps, start, end) : [];
  const least = found ? leastFree(found.steps, start, end) : null;
  const capacity = Math.max(0, ...steps.map((step) => step.capacity));
  const state = least === null ? 'unknown' : capacity <= 0 ? 'closed' : least < units ? 'taken'
    : least < capacity ? 'part' : 'free';
  return { hour, from, to, state, least, capacity, past: end <= now().toISOString(),
    shut: shutAt(found, hoursApply, start, end), midnight: hour === 24 ? addDays(day, 1) : null,
    picked: (chosen && chosen.start < to && from < chosen.end) || first === hour };
}

// Outside opening hours, or at night where nights are barred: not taken, but not to be had either.
function shutAt(found, hoursApply, start, end) {
  if (found?.night?.some((one) => one.start < end && start < one.end)) return 'night';
  if (!found?.open || hoursApply === 'none') return null;
  return found.open.some((one) => one.start <= start && end <= one.end) ? null : hoursApply;
}

function Hour({ hour, stop, onTap }) {
  const words = [t(`day.${hour.state}`), hour.state === 'part' && t('day.left', { n: numberOf(hour.least),
    all: numberOf(hour.capacity) }), hour.shut && t(`day.shut_${hour.shut}`)].filter(Boolean).join(', ');
  return html`<div class="day-row" data-midnight=${hour.midnight ? '' : undefined}>
    <span class="day-time" aria-hidden="true">${hour.midnight ? showDay(hour.midnight) : hour.from.slice(11)}
      ${hour.state === 'part' && !hour.past && html`<small>${t('day.left_short', { n: numberOf(hour.least),
      all: numberOf(hour.capacity) })}</small>`}</span>
    <button type="button" class="day-hour" data-cell=${hour.hour} data-state=${hour.state}
      data-shut=${hour.shut ?? undefined} disabled=${hour.past} tabindex=${stop ? '0' : '-1'}
      aria-pressed=${hour.picked ? 'true' : 'false'}
      aria-label=${t('day.hour', { from: hour.from.slice(11), to: hour.to.slice(11), what: words })}
      onClick=${() => onTap(hour.hour)}></button></div>`;
}

/** What stands in the way, as drawn blocks: bookings, the turnaround after them, closures. */
function blocks(found, from, until, quantity) {
  if (!found) return [];
  const list = [];
  for (const [index, booking] of found.bookings.entries()) {
    const who = booking.mine ? t('day.yours') : booking.company ? nameOf(booking.company) : t('day.someone');
    const look = booking.mine ? 'mine' : booking.units < quantity ? 'part' : 'taken';
    list.push({ key: `b${index}`, look, start: booking.start, end: booking.end, units: booking.units,
      text: `${timeOf(booking.start)}\u2013${timeOf(booking.end)} ${who}${quantity > 1 ? ` \u00d7 ${booking.units}` : ''}` });
    if (booking.claim_end > booking.end) list.push({ key: `t${index}`, look: 'turnaround', start: booking.end,
      end: booking.claim_end, units: booking.units, text: t('day.turnaround') });
    if (booking.claim_start < booking.start) list.push({ key: `s${index}`, look: 'turnaround',
      start: booking.claim_start, end: booking.start, units: booking.units, text: t('day.setup') });
  }
  for (const [index, closure] of found.closures.entries()) {
    list.push({ key: `c${index}`, look: 'closed', start: closure.start, end: closure.end ?? until,
      units: closure.units ?? quantity, text: `${t('day.closed')}${closure.reason ? `: ${closure.reason}` : ''}` });
  }
  return place(clip(list, from, until));
}

// Puts blocks that run at the same time side by side, like lanes on a road.
function place(list) {
  const lanes = [];
  for (const block of list.sort((a, b) => (a.start < b.start ? -1 : 1))) {
    const lane = lanes.findIndex((until) => until <= block.start);
    block.lane = lane < 0 ? lanes.length : lane;
    lanes[block.lane] = block.end;
  }
  for (const block of list) block.lanes = lanes.length;
  return list;
}

function Block({ block, from, until }) {
  const whole = Date.parse(until) - Date.parse(from);
  const share = (value) => `${((Date.parse(value) - Date.parse(from)) / whole) * 100}%`;
  const style = { top: share(block.start), height: `calc(${share(block.end)} - ${share(block.start)})`,
    left: `${(block.lane / block.lanes) * 100}%`, width: `${100 / block.lanes}%` };
  return html`<div class="day-block" data-look=${block.look} style=${style}><span>${block.text}</span></div>`;
}

/** The legend of month and day: every sign with its word. */
export const Legend = () => html`<ul class="legend" aria-label=${t('legend.label')}>
  ${['free', 'part', 'taken', 'turnaround', 'closed', 'shut', 'chosen'].map((state) => html`<li key=${state}>
    <i class="legend-sign" data-state=${state} aria-hidden="true"></i>${t(`legend.${state}`)}</li>`)}
</ul>`;
