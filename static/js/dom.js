// What a screen is written with: the `html` tag, hooks and two loaders. Not state of the product.
import { h } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import htm from 'htm';
import { begin, end } from './ready.js';

export { render, Fragment } from 'preact';
export { useEffect, useLayoutEffect, useMemo, useRef, useState, useCallback, useErrorBoundary, useId } from 'preact/hooks';

/** Template tag: text stays text, so nothing a person typed can become markup. */
export const html = htm.bind(h);

/** Joins class names, skipping what is false: `classes('a', open && 'b')`. */
export const classes = (...names) => names.filter(Boolean).join(' ');

/**
 * Loads something for a screen and says how far it is.
 * @template T
 * @param {(signal: AbortSignal) => Promise<T>} load
 * @param {unknown[]} deps loads again when one of them changes
 * @returns {{value: T|undefined, problem: any, loading: boolean, reload: () => void, set: (value: T) => void}}
 */
export function useLoad(load, deps) {
  const [state, setState] = useState({ value: undefined, problem: null, loading: true });
  const [turn, setTurn] = useState(0);
  // Layout effect, not effect: the page must count as "not ready" before the router says it is shown.
  useLayoutEffect(() => {
    const abort = new AbortController();
    let live = true;
    setState((old) => ({ ...old, loading: true }));
    begin();
    load(abort.signal)
      .then((value) => live && setState({ value, problem: null, loading: false }))
      .catch((problem) => live && setState((old) => ({ ...old, problem, loading: false })))
      .finally(end);
    return () => { live = false; abort.abort(); };
  }, [...deps, turn]);
  return {
    ...state,
    reload: () => setTurn((n) => n + 1),
    set: (value) => setState({ value, problem: null, loading: false }),
  };
}

/**
 * Runs one write at a time and keeps its problem beside the button that caused it.
 * @returns {{run: (write: () => Promise<any>) => Promise<any>, busy: boolean, problem: any, clear: () => void}}
 */
export function useWrite() {
  const [state, setState] = useState({ busy: false, problem: null });
  const going = useRef(false);
  const run = async (write) => {
    if (going.current) return undefined; // a second tap must not send a second order
    going.current = true;
    setState({ busy: true, problem: null });
    begin();
    try {
      const value = await write();
      setState({ busy: false, problem: null });
      return value ?? true;
    } catch (problem) {
      setState({ busy: false, problem });
      return undefined;
    } finally {
      going.current = false;
      end();
    }
  };
  return { run, busy: state.busy, problem: state.problem, clear: () => setState({ busy: false, problem: null }) };
}

/** A value that settles: changes only after it has been still for `ms`. */
export function useStill(value, ms) {
  const [still, setStill] = useState(value);
  const text = JSON.stringify(value);
  useEffect(() => {
    if (JSON.stringify(still) === text) return undefined;
    begin(); // a page whose check is still due is not ready
    let waiting = true;
    const finish = () => { if (waiting) { waiting = false; end(); } };
    const timer = setTimeout(() => { setStill(value); finish(); }, ms);
    return () => { clearTimeout(timer); finish(); };
  }, [text]);
  return still;
}
