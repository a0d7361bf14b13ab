// Short news at the edge of the screen. Spoken by screen readers; never the only place of an error.
import { signal } from '@preact/signals';

const SHOWN_MS = 6000;
let count = 0;
/** @type {import('@preact/signals').Signal<{id: number, text: string, tone: string, action?: {label: string, run?: () => void, href?: string, page?: string}}[]>} */
export const toasts = signal([]);

/** @param {string} text @param {{tone?: 'good'|'bad'|'plain', action?: any}} more */
export function toast(text, { tone = 'plain', action } = {}) {
  const id = (count += 1);
  // The newest of those that lead to the same place says it for all of them.
  const others = toasts.value.filter((one) => !action?.href || one.action?.href !== action.href);
  toasts.value = [...others.slice(-2), { id, text, tone, action }];
  setTimeout(() => dismiss(id), SHOWN_MS);
}

/** A page is shown: what led to it has done its work, and what can be undone only on its own page stays there. */
export function arrived(path) {
  const isOver = (/** @type {{action?: any}} */ { action }) => action && (action.href === path || (action.page && action.page !== path));
  if (toasts.value.some(isOver)) toasts.value = toasts.value.filter((one) => !isOver(one));
}

/** Something else has changed on a page since: what was offered to be undone there cannot be any more. */
export function withdraw(page) {
  const isOffer = (one) => one.action?.page === page;
  if (!toasts.value.some(isOffer)) return;
  toasts.value = toasts.value.map((one) => (isOffer(one) ? { ...one, action: undefined } : one));
}

export function dismiss(id) {
  toasts.value = toasts.value.filter((one) => one.id !== id);
}
