// The draft order: kept on this device, one per member. It blocks nothing; only the server promises.
import { computed, signal } from '@preact/signals';
import { newKey } from './api.js';
import { addMinutes } from './time.js';
import { withdraw } from './toast.js';

const EMPTY = { window: null, production: '', title: '', note: '', together: true, hold: false, repeat: null, lines: [],
  key: '' };
const MAX_LINES = 100;

let owner = null;
/** @type {import('@preact/signals').Signal<typeof EMPTY>} */
export const basket = signal(EMPTY);
export const lineCount = computed(() => basket.value.lines.length);

const place = () => `backlot.basket.${owner}`;

/** Opens a member's draft, or none. */
export function openBasketOf(member) {
  owner = member;
  basket.value = member ? { ...EMPTY, ...read() } : EMPTY;
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(place())) ?? {};
  } catch {
    return {}; // an unreadable draft is worth less than a page that opens
  }
}

// Each change makes a new order, so it gets a new key: the server must not answer it with the old one's booking.
// And what could be undone until now cannot be any more: it would take this change back as well.
function change(changes) {
  withdraw('/basket');
  basket.value = { ...basket.value, ...changes, key: newKey() };
  if (owner) localStorage.setItem(place(), JSON.stringify(basket.value));
}

// Another tab of the same member changed the draft.
addEventListener('storage', (event) => {
  if (owner && event.key === place()) basket.value = { ...EMPTY, ...read() };
});

/** The common window: local moments of the cluster. @param {{start: string, end: string}|null} window */
export const setWindow = (window) => change({ window });
export const setOrder = (fields) => change(fields);

/** What a line takes: its own span, or the common window, earlier or later by its offset. */
export function spanOf(line, draft = basket.value) {
  if (line.span || !draft.window || !line.offset) return line.span ?? draft.window;
  return { start: addMinutes(draft.window.start, line.offset.start), end: addMinutes(draft.window.end, line.offset.end) };
}

/**
 * Adds a listing. Without a span the line follows the common window.
 * @returns {'added'|'more'|'full'}
 */
export function addLine(listing, units = 1, span = null) {
  const { lines, window } = basket.value;
  const own = span && !same(span, window) ? span : null;
  const twin = lines.find((line) => line.listing.id === listing.id && !line.offset &&
    same(line.span, own));
  if (twin) {
    changeLine(twin.id, { units: twin.units + units });
    return 'more';
  }
  if (lines.length >= MAX_LINES) return 'full';
  // The first chosen span becomes the window, so that the next things follow it.
  if (own && !window) change({ window: span, lines: [...lines, { id: newKey(), listing: short(listing), units, span: null }] });
  else change({ lines: [...lines, { id: newKey(), listing: short(listing), units, span: own }] });
  return 'added';
}

// What a line keeps of its listing.
const short = (listing) => Object.fromEntries(['id', 'code', 'kind', 'category', 'name_zh', 'name_en', 'quantity',
  'site', 'owner'].map((key) => [key, listing[key]]));

const same = (one, other) => one?.start === other?.start && one?.end === other?.end;

export function changeLine(id, changes) {
  change({ lines: basket.value.lines.map((line) => (line.id === id ? { ...line, ...changes } : line)) });
}

/**
 * Takes lines as the server has them (a repair, an opening) in the place of the ones that stand, in order. Where all
 * that follows the window moves alike, the window moves.
 * @param {{listing: any, units: number, start: string, end: string}[]} wanted wall-clock moments
 * @param {Partial<typeof EMPTY>} [order] what else of the order is other
 */
export function takeLines(wanted, order = {}) {
  const { lines } = basket.value;
  const window = movedWindow(wanted);
  const time = (line, span) => {
    if (line && same(spanOf(line, { ...basket.value, window }), span)) return { span: line.span, offset: line.offset };
    return { span: same(span, window) ? null : span, offset: null };
  };
  change({ ...order, window, lines: wanted.map(({ listing, units, start, end }, index) => ({
    id: lines[index]?.id ?? newKey(), listing: short(listing), units, ...time(lines[index], { start, end }) })) });
}

function movedWindow(wanted) {
  const { lines, window } = basket.value;
  const by = new Set(lines.flatMap((line, index) => (line.span || !wanted[index] ? []
    : ['start', 'end'].map((end) => minutesBetween(spanOf(line)[end], wanted[index][end])))));
  const [minutes] = by;
  return !window || by.size !== 1 ? window : { start: addMinutes(window.start, minutes), end: addMinutes(window.end, minutes) };
}

const minutesBetween = (from, to) => (Date.parse(`${to}:00Z`) - Date.parse(`${from}:00Z`)) / 60_000;

export function removeLine(id) {
  change({ lines: basket.value.lines.filter((line) => line.id !== id) });
}

/** Puts lines back, for undo. */
export const restore = (draft) => change(draft);

/** After a booking stands: the lines go, the window and production stay for the next one. */
export function emptyBasket() {
  change({ lines: [], title: '', note: '', hold: false, repeat: null });
}
