// Moving one line of a booking: the others stay, the server decides, and what it changed can be put back.
import { api, newKey } from '../api.js';

const LIVE = ['requested', 'confirmed', 'held', 'out'];

/**
 * @param {{booking: string, version: number, line: string}} what the version is the one the reader saw
 * @param {{listing: string, start: string, end: string}} to instants
 * @returns {Promise<{booking: any, back: {what: any, to: any}}>} the booking as it is now, and how to undo it
 */
export async function moveLine(what, to) {
  const { lines } = await api.booking(what.booking);
  const live = lines.filter((line) => LIVE.includes(line.state));
  const before = live.find((line) => line.id === what.line);
  const asked = live.map((line) => ({ id: line.id, units: line.units,
    ...(line.id === what.line ? to : { listing: line.listing.id, start: line.start, end: line.end }) }));
  const booking = await api.changeBooking(what.booking, what.version, { lines: asked }, newKey());
  const back = before && { what: { ...what, version: booking.version },
    to: { listing: before.listing.id, start: before.start, end: before.end } };
  return { booking, back };
}

/**
 * The repairs of a refused move that are moves too: the same units of the same line at another time or place.
 * @param {any} problem @param {{line: number, units: number}} of the line's place in the request, its units
 */
export const otherPlaces = (problem, { line, units }) => problem.repairs.filter(({ line: mends, body }) => mends === line &&
  !body.hold && body.lines[line]?.units === units);

/** Where such a repair would put the line. @param {any} repair @param {number} line @param {any} listing the one that was asked for */
export function placeIn({ body, parts }, line, listing) {
  const { listing: id, start, end } = body.lines[line];
  return { listing: id === listing.id ? listing : parts.find((part) => part.listing.id === id).listing, start, end };
}
