// Reads the server's availability steps for pictures and hints. Never decides: the server's quote does that.
import { addDays, startOfDay } from './time.js';

/** The parts of `spans` inside [start, end), as instants. */
export function clip(spans, start, end) {
  return spans
    .map((span) => ({ ...span, start: span.start < start ? start : span.start, end: !span.end || span.end > end ? end
      : span.end }))
    .filter((span) => span.start < span.end);
}

/** Least and most free units on a local day. */
export function dayFree(steps, day) {
  const inside = clip(steps, startOfDay(day), startOfDay(addDays(day, 1)));
  if (!inside.length) return null;
  const free = inside.map((step) => Math.max(0, step.free));
  return { least: Math.min(...free), most: Math.max(...free), capacity: Math.max(...inside.map((step) => step.capacity)) };
}

/** How a local day looks to somebody who wants `units`: free, part, taken, closed. */
export function dayState(steps, day, units = 1) {
  const found = dayFree(steps, day);
  if (!found) return { state: 'unknown', least: 0, most: 0 };
  if (found.capacity <= 0) return { state: 'closed', ...found };
  if (found.least >= units) return { state: 'free', ...found };
  return { state: found.most >= units ? 'part' : 'taken', ...found };
}

/** Fewest free units over a span; null when the steps do not cover it. */
export function leastFree(steps, start, end) {
  const inside = clip(steps, start, end);
  if (!inside.length || inside[0].start > start || inside.at(-1).end < end) return null;
  return Math.min(...inside.map((step) => step.free));
}
