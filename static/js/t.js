// Words of the screen in the reader's language. No sentence of the product is written in code.
import { signal } from '@preact/signals';

const STORED = 'backlot.language';
/** The languages we have words for. */
export const languages = ['zh-CN', 'en'];

/** The language on screen; components that call `t` are drawn again when it changes. */
export const language = signal('zh-CN');
const words = signal({});

/** The language chosen on this device, if any. */
export const chosenLanguage = () => languages.find((one) => one === localStorage.getItem(STORED));

/** The best guess for somebody we do not know yet. */
export function guessLanguage() {
  const wanted = navigator.languages ?? [navigator.language];
  for (const one of wanted) {
    if (one.startsWith('zh')) return 'zh-CN';
    if (one.startsWith('en')) return 'en';
  }
  return 'zh-CN';
}

// The first pages have their words in one file, the others theirs in a second: a phone waits for the first only.
let hasMore = false;

async function read(file) {
  const response = await fetch(`/static/i18n/${file}.json`);
  return response.json();
}

/** Loads a language's words and shows them. @param {string} next @param {boolean} [remember] */
export async function speak(next, remember = false) {
  const files = hasMore ? [next, `${next}-more`] : [next];
  words.value = Object.assign({}, ...await Promise.all(files.map(read)));
  language.value = next;
  document.documentElement.lang = next;
  if (remember) localStorage.setItem(STORED, next);
}

/** Loads the words beyond the first pages', once. */
export async function speakMore() {
  if (hasMore) return;
  const spoken = language.value;
  const more = await read(`${spoken}-more`);
  hasMore = true;
  if (spoken === language.value) words.value = { ...words.value, ...more };
  else await speak(language.value);
}

/**
 * One sentence. `{name}` is replaced; `{n|unit|units}` picks by number (the first form for one).
 * @param {string} key @param {Record<string, any>} [vars]
 */
export function t(key, vars = {}) {
  const text = words.value[key];
  if (text === undefined) return key;
  return text.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (whole, name, one, many) => {
    if (one !== undefined) return Number(vars[name]) === 1 ? one : many;
    return vars[name] ?? whole;
  });
}

/** The sentence if there is one, else what is given: for codes the server may add later. */
export const tOr = (key, otherwise, vars) => (words.value[key] === undefined ? otherwise : t(key, vars));

/** The name of a listing, company or site in the reader's language, or in the other one when it has none. */
export function nameOf(thing, field = 'name') {
  if (!thing) return '';
  const [first, second] = language.value === 'zh-CN' ? ['zh', 'en'] : ['en', 'zh'];
  return thing[`${field}_${first}`] || thing[`${field}_${second}`] || thing.name || thing.code || '';
}

/** Joins names as the language does: "A, B and C". */
export const listOf = (names) => new Intl.ListFormat(language.value, { type: 'conjunction' }).format(names);

/** A whole number as the reader writes it. */
export const numberOf = (value) => new Intl.NumberFormat(language.value).format(value);
