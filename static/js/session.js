// Who is asking. `me` is null when nobody is signed in.
import { signal } from '@preact/signals';
import { api, whenSignedOut } from './api.js';
import { chosenLanguage, language, speak } from './t.js';
import { begin, end } from './ready.js';
import { go, place } from './router.js';
import { openBasketOf } from './basket.js';

export const cluster = signal(null);
export const me = signal(null);

/**
 * May this member do it? Rights come from the server; this only hides what would be refused.
 * @param {'browse'|'see_company'|'book'|'publish'|'decide'|'manage_members'|'manage_cluster'} right
 */
export const may = (right) => me.value?.rights?.includes(right) ?? false;

/** Takes a fresh answer about the member. */
export async function becomes(member) {
  me.value = member;
  openBasketOf(member?.id ?? null);
  if (member && !chosenLanguage() && member.language !== language.value) await speak(member.language);
}

/** Reads the session at start; nobody signed in is not an error. */
export async function recall() {
  try {
    await becomes(await api.me());
  } catch (problem) {
    if (problem.status !== 401) throw problem;
  }
}

export async function signOut() {
  await api.signOut();
  // First away, then out: the page that is left must not ask for a sign-in that comes back to it.
  go('/sign-in');
  await becomes(null);
}

/** Changes the language of the screen and, for a member, of their letters. */
export async function chooseLanguage(next) {
  begin();
  try {
    await speak(next, true);
    if (me.value) me.value = await api.changeMe({ language: next });
  } finally {
    end();
  }
}

whenSignedOut(() => {
  if (!me.value) return;
  me.value = null;
  openBasketOf(null);
  go(signInPath(place.value));
});

/** The sign-in page that comes back to where somebody wanted to go. */
export function signInPath({ path, query }) {
  const text = query.toString();
  const next = path + (text ? `?${text}` : '');
  return next === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`;
}
