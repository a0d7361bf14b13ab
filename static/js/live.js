// News from the server that something has changed. One stream for the tab, shared by whoever wants to know;
// closed while nobody looks at the tab, and taken up where it was left.
import { useEffect, useRef } from './dom.js';

const AGAIN_MS = 30_000;
/** @type {Set<(news: {reset: boolean, what?: string, booking?: string, reference?: string, listings: string[], site?: string}) => void>} */
const listeners = new Set();
let source = null;
let lastId = '';
let timer = 0;

function open() {
  if (source || document.hidden || !listeners.size) return;
  source = new EventSource(`/api/v1/events${lastId ? `?after=${encodeURIComponent(lastId)}` : ''}`);
  source.addEventListener('change', (event) => {
    lastId = event.lastEventId || lastId;
    tell({ reset: false, ...JSON.parse(event.data) });
  });
  source.addEventListener('reset', () => tell({ reset: true, listings: [] }));
  // A stream that ends is opened again by the browser; one that was refused is not.
  source.addEventListener('error', () => {
    if (source?.readyState !== EventSource.CLOSED) return;
    close();
    timer = setTimeout(open, AGAIN_MS);
  });
}

function close() {
  clearTimeout(timer);
  source?.close();
  source = null;
}

function tell(news) {
  for (const listener of [...listeners]) listener(news);
}

document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()));

/** Calls `hear` with each piece of news until the answer is called. */
export function listenToNews(hear) {
  listeners.add(hear);
  open();
  return () => {
    listeners.delete(hear);
    // The next page may want to know too: only a tab where nobody does any more lets go.
    setTimeout(() => { if (!listeners.size) close(); }, 1_000);
  };
}

/** For a page: calls `hear` for news while it is shown. */
export function useNews(hear) {
  const latest = useRef(hear);
  latest.current = hear;
  useEffect(() => listenToNews((news) => latest.current(news)), []);
}

const STILL_MS = 300;
/**
 * For a page that asks again: calls `again` a moment after news it cares about, once for many of them.
 * @param {(news: any) => boolean} cares @param {() => void} again
 */
export function useAgain(cares, again) {
  const waiting = useRef(0);
  const latest = useRef(again);
  latest.current = again;
  useEffect(() => () => clearTimeout(waiting.current), []);
  useNews((news) => {
    if (!news.reset && !cares(news)) return;
    clearTimeout(waiting.current);
    waiting.current = setTimeout(() => latest.current(), STILL_MS);
  });
}
