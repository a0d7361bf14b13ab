// The basket's small timeline: one row per line on a shared axis, over what others have taken.
import { html, useLoad } from '../dom.js';
import { api } from '../api.js';
import { nameOf, t } from '../t.js';
import { addDays, DAY, dayOf, HOUR, instant, showDay, showSpan, startOfDay, timeOf } from '../time.js';
import { clip } from '../profile.js';

const MOST_ROWS = 24;
const MOST_DAYS = 31;

/** @param {{rows: {id: string, listing: any, units: number, span: {start: string, end: string}, refused: boolean, part?: boolean}[]}} props spans in instants */
export function Track({ rows }) {
  const shown = rows.slice(0, MOST_ROWS);
  const axis = axisOf(shown);
  const ids = [...new Set(shown.map((row) => row.listing.id))];
  const busy = useLoad(async (signal) => Object.fromEntries(await Promise.all(
    ids.map(async (id) => [id, await api.availability(id, axis.start, axis.end, signal).catch(() => null)]))),
      [ids.join(), axis.start, axis.end]);
  const share = (value) => (Date.parse(value) - Date.parse(axis.start)) / (Date.parse(axis.end) - Date.parse(axis.start)) * 100;
  const place = (span) => ({ left: `${share(span.start)}%`, width: `${share(span.end) - share(span.start)}%` });
  return html`<section class="track" aria-label=${t('track.label')}>
    <div class="track-axis"
      aria-hidden="true">${axis.ticks.map((tick) => html`<span key=${tick.at} style=${{ left: `${share(tick.at)}%` }}
      data-day=${tick.day ? '' : undefined}>${tick.text}</span>`)}</div>
    <ul>${shown.map((row) => html`<li key=${row.id} data-part=${row.part ? '' : undefined}>
      <span class="track-name">${nameOf(row.listing)}${row.units > 1 && ` \u00d7 ${row.units}`}<span
        class="unseen">: ${showSpan(row.span)}</span></span>
      <div class="track-lane" aria-hidden="true">
        ${axis.ticks.map((tick) => html`<i key=${tick.at} class="track-tick" data-day=${tick.day ? '' : undefined}
          style=${{ left: `${share(tick.at)}%` }}></i>`)}
        ${barred(busy.value?.[row.listing.id], row.units,
          axis).map((step) => html`<i key=${step.start} class="track-busy"
          data-closed=${step.capacity <= 0 ? '' : undefined} style=${place(step)}></i>`)}
        <b class="track-own" data-refused=${row.refused ? '' : undefined} style=${place(row.span)}></b>
      </div></li>`)}</ul>
  </section>`;
}

const barred = (found, units, axis) => (found ? clip(found.steps.filter((step) => step.free < units), axis.start,
  axis.end) : []);

// From two hours before the first start to two hours after the last end, on whole hours.
function axisOf(rows) {
  const first = rows.map((row) => row.span.start).sort()[0];
  const last = rows.map((row) => row.span.end).sort().at(-1);
  const start = Math.floor(Date.parse(first) / HOUR) * HOUR - 2 * HOUR;
  const end = Math.min(Math.ceil(Date.parse(last) / HOUR) * HOUR + 2 * HOUR, start + MOST_DAYS * DAY);
  const text = (time) => new Date(time).toISOString().replace('.000Z', 'Z');
  return { start: text(start), end: text(end), ticks: ticksOf(text(start), text(end)) };
}

function ticksOf(start, end) {
  const hours = (Date.parse(end) - Date.parse(start)) / HOUR;
  const every = hours <= 12 ? 2 : hours <= 30 ? 6 : hours <= 72 ? 12 : 24;
  const ticks = [];
  for (let day = dayOf(start); startOfDay(day) < end && ticks.length < 80; day = addDays(day, 1)) {
    for (let hour = 0; hour < 24; hour += every) {
      const at = instant(`${day}T${String(hour).padStart(2, '0')}:00`);
      if (at > start && at < end) ticks.push({ at, day: hour === 0, text: hour === 0 ? showDay(day) : timeOf(at) });
    }
  }
  const skip = Math.ceil(ticks.length / 8);
  return ticks.filter((_, index) => index % skip === 0);
}
