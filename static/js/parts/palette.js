// Ctrl-K: jump to a page, a listing or a booking by typing; managers also to members and companies. Fetched when
// it is first asked for.
import { html, useLoad, useState, useStill } from '../dom.js';
import { api } from '../api.js';
import { go } from '../router.js';
import { may } from '../session.js';
import { nameOf, t } from '../t.js';
import { Icon } from './icon.js';
import { Sheet } from './sheet.js';

export const styles = ['order'];

const WAIT_MS = 200;
const MOST = 6;
const REFERENCE = /^bk-?[a-z0-9]{6}$/i;

/** @param {{destinations: [string, string, string][], onClose: () => void}} props */
export default function Palette({ destinations, onClose }) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const wish = useStill(text.trim(), WAIT_MS);
  const found = useLoad((signal) => (wish ? api.listings({ q: wish, limit: MOST }, signal)
    : Promise.resolve({ items: [] })), [wish]);
  const people = useLoad((signal) => (may('manage_cluster') ? whoIsWho(signal) : Promise.resolve(NOBODY)), []);
  const choices = choicesOf(text.trim(), destinations, text.trim() ? found.value?.items ?? [] : [], people.value ?? NOBODY);
  const here = Math.min(at, choices.length - 1);
  const jump = (choice) => { if (choice) { onClose(); go(choice.href); } };
  const onKeyDown = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { event.preventDefault(); setAt(Math.max(0, Math.min(choices.length - 1, here + step))); }
    if (event.key === 'Enter') { event.preventDefault(); jump(choices[here]); }
  };
  return html`<${Sheet} title=${t('palette.title')} onClose=${onClose}>
    <input autofocus type="search" role="combobox" aria-expanded=${choices.length > 0 ? 'true' : 'false'}
      aria-controls=${choices.length > 0 ? 'palette-list' : undefined} aria-activedescendant=${choices.length ? `palette-${here}` : undefined}
      aria-label=${t('palette.title')} placeholder=${t('palette.hint')} value=${text}
        onInput=${(event) => { setText(event.target.value); setAt(0); }} onKeyDown=${onKeyDown} />
    ${choices.length > 0 ? html`<ul class="palette" id="palette-list" role="listbox"
      aria-label=${t('palette.title')}>
      ${choices.map((choice, index) => html`<li key=${choice.href} id=${`palette-${index}`} role="option"
      aria-selected=${index === here ? 'true' : 'false'} onClick=${() => jump(choice)}>
      <${Icon} name=${choice.icon} /><span>${choice.label}${choice.note && html`<small>${choice.note}</small>`}</span>
        </li>`)}</ul>`
      : html`<p class="soft" role="status">${t('catalogue.none')}</p>`}
  <//>`;
}

const NOBODY = { members: [], companies: [] };

async function whoIsWho(signal) {
  const [members, companies] = await Promise.all([api.members(signal), api.companies(signal)]);
  return { members, companies };
}

/** Members and companies whose words hold the text. */
function peopleOf(lower, { members, companies }) {
  if (!lower) return [];
  const fits = (...words) => words.join('\n').toLowerCase().includes(lower);
  const to = (part, q) => `/manage?part=${part}&q=${encodeURIComponent(q)}`;
  return [
    ...companies.filter((one) => fits(one.name_zh, one.name_en, one.code)).slice(0, MOST).map((one) => ({
      href: to('companies', one.code), icon: 'company', label: nameOf(one), note: `${t('palette.company')} \u00b7 ${one.code}` })),
    ...members.filter((one) => fits(one.name, one.email)).slice(0, MOST).map((one) => ({ href: to('members', one.email),
      icon: 'people', label: one.name, note: `${t('palette.member')} \u00b7 ${nameOf(one.company)} \u00b7 ${one.email}` })),
  ];
}

function choicesOf(text, destinations, listings, people) {
  const lower = text.toLowerCase();
  const pages = destinations.map(([href, icon, words]) => ({ href, icon,
    label: t(words) })).filter((one) => one.label.toLowerCase().includes(lower));
  const bookings = REFERENCE.test(text)
    ? [{ href: `/bookings/${text.toUpperCase()}`, icon: 'bookings', label: text.toUpperCase() }] : [];
  const things = listings.map((one) => ({ href: `/listings/${one.id}`, icon: 'search', label: nameOf(one),
    note: `${one.code} \u00b7 ${nameOf(one.site)}` }));
  return [...bookings, ...pages, ...things, ...peopleOf(lower, people)];
}
