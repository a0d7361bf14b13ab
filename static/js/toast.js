// Short news at the edge of the screen. Spoken by screen readers; never the only place of an error.
import { signal } from '@preact/signals';

const SHOWN_MS = 6000;
let count = 0;
/** @type {import('@preact/signals').Signal<{id: number, text: string, tone: string, action?: {label: string, run: () => void, href?: string}}[]>} */
export const toasts = signal([]);

/** @param {string} text @param {{tone?: 'good'|'bad'|'plain', action?: any}} more */
export function toast(text, { tone = 'plain', action } = {}) {
  const id = (count += 1);
  toasts.value = [...toasts.value.slice(-2), { id, text, tone, action }];
  setTimeout(() => dismiss(id), SHOWN_MS);
}

export function dismiss(id) {
  toasts.value = toasts.value.filter((one) => one.id !== id);
}
