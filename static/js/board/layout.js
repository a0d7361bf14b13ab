// Where everything on the board stands, in pixels. Pure: no page, no clock, no words.
// Heights are summed once, so that the rows in sight are found by halving and not by walking all of them.

/** Pixels that paint and style sheet agree on. */
export const SIZES = { lane: 26, leastLane: 9, lanesAtFull: 4, gap: 2, pad: 5, group: 36 };

/** Heights and scale. One lane is as high as a word; many lanes share the height of a few. */
export const laneHeight = (lanes) => (lanes <= SIZES.lanesAtFull ? SIZES.lane
  : Math.max(SIZES.leastLane, Math.floor((SIZES.lane * SIZES.lanesAtFull) / lanes)));

/**
 * Puts claims that overlap side by side. Writes `lane` on each line.
 * @param {{from: number, to: number, lane?: number}[]} lines in order of `from`
 * @returns {number} how many lanes they take, at least one
 */
export function placeInLanes(lines) {
  const ends = [];
  for (const line of lines) {
    const free = ends.findIndex((end) => end <= line.from);
    line.lane = free < 0 ? ends.length : free;
    ends[line.lane] = line.to;
  }
  return Math.max(1, ends.length);
}

/**
 * A row with its lines in order and in lanes.
 * @param {any} listing with `lines` and `closures` as the server sent them
 */
export function rowOf(listing) {
  const lines = listing.lines.map((line) => ({ ...line, from: Date.parse(line.claim_start), to: Date.parse(line.claim_end),
    starts: Date.parse(line.start), ends: Date.parse(line.end) })).sort((a, b) => a.from - b.from);
  const closures = listing.closures.map((one) => ({ ...one, from: Date.parse(one.start),
    to: one.end ? Date.parse(one.end) : Infinity }));
  const lanes = placeInLanes(lines);
  // The latest end so far never shrinks, so it can be searched by halving although ends alone cannot.
  const latest = new Float64Array(lines.length);
  lines.forEach((line, place) => { latest[place] = Math.max(line.to, place ? latest[place - 1] : line.to); });
  const lane = laneHeight(lanes);
  return { listing, lines, closures, latest, lanes, lane, height: lanes * (lane + SIZES.gap) - SIZES.gap + 2 * SIZES.pad };
}

/** The first place in `sorted` whose value is above `value`. @param {ArrayLike<number>} sorted */
export function firstAbove(sorted, value, length = sorted.length) {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The lines of a row that touch [from, to). */
export function linesBetween(row, from, to) {
  const found = [];
  for (let place = firstAbove(row.latest, from); place < row.lines.length && row.lines[place].from < to; place += 1) {
    if (row.lines[place].to > from) found.push(row.lines[place]);
  }
  return found;
}

/**
 * Rows under the heads of their groups, groups in order of their names.
 * @param {any[]} rows @param {((listing: any) => {key: string, name: string})|null} groupOf
 * @returns {({group: {key: string, name: string}, count: number, height: number}|{row: any, height: number})[]}
 */
export function arrange(rows, groupOf) {
  if (!groupOf) return rows.map((row) => ({ row, height: row.height }));
  const groups = new Map();
  for (const row of rows) {
    const group = groupOf(row.listing);
    if (!groups.has(group.key)) groups.set(group.key, { group, rows: [] });
    groups.get(group.key).rows.push(row);
  }
  const inOrder = [...groups.values()].sort((a, b) => a.group.name.localeCompare(b.group.name));
  return inOrder.flatMap(({ group, rows: own }) => [{ group, count: own.length, height: SIZES.group },
    ...own.map((row) => ({ row, height: row.height }))]);
}

/** Where each entry begins, and last where all of them end. @param {{height: number}[]} entries */
export function topsOf(entries) {
  const tops = new Float64Array(entries.length + 1);
  entries.forEach((entry, place) => { tops[place + 1] = tops[place] + entry.height; });
  return tops;
}

/** The entries that show between two heights: from the first up to, not with, the last. */
export function entriesBetween(tops, top, bottom) {
  const count = tops.length - 1;
  const first = Math.max(0, firstAbove(tops, top) - 1);
  let last = first;
  while (last < count && tops[last] < bottom) last += 1;
  return [Math.min(first, count), last];
}

/** The entry at a height, or -1. */
export function entryAt(tops, y) {
  const place = firstAbove(tops, y) - 1;
  return place < tops.length - 1 ? place : -1;
}

/**
 * A scale: so many pixels for the time from `start` on.
 * @param {number} start @param {number} until @param {number} days how many fill `width` @param {number} width
 */
export function scaleOf(start, until, days, width) {
  const perDay = width / days;
  const perMs = perDay / 86_400_000;
  return { start, until, perDay, perMs, width: (until - start) * perMs };
}
export const xOf = (scale, ms) => (ms - scale.start) * scale.perMs;
export const msAt = (scale, x) => scale.start + x / scale.perMs;

/** Place and breadth of a span within the window, in whole pixels; null when none of it is inside. */
export function across(scale, from, to) {
  const left = Math.max(scale.start, from);
  const right = Math.min(scale.until, to);
  if (left >= right) return null;
  const x = Math.round(xOf(scale, left));
  return { x, width: Math.max(3, Math.round(xOf(scale, right)) - x - 1) };
}

/** The day a moment falls on: its place in `starts`, the first moments of the days. */
export const dayAt = (starts, ms) => Math.max(0, firstAbove(starts, ms) - 1);

/**
 * Moves a moment by a distance, on the steps of the zoom: by minutes, or by whole days that keep the time of
 * day although days may be 23 or 25 hours long.
 * @param {number[]} starts first moments of the days, in order @param {number} ms
 * @param {number} by milliseconds @param {number} stepMinutes a multiple of 1440 moves by days
 */
export function moved(starts, ms, by, stepMinutes) {
  const step = stepMinutes * 60_000;
  const steps = Math.round(by / step);
  if (stepMinutes % 1440 !== 0) return ms + steps * step;
  const day = dayAt(starts, ms);
  const target = day + steps * (stepMinutes / 1440);
  const start = target >= 0 && target < starts.length ? starts[target] : starts[day] + (target - day) * 86_400_000;
  return start + (ms - starts[day]);
}

/** The line next to one in its row, or the nearest in time of the next row that has any: for the arrow keys. */
export function neighbour(entries, place, line, direction) {
  const row = entries[place].row;
  if (direction === 'left' || direction === 'right') {
    const next = row.lines[row.lines.indexOf(line) + (direction === 'left' ? -1 : 1)];
    return next ? { place, line: next } : null;
  }
  const step = direction === 'up' ? -1 : 1;
  for (let other = place + step; other >= 0 && other < entries.length; other += step) {
    const lines = entries[other].row?.lines;
    if (lines?.length) return { place: other, line: nearest(lines, line.starts) };
  }
  return null;
}

const nearest = (lines, ms) => lines.reduce((best, one) => (Math.abs(one.starts - ms) < Math.abs(best.starts - ms) ? one
  : best));
