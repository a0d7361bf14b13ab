// Choosing a stretch of cells in one movement: a mouse drags, a thumb rests for a moment and then sweeps.
// A thumb that moves at once scrolls the page, as everywhere else.
import { useEffect, useRef } from '../dom.js';

const STILL_MS = 350;
const MOVED_PX = 8;
const EDGE_PX = 36;
const EDGE_STEP_PX = 10;

/**
 * Cells are elements with `data-cell`; `onSweep` is told the first and the one under the pointer, whenever that changes.
 * @param {{current: HTMLElement|null}} box
 * @param {(first: string, last: string) => void} onSweep
 */
export function useSweep(box, onSweep) {
  const tell = useRef(onSweep);
  tell.current = onSweep;
  useEffect(() => {
    const element = box.current;
    let first = null;
    let last = null;
    let sweeping = false;
    let from = null;
    let timer = 0;
    const cellAt = (x, y) => {
      /** @type {HTMLButtonElement|undefined} */
      const cell = document.elementFromPoint(x, y)?.closest('[data-cell]');
      return cell && element.contains(cell) && !cell.disabled ? cell.dataset.cell : null;
    };
    const take = (cell) => {
      if (cell === null || cell === last) return;
      last = cell;
      tell.current(first, last);
    };
    const down = (event) => {
      if (!event.isPrimary || event.button !== 0) return;
      first = cellAt(event.clientX, event.clientY);
      if (first === null) return;
      last = first;
      from = event;
      if (event.pointerType === 'touch') timer = setTimeout(() => { sweeping = true; last = null; take(first); }, STILL_MS);
    };
    const move = (event) => {
      if (first === null) return;
      const away = Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY) > MOVED_PX;
      if (!sweeping && away && event.pointerType === 'touch') { end(); return; }
      const cell = cellAt(event.clientX, event.clientY);
      if (!sweeping && away && cell !== null && cell !== first) sweeping = true;
      if (!sweeping) return;
      scrollAt(element, event.clientY);
      take(cell);
    };
    const end = () => {
      clearTimeout(timer);
      first = null;
      // The click that follows is part of the sweep; the next one is not.
      if (sweeping) setTimeout(() => { sweeping = false; });
    };
    const still = (event) => { if (sweeping || (first !== null && event.type === 'contextmenu')) event.preventDefault(); };
    const click = (event) => { if (sweeping) { event.preventDefault(); event.stopPropagation(); } };
    element.addEventListener('pointerdown', down);
    element.addEventListener('touchmove', still, { passive: false });
    element.addEventListener('contextmenu', still);
    element.addEventListener('click', click, { capture: true });
    addEventListener('pointermove', move);
    addEventListener('pointerup', end);
    addEventListener('pointercancel', end);
    return () => {
      end();
      element.removeEventListener('pointerdown', down);
      element.removeEventListener('touchmove', still);
      element.removeEventListener('contextmenu', still);
      element.removeEventListener('click', click, { capture: true });
      removeEventListener('pointermove', move);
      removeEventListener('pointerup', end);
      removeEventListener('pointercancel', end);
    };
  }, []);
}

// A box that scrolls goes on when the pointer reaches its edge.
function scrollAt(element, y) {
  if (element.scrollHeight <= element.clientHeight) return;
  const { top, bottom } = element.getBoundingClientRect();
  if (y < top + EDGE_PX) element.scrollTop -= EDGE_STEP_PX;
  if (y > bottom - EDGE_PX) element.scrollTop += EDGE_STEP_PX;
}
