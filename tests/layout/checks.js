// What the board's layout promises, checked where it runs. Writes each broken promise, or that all are kept.
import * as layout from './layout.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2030, 0, 7);
const broken = [];

function same(what, found, expected) {
  const [one, other] = [JSON.stringify(found), JSON.stringify(expected)];
  if (one !== other) broken.push(`${what}: found ${one}, expected ${other}`);
}

/** A line from one hour to another after START. */
const line = (id, from, to) => ({ id, claim_start: iso(from), claim_end: iso(to), start: iso(from), end: iso(to) });
const iso = (hours) => new Date(START + hours * HOUR).toISOString();
const row = (...lines) => layout.rowOf({ id: 'a', lines, closures: [] });
const ids = (lines) => lines.map((one) => one.id);

// Lanes: what touches shares a lane, what overlaps does not.
same('back to back is one lane', row(line('a', 0, 4), line('b', 4, 8)).lanes, 1);
same('overlap is two lanes', row(line('a', 0, 5), line('b', 4, 8), line('c', 5, 6)).lanes, 2);
same('an empty row has a lane', row().lanes, 1);
same('many lanes stay low', layout.laneHeight(40) <= layout.laneHeight(4), true);

// Lines in a window: as by looking at each of them, however long an early one is.
const many = row(line('long', 0, 90), ...Array.from({ length: 60 }, (_, n) => line(`n${n}`, n + 1, n + 2)));
for (const [from, to] of [[0, 1], [10, 12], [89, 95], [90, 95], [-5, 0], [61, 62]]) {
  const [first, last] = [START + from * HOUR, START + to * HOUR];
  same(`lines of ${from}-${to}`, ids(layout.linesBetween(many, first, last)).sort(),
    ids(many.lines.filter((one) => one.from < last && one.to > first)).sort());
}

// Heights: sums and halving find what walking would.
const entries = [36, 40, 36, 200, 1, 36].map((height) => ({ height }));
const tops = layout.topsOf(entries);
same('tops', [...tops], [0, 36, 76, 112, 312, 313, 349]);
for (let y = 0; y < 349; y += 1) {
  const walked = entries.findIndex((_, place) => tops[place] <= y && y < tops[place + 1]);
  if (layout.entryAt(tops, y) !== walked) broken.push(`entry at ${y}: ${layout.entryAt(tops, y)}, walked ${walked}`);
}
same('nothing below the last', layout.entryAt(tops, 349), -1);
same('in sight', layout.entriesBetween(tops, 40, 113), [1, 4]);
same('in sight above all', layout.entriesBetween(tops, -100, 1), [0, 1]);
same('of nothing', layout.entriesBetween(layout.topsOf([]), 0, 100), [0, 0]);

// Pixels: there and back, cut at the window.
const scale = layout.scaleOf(START, START + 31 * DAY, 14, 700);
same('a day', scale.perDay, 50);
same('there and back', layout.msAt(scale, layout.xOf(scale, START + 5 * DAY)), START + 5 * DAY);
same('cut at the window', layout.across(scale, START - DAY, START + DAY), { x: 0, width: 49 });
same('outside', layout.across(scale, START - DAY, START), null);
same('never too thin to see', layout.across(scale, START, START + 60_000).width, 3);

// Moving: by steps of minutes, or by days that keep the time of day when the clocks change.
const starts = [0, 24, 47, 71].map((hours) => START + hours * HOUR);
same('half hours', layout.moved(starts, START, 0.7 * HOUR, 30), START + 0.5 * HOUR);
same('a day over a short one', layout.moved(starts, START + 33 * HOUR, DAY, 1440), START + 56 * HOUR);
same('a day beyond the board', layout.moved(starts, START + 71 * HOUR, DAY, 1440), START + 95 * HOUR);
same('a nudge is no day', layout.moved(starts, START + 9 * HOUR, 5 * HOUR, 1440), START + 9 * HOUR);

// Groups in order of their names, each with its rows; arrows pass over heads and empty rows.
const rows = ['b', 'a', 'b'].map((group, n) => layout.rowOf({ id: `r${n}`, group, closures: [],
  lines: n === 1 ? [] : [line(`l${n}`, n, n + 1)] }));
const grouped = layout.arrange(rows, (listing) => ({ key: listing.group, name: listing.group }));
same('groups', grouped.map((one) => one.row?.listing.id ?? one.group.key), ['a', 'r1', 'b', 'r0', 'r2']);
same('down', layout.neighbour(grouped, 3, rows[0].lines[0], 'down')?.line.id, 'l2');
same('up past the empty row', layout.neighbour(grouped, 3, rows[0].lines[0], 'up'), null);

document.body.textContent = broken.length ? broken.join('\n') : 'all kept';
