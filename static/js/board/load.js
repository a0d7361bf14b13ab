// The board's data: pages of listings asked for at the same time, and single rows again when they changed.
import { api } from '../api.js';
import { rowOf } from './layout.js';

/** Listings that fill a screen: asked for alone, so that there is something to look at while the rest comes. */
const SCREENFUL = 50;
const PAGE = 200;
/** Bounds the walk: a hundred pages. */
const MOST_WAVES = 11;
/** More changed rows than this are quicker asked for all together. */
export const MOST_ROWS_AGAIN = 60;

/**
 * @typedef {{rows: any[], bookings: Map<string, any>, companies: Map<string, any>, starts: number[], dates: string[],
 *   start: number, until: number, whole: boolean}} Board
 */

/** Loads a board; `onPart` is given what is there so far each time some more has come. */
export async function loadBoard(query, onPart, signal) {
  const first = await api.board({ ...query, limit: SCREENFUL }, signal);
  let pages = [first];
  // The others are longer than the first, so of its cursors only the nearest fits.
  let cursors = first.next_cursors.slice(0, 1);
  onPart(boardOf(pages, cursors.length === 0));
  for (let wave = 0; wave < MOST_WAVES && cursors.length; wave += 1) {
    const more = await Promise.all(cursors.map((cursor) => api.board({ ...query, limit: PAGE, cursor }, signal)));
    pages = [...pages, ...more];
    cursors = more.at(-1).next_cursors;
    onPart(boardOf(pages, cursors.length === 0));
  }
}

/** @returns {Board} */
function boardOf(pages, whole) {
  const [{ days, until }] = pages;
  return {
    rows: pages.flatMap((page) => (page.rows ??= rowsOf(page))),
    bookings: byId(pages.flatMap((page) => page.bookings)), companies: byId(pages.flatMap((page) => page.companies)),
    dates: days.map((day) => day.date), starts: days.map((day) => Date.parse(day.start)),
    start: Date.parse(days[0].start), until: Date.parse(until), whole,
  };
}

/** The rows of a page. Each line keeps the version its booking had when it was read: a move is made on that one. */
function rowsOf(page) {
  const bookings = byId(page.bookings);
  return page.items.map((listing) => rowOf({ ...listing,
    lines: listing.lines.map((line) => ({ ...line, version: bookings.get(line.booking)?.version })) }));
}

const byId = (things) => new Map(things.map((one) => [one.id, one]));

/** The board with some rows asked for again. @param {Board} board @param {string[]} ids of listings */
export async function withRowsAgain(board, query, ids, signal) {
  const known = ids.filter((id) => board.rows.some((row) => row.listing.id === id));
  if (!known.length) return board;
  const page = await api.board({ from: query.from, days: query.days, listings: known.join(',') }, signal);
  const fresh = new Map(rowsOf(page).map((row) => [row.listing.id, row]));
  return {
    ...board,
    rows: board.rows.map((row) => fresh.get(row.listing.id) ?? row),
    bookings: new Map([...board.bookings, ...byId(page.bookings)]),
    companies: new Map([...board.companies, ...byId(page.companies)]),
  };
}
