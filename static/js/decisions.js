// An owner's decisions, held back for a few seconds so that a slip of a key can be taken back. A decision that
// is held when the page is left is sent at once: leaving is not taking back.
import { signal } from '@preact/signals';
import { api, newKey } from './api.js';
import { t } from './t.js';
import { toast } from './toast.js';

export const HELD_MS = 6_000;

/** @type {import('@preact/signals').Signal<{booking: any, verdict: 'grant'|'decline', reason: string, lines: string[], scope: string, until: number, sending: boolean}[]>} */
export const held = signal([]);
/** What the server said to the last try, by booking. @type {import('@preact/signals').Signal<Map<string, any>>} */
export const refused = signal(new Map());
const timers = new Map();

/** Decides in a few seconds. @param {any} booking @param {'grant'|'decline'} verdict @param {string[]} lines ids
 * @param {string} [reason] @param {string} [scope] how much of a series; of more than one date all lines are meant */
export function decideSoon(booking, verdict, lines, reason = '', scope = 'one') {
  takeBack(booking.id);
  const one = { booking, verdict, reason, lines, scope, key: newKey(), until: Date.now() + HELD_MS, sending: false };
  held.value = [...held.value, one];
  refused.value = without(refused.value, booking.id);
  timers.set(booking.id, setTimeout(() => send(one), HELD_MS));
}

/** Takes a decision back that was not sent yet. */
export function takeBack(id) {
  if (held.value.some((one) => one.booking.id === id && one.sending)) return;
  clearTimeout(timers.get(id));
  timers.delete(id);
  held.value = held.value.filter((one) => one.booking.id !== id);
}

/** Sends everything that is still held. */
export function decideNow() {
  for (const one of held.value) if (!one.sending) send(one, true);
}

async function send(one, leaving = false) {
  const { booking, verdict, reason, lines, scope, key } = one;
  clearTimeout(timers.get(booking.id));
  held.value = held.value.map((other) => (other === one ? { ...one, sending: true } : other));
  try {
    await api.decide(booking.id, { verdict, ...(scope === 'one' ? { lines } : { scope }), ...(reason && { reason }) },
      key, leaving);
    toast(t(`decide.done_${verdict}`, { reference: booking.reference }), { tone: 'good' });
  } catch (problem) {
    refused.value = new Map(refused.value).set(booking.id, problem);
    toast(t('decide.failed', { reference: booking.reference }), { tone: 'bad',
      action: { label: t('common.open'), href: `/bookings/${booking.reference}` } });
  } finally {
    timers.delete(booking.id);
    held.value = held.value.filter((other) => other.booking.id !== booking.id);
  }
}

function without(map, key) {
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}

addEventListener('pagehide', decideNow);
