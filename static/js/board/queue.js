// What waits for a decision, one entry after the other: J and K walk, S says how much of a series is meant, A grants,
// D declines, Z takes back.
import { html, useEffect, useLoad, useRef, useState } from '../dom.js';
import { api } from '../api.js';
import { decideNow, decideSoon, held, refused, takeBack } from '../decisions.js';
import { useAgain } from '../live.js';
import { nameOf, t } from '../t.js';
import { showAgo, showSpan } from '../time.js';
import { Button } from '../parts/button.js';
import { spanOfBooking } from '../parts/booking-row.js';
import { Field } from '../parts/field.js';
import { Icon } from '../parts/icon.js';
import { inGroups, KitHead } from '../parts/kit.js';
import { Empty, Loaded, ProblemNote } from '../parts/note.js';
import { SCOPES, Scope } from '../parts/scope.js';

const PAGE = 25;

/** The bookings that wait, kept true while the page is open. Leaving sends what is held. */
export function useQueue(active = true) {
  const found = useLoad((signal) => (active ? api.bookings({ scope: 'decide', limit: PAGE }, signal)
    : Promise.resolve({ items: [], next_cursor: null })), [active]);
  useAgain((news) => Boolean(news.booking), found.reload);
  // Whatever became of a decision, the server's list says what still waits.
  const count = held.value.length;
  const before = useRef(count);
  useEffect(() => {
    if (count < before.current) found.reload();
    before.current = count;
  }, [count]);
  useEffect(() => decideNow, []);
  return found;
}

export const openLines = (booking) => booking.lines.filter((line) => line.can_decide);

/**
 * @param {{found: any, onLook?: (booking: any|null, glance?: boolean) => void}} props `onLook` hears which entry is looked at,
 *   or only passed over: that must not move what is looked at
 */
export function Queue({ found, onLook }) {
  return html`<${Loaded} of=${found} rows=${3}>${({ items, next_cursor }) => (items.length === 0
    ? html`<${Empty} icon="approvals" title=${t('approvals.none')}>${t('approvals.none_why')}<//>`
    : html`<${Entries} items=${items} more=${Boolean(next_cursor)} onLook=${onLook} />`)}<//>`;
}

function Entries({ items, more, onLook }) {
  const [at, setAt] = useState(null);
  const [declining, setDeclining] = useState(null);
  const [scopes, setScopes] = useState({});
  const scopeOf = (booking) => scopes[booking.id] ?? 'one';
  const setScope = (booking, scope) => setScopes({ ...scopes, [booking.id]: scope });
  const list = useRef(null);
  const here = items.find((one) => one.id === at) ?? null;
  const look = (booking) => { setAt(booking?.id ?? null); onLook?.(booking); };
  const step = (by) => {
    const place = items.indexOf(here);
    const next = items[Math.max(0, Math.min(items.length - 1, here ? place + by : 0))];
    look(next);
    list.current?.querySelector(`[data-booking="${next.id}"]`)?.focus();
  };
  const keys = { j: () => step(1), k: () => step(-1), z: () => here && takeBack(here.id),
    s: () => here?.series && !isHeld(here) && setScope(here, after(SCOPES, scopeOf(here))),
    a: () => here && !isHeld(here) && decideSoon(here, 'grant', openLines(here).map((line) => line.id), '', scopeOf(here)),
    d: () => here && !isHeld(here) && setDeclining(here.id) };
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const onKeyDown = (event) => {
      const typing = event.target.closest?.('input, select, textarea, dialog, [contenteditable]');
      if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
      const act = latest.current[event.key.toLowerCase()];
      if (act) { event.preventDefault(); act(); }
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
  return html`<p class="soft queue-count">${t('approvals.count', { n: more ? `${items.length}+` : items.length })}</p>
    <p class="queue-keys no-touch">${['j', 'k', ...(items.some((one) => one.series) ? ['s'] : []), 'a', 'd', 'z'].map((key) => html`<span
      key=${key}><kbd>${key.toUpperCase()}</kbd> ${t(`queue.key_${key}`)}</span>`)}</p>
    <ul class="queue" ref=${list}>${items.map((booking) => html`<${Entry} key=${booking.id} booking=${booking}
      scope=${scopeOf(booking)} onScope=${(scope) => setScope(booking, scope)} current=${booking.id === at} declining=${declining === booking.id} onLook=${look}
      onGlance=${(one) => onLook?.(one, true)} onDecline=${(on) => setDeclining(on ? booking.id : null)} />`)}</ul>`;
}

const after = (all, one) => all[(all.indexOf(one) + 1) % all.length];
const isHeld = (booking) => held.value.some((one) => one.booking.id === booking.id);

function Entry({ booking, scope, current, declining, onScope, onLook, onGlance, onDecline }) {
  const open = openLines(booking);
  const [chosen, setChosen] = useState(open.map((line) => line.id));
  const waiting = held.value.find((one) => one.booking.id === booking.id);
  const problem = refused.value.get(booking.id);
  const tick = (id, on) => setChosen(on ? [...chosen, id] : chosen.filter((one) => one !== id));
  const one = (line) => html`<li key=${line.id}>${open.length > 1
    ? html`<span class="check"><input type="checkbox" id=${`queue-${line.id}`} checked=${chosen.includes(line.id)}
      disabled=${Boolean(waiting)} onChange=${(event) => tick(line.id, event.target.checked)} />
      <label for=${`queue-${line.id}`}><${What} line=${line} /></label></span>` : html`<${What} line=${line} />`}</li>`;
  return html`<li class="queue-entry" data-booking=${booking.id} data-current=${current ? '' : undefined} tabindex="-1"
    onFocusIn=${() => current || onLook(booking)} onClick=${() => current || onLook(booking)}
    onMouseEnter=${() => onGlance(booking)}>
    <div class="queue-head"><div><b>${nameOf(booking.company)}</b>
      <small>${booking.production?.title} \u00b7 ${t('approvals.starts', { ago: showAgo(spanOfBooking(booking).start) })}</small></div>
      <a class="queue-reference" href=${`/bookings/${booking.reference}`}>${booking.reference}</a></div>
    ${booking.note && html`<p class="quote">${booking.note}</p>`}
    <ul class="queue-lines">${inGroups(open).map((group) => (group.kit ? html`<li key=${group.lines[0].id}>
      <${KitHead} kit=${group.kit} /><ul class="queue-lines queue-kit">${group.lines.map(one)}</ul></li>`
      : one(group.lines[0])))}</ul>
    ${!waiting && html`<${Scope} booking=${booking} value=${scope} onChange=${onScope} />`}
    <${ProblemNote} problem=${problem} />
    ${waiting ? html`<${Waiting} one=${waiting} />`
      : declining ? html`<${Decline} lines=${chosen} booking=${booking} scope=${scope} onDone=${() => onDecline(false)} />`
      : html`<div class="actions"><${Button} look="main" icon="check" disabled=${!chosen.length}
        onClick=${() => decideSoon(booking, 'grant', chosen, '', scope)}>${t('decide.grant')}<//><${Button} look="plain" icon="close"
        disabled=${!chosen.length} onClick=${() => onDecline(true)}>${t('decide.decline')}<//></div>`}
  </li>`;
}

const What = ({ line }) => html`<span class="queue-what"><b>${nameOf(line.listing)}${line.units > 1 && ` \u00d7 ${line.units}`}</b>
  <small>${showSpan(line)}</small></span>`;

function Waiting({ one }) {
  const [, setTurn] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTurn((turn) => turn + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(1, Math.ceil((one.until - Date.now()) / 1_000));
  return html`<div class="queue-held" role="status" data-verdict=${one.verdict}>
    <${Icon} name=${one.verdict === 'grant' ? 'check' : 'close'} size=${18} />
    <span>${one.sending ? t('common.sending') : t(`queue.soon_${one.verdict}`, { n: seconds })}</span>
    ${!one.sending && html`<${Button} look="quiet" icon="undo" onClick=${() => takeBack(one.booking.id)}>${t('common.undo')}<//>`}
    <i class="queue-time" aria-hidden="true"></i></div>`;
}

/** The word that goes with a no. */
export function Decline({ booking, lines, scope = 'one', onDone }) {
  const [reason, setReason] = useState('');
  const form = useRef(null);
  // Typed on at once: outside of a field the same letters would decide.
  useEffect(() => { form.current.querySelector('input').focus(); }, []);
  const send = (event) => {
    event.preventDefault();
    decideSoon(booking, 'decline', lines, reason.trim(), scope);
    onDone();
  };
  return html`<form class="queue-decline" ref=${form} onSubmit=${send}
    onKeyDown=${(event) => { if (event.key === 'Escape') onDone(); }}>
    <${Field} label=${t('decide.reason')} name="reason" maxlength="500" value=${reason}
      onInput=${(event) => setReason(event.target.value)} hint=${t('decide.reason_hint')} />
    <div class="actions"><${Button} look="danger" icon="close" type="submit">${t('decide.decline_now')}<//>
      <${Button} look="quiet" onClick=${onDone}>${t('common.back')}<//></div></form>`;
}
