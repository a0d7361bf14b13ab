// A board that stays true: loaded in parts, and its rows asked for again when the server says they changed.
import { useLayoutEffect, useRef, useState } from '../dom.js';
import { begin, end } from '../ready.js';
import { useNews } from '../live.js';
import { loadBoard, MOST_ROWS_AGAIN, withRowsAgain } from './load.js';

const GATHER_MS = 250;
/** A server under a storm of changes is not asked for everything more often than this. */
const LEAST_BETWEEN_MS = 5_000;

/** @param {Record<string, any>} query as the API takes it */
export function useBoard(query) {
  const key = JSON.stringify(query);
  const [state, setState] = useState({ board: null, problem: null, loading: true });
  const [turn, setTurn] = useState(0);
  const now = useRef({ board: null, key: '', query, ids: new Set(), whole: false, timer: 0, loadedAt: 0 });
  now.current.query = query;

  const put = (board, more = {}) => {
    now.current.board = board;
    setState((old) => ({ ...old, board, problem: null, ...more }));
  };

  useLayoutEffect(() => {
    const abort = new AbortController();
    let live = true;
    begin();
    setState((old) => ({ ...old, loading: true }));
    // Parts of another window must not stand beside what is there; of the same one, only the whole replaces it.
    const again = now.current.key === key;
    now.current.key = key;
    now.current.loadedAt = Date.now();
    now.current.ids.clear();
    loadBoard(query, (board) => live && (!again || board.whole) && put(board, { loading: !board.whole }), abort.signal)
      .catch((problem) => live && setState((old) => ({ ...old, problem, loading: false })))
      .finally(end);
    return () => { live = false; abort.abort(); };
  }, [key, turn]);

  const reload = () => setTurn((one) => one + 1);
  const askAgain = async () => {
    const { board, ids } = now.current;
    const asked = [...ids];
    ids.clear();
    if (!board) return;
    try {
      const next = await withRowsAgain(board, now.current.query, asked);
      // A whole new board may have come meanwhile; it knows already.
      if (now.current.board === board) put(next); else if (now.current.board.start === board.start) reload();
    } catch (problem) {
      setState((old) => ({ ...old, problem }));
    }
  };
  const gather = () => {
    const { whole, loadedAt } = now.current;
    clearTimeout(now.current.timer);
    now.current.timer = setTimeout(() => {
      now.current.whole = false;
      if (whole) reload(); else askAgain();
    }, whole ? Math.max(GATHER_MS, loadedAt + LEAST_BETWEEN_MS - Date.now()) : GATHER_MS);
  };
  useLayoutEffect(() => () => clearTimeout(now.current.timer), []);
  useNews((news) => {
    for (const id of news.listings) now.current.ids.add(id);
    if (news.reset || news.site || now.current.ids.size > MOST_ROWS_AGAIN) now.current.whole = true;
    gather();
  });

  /** Asks for some rows again at once: after a write of one's own. */
  const refresh = (ids) => {
    for (const id of ids) now.current.ids.add(id);
    return askAgain();
  };
  return { ...state, reload, refresh };
}
