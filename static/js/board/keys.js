// The board by keyboard: arrows walk from bar to bar; M lifts one, arrows move it, Enter asks the server,
// Escape puts it back.
import { moved, neighbour } from './layout.js';

const ARROWS = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' };

/**
 * @param {HTMLElement} scroller @param {any} painter
 * @param {{step: () => number, say: (place: any) => string, tell: (text: string) => void, drop: (held: any, place: any) => void}} how
 * @returns {() => void} stops listening
 */
export function hearKeys(scroller, painter, { step, say, tell, drop }) {
  let held = null;

  const down = (event) => {
    const found = painter.lineOf(event.target);
    if (!found || event.ctrlKey || event.metaKey || event.altKey) return;
    if (held) return void steer(event);
    const direction = ARROWS[event.key];
    if (direction) { event.preventDefault(); walk(found, direction); }
    if (event.key.toLowerCase() === 'm' && found.line.can_change) { event.preventDefault(); lift(event.target, found); }
  };

  const walk = ({ line, row }, direction) => {
    const next = neighbour(painter.entries(), painter.placeOf(row.listing.id), line, direction);
    if (!next) return;
    painter.reveal(painter.entries()[next.place].row.listing.id, next.line)?.focus({ preventScroll: true });
    painter.schedule();
  };

  const lift = (bar, { line, row }) => {
    held = { bar, line, row, place: { listing: row.listing, start: line.starts, end: line.ends } };
    bar.dataset.lifted = '';
    show();
  };

  const steer = (event) => {
    const direction = ARROWS[event.key];
    if (direction === 'left' || direction === 'right') shift(direction === 'left' ? -1 : 1);
    else if (direction) toRow(direction === 'up' ? -1 : 1);
    else if (event.key === 'Enter') finish(true);
    else if (event.key === 'Escape') finish(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const shift = (steps) => {
    const start = moved(painter.starts(), held.place.start, steps * step() * 60_000, step());
    held.place = { ...held.place, start, end: start + (held.line.ends - held.line.starts) };
    show();
  };

  const toRow = (direction) => {
    const entries = painter.entries();
    let place = painter.placeOf(held.place.listing.id) + direction;
    while (entries[place] && !entries[place].row) place += direction;
    if (!entries[place]) return;
    held.place = { ...held.place, listing: entries[place].row.listing };
    show();
  };

  const show = () => {
    const text = say(held.place);
    painter.setGhost({ listingId: held.place.listing.id, start: held.place.start, end: held.place.end, text });
    tell(text);
  };

  const finish = (asked) => {
    const { bar, line, row, place } = held;
    const one = held;
    held = null;
    delete bar.dataset.lifted;
    painter.setGhost(null);
    if (asked && (place.start !== line.starts || place.listing !== row.listing)) drop(one, place);
  };

  // Its row may be drawn anew meanwhile; what is held is put back only when the reader has gone elsewhere.
  const out = (event) => {
    if (held && event.target === held.bar) requestAnimationFrame(() => requestAnimationFrame(stay));
  };

  const stay = () => {
    if (!held) return;
    if (painter.lineOf(document.activeElement)?.line.id !== held.line.id) return void finish(false);
    held.bar = document.activeElement;
    held.bar.dataset.lifted = '';
  };

  scroller.addEventListener('keydown', down);
  scroller.addEventListener('focusout', out);
  return () => {
    scroller.removeEventListener('keydown', down);
    scroller.removeEventListener('focusout', out);
  };
}
