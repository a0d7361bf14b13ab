// Says on <html data-ready="/path"> that a page has finished loading; browser tests wait on it.
let pending = 0;
let timer = 0;

/** Something the page waits for has begun. */
export function begin() {
  pending += 1;
  clearTimeout(timer);
  delete document.documentElement.dataset.ready;
}

/** It has ended, well or badly. */
export function end() {
  pending -= 1;
  clearTimeout(timer);
  // One breath later: what has just arrived may start the next load while it is drawn.
  if (pending === 0) timer = setTimeout(settle, 60);
}

function settle() {
  if (pending === 0) document.documentElement.dataset.ready = location.pathname;
}
