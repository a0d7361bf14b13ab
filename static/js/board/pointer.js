// Moving a bar by hand: a mouse takes it at once, a finger after a moment of stillness, so that a swipe still
// scrolls. A ghost shows where it would go; only the drop asks the server.
import { moved } from './layout.js';

const FAR = 5;
const STILL_MS = 350;
const EDGE = 48;
const EDGE_SPEED = 14;

/**
 * @param {HTMLElement} scroller @param {any} painter
 * @param {{step: () => number, say: (place: any) => string, drop: (held: any, place: any) => void}} how
 * @returns {() => void} stops listening
 */
export function hearPointer(scroller, painter, { step, say, drop }) {
  let held = null;

  const down = (event) => {
    const bar = event.target.closest?.('.bar');
    const found = bar && painter.lineOf(bar);
    if (!found?.line.can_change || event.button !== 0) return;
    held = { ...found, bar, x: event.clientX, y: event.clientY, scroll: scroller.scrollLeft, lifted: false,
      at: event, finger: event.pointerType === 'touch' };
    if (held.finger) held.timer = setTimeout(lift, STILL_MS);
  };

  const lift = () => {
    held.lifted = true;
    held.bar.dataset.lifted = '';
    scroller.dataset.moving = '';
    follow();
    requestAnimationFrame(creep);
  };

  const move = (event) => {
    if (!held) return;
    held.at = event;
    if (held.lifted) return void follow();
    if (Math.hypot(event.clientX - held.x, event.clientY - held.y) < FAR) return;
    if (held.finger) letGo(); else lift();
  };

  const placeNow = () => {
    const { line, row, at } = held;
    const by = (at.clientX - held.x + scroller.scrollLeft - held.scroll) / painter.scale().perMs;
    const start = moved(painter.starts(), line.starts, by, step());
    const under = painter.rowAt(at.clientY) ?? row;
    return { listing: under.listing, start, end: start + (line.ends - line.starts) };
  };

  const follow = () => {
    const place = placeNow();
    painter.setGhost({ listingId: place.listing.id, start: place.start, end: place.end, text: say(place) });
  };

  // Near an edge the board comes along.
  const creep = () => {
    if (!held?.lifted) return;
    const box = scroller.getBoundingClientRect();
    const by = held.at.clientX > box.right - EDGE ? EDGE_SPEED : held.at.clientX < box.left + EDGE ? -EDGE_SPEED : 0;
    if (by) { scroller.scrollLeft += by; follow(); }
    requestAnimationFrame(creep);
  };

  const up = () => {
    if (!held) return;
    const { lifted, line, row } = held;
    const place = lifted && placeNow();
    const one = held;
    letGo();
    if (!lifted) return;
    // The click that follows belongs to the drop.
    scroller.addEventListener('click', swallow, { capture: true, once: true });
    setTimeout(() => scroller.removeEventListener('click', swallow, { capture: true }), 0);
    if (place.start !== line.starts || place.listing !== row.listing) drop(one, place);
  };

  const letGo = () => {
    if (!held) return;
    clearTimeout(held.timer);
    delete held.bar.dataset.lifted;
    delete scroller.dataset.moving;
    painter.setGhost(null);
    held = null;
  };

  const swallow = (event) => { event.stopPropagation(); event.preventDefault(); };
  const keepStill = (event) => { if (held?.lifted) event.preventDefault(); };
  // A long press would open a menu just when the bar is lifted.
  const noMenu = (event) => { if (held?.finger) event.preventDefault(); };
  const escape = (event) => { if (event.key === 'Escape') letGo(); };

  scroller.addEventListener('pointerdown', down);
  scroller.addEventListener('touchmove', keepStill, { passive: false });
  scroller.addEventListener('contextmenu', noMenu);
  addEventListener('pointermove', move);
  addEventListener('pointerup', up);
  addEventListener('pointercancel', letGo);
  addEventListener('keydown', escape);
  return () => {
    letGo();
    scroller.removeEventListener('pointerdown', down);
    scroller.removeEventListener('touchmove', keepStill);
    scroller.removeEventListener('contextmenu', noMenu);
    removeEventListener('pointermove', move);
    removeEventListener('pointerup', up);
    removeEventListener('pointercancel', letGo);
    removeEventListener('keydown', escape);
  };
}
