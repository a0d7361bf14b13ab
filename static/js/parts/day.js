// One day, hour by hour, until noon of the next: shoots cross midnight. Tap the first hour, then the last.
import { html, useEffect, useRef, useState } from '../dom.js';
import { nameOf, t } from '../t.js';
import { addDays, addMinutes, instant, now, showDay, timeOf } from '../time.js';
import { clip, leastFree } from '../profile.js';

const HOURS = 36;
const FIRST_SEEN = 7;

/**
 * @param {{day: string, found: any, units: number, quantity: number, chosen: {start: string, end: string}|null, onChoose: (span: {start: string, end: string}) => void}} props
 *   `found` is the server's availability answer
 */
export function DayLine({ day, found, units, quantity, chosen, onChoose }) {
  const box = useRef(null);
  const [first, setFirst] = useState(null);
  useEffect(() => { setFirst(null); }, [day]);
  // Nobody opens a day to look at 3 a.m. first.
  const seen = chosen && chosen.start.slice(0, 10) === day ? Number(chosen.start.slice(11, 13)) - 1 : FIRST_SEEN;
  useEffect(() => {
    const row = box.current?.querySelector(`[data-hour="${Math.max(0, seen)}"]`);
    if (row) box.current.scrollTop = row.offsetTop;
  }, [day, found !== undefined]);
  const tap = (hour) => {
    if (first === null || hour < first) {
      setFirst(hour);
      onChoose({ start: at(day, hour), end: at(day, hour + 1) });
    } else {
      onChoose({ start: at(day, first), end: at(day, hour + 1) });
      setFirst(null);
    }
  };
  const from = instant(at(day, 0));
  const until = instant(at(day, HOURS));
  return html`<section class="day" aria-label=${t('day.label', { day: showDay(day) })}>
    <p class="day-hint">${first === null ? t('day.tap_start') : t('day.tap_end', { time: at(day, first).slice(11) })}</p>
    <div class="day-scroll" ref=${box} tabindex="0" role="group" aria-label=${t('day.label', { day: showDay(day) })}>
      <div class="day-hours">
        ${Array.from({ length: HOURS }, (_, hour) => html`<${Hour} key=${hour} day=${day} hour=${hour} found=${found}
          units=${units} quantity=${quantity} chosen=${chosen} first=${first} onTap=${tap} />`)}
        <div class="day-blocks" aria-hidden="true">
          ${blocks(found, from, until, quantity).map((block) => html`<${Block} key=${block.key} block=${block}
          from=${from} until=${until} />`)}</div>
      </div>
    </div>
  </section>`;
}

const at = (day, hour) => addMinutes(`${day}T00:00`, hour * 60);

function Hour({ day, hour, found, units, chosen, first, onTap }) {
  const moment = at(day, hour);
  const start = instant(moment);
  const end = instant(at(day, hour + 1));
  const least = found ? leastFree(found.steps, start, end) : null;
  const shut = found?.steps && clip(found.steps, start, end).every((step) => step.capacity <= 0);
  const state = least === null ? 'unknown' : shut ? 'closed' : least >= units ? 'free' : 'taken';
  const picked = (chosen && chosen.start < at(day, hour + 1) && moment < chosen.end) || first === hour;
  const past = end <= now().toISOString();
  const label = t('day.hour', { from: moment.slice(11), to: at(day, hour + 1).slice(11), what: t(`day.${state}`) });
  return html`<div class="day-row" data-hour=${hour} data-midnight=${hour === 24 ? '' : undefined}>
    <span class="day-time" aria-hidden="true">${hour === 24 ? showDay(addDays(day, 1)) : moment.slice(11)}</span>
    <button type="button" class="day-hour" data-state=${state} disabled=${past}
      aria-pressed=${picked ? 'true' : 'false'} aria-label=${label} onClick=${() => onTap(hour)}></button></div>`;
}

/** What stands in the way, as drawn blocks: bookings, the turnaround after them, closures. */
function blocks(found, from, until, quantity) {
  if (!found) return [];
  const list = [];
  for (const [index, booking] of found.bookings.entries()) {
    const who = booking.mine ? t('day.yours') : booking.company ? nameOf(booking.company) : t('day.someone');
    list.push({ key: `b${index}`, look: booking.mine ? 'mine' : 'taken', start: booking.start, end: booking.end,
      units: booking.units, text: `${timeOf(booking.start)}\u2013${timeOf(booking.end)} ${who}${quantity > 1
      ? ` \u00d7 ${booking.units}` : ''}` });
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
  ${['free', 'part', 'taken', 'turnaround', 'closed',
    'chosen'].map((state) => html`<li key=${state}><i class="legend-sign" data-state=${state} aria-hidden="true"></i>
    ${t(`legend.${state}`)}</li>`)}
</ul>`;
