// A hold and the line behind it: rank in words, and a clock that runs.
import { html, useEffect, useState } from '../dom.js';
import { nameOf, t } from '../t.js';
import { HOUR, MINUTE, now, showLeft, showMoment, showSpan } from '../time.js';
import { Tag } from './chip.js';
import { Icon } from './icon.js';

const SECOND = 1000;

/** How long is left; calls `onOver` once when nothing is. @param {{until: string, onOver?: () => void}} props */
export function Clock({ until, onOver }) {
  const [left, setLeft] = useState(() => leftUntil(until));
  useEffect(() => {
    let timer;
    const turn = () => {
      const rest = leftUntil(until);
      setLeft(rest);
      if (rest > 0) timer = setTimeout(turn, rest > HOUR ? Math.min(MINUTE / 2, rest - HOUR) : SECOND);
      else onOver?.();
    };
    turn();
    return () => clearTimeout(timer);
  }, [until]);
  return html`<time class="hold-clock" datetime=${until} title=${showMoment(until)}
    data-soon=${left < HOUR ? '' : undefined}>${left > 0 ? t('hold.left', { time: showLeft(left) }) : t('hold.over')}</time>`;
}

const leftUntil = (until) => Math.max(0, Date.parse(until) - now().getTime());

/** "2nd in line". @param {number} rank */
export const rankText = (rank) => t('hold.rank', { n: rank });

/** The place and clock of one line. @param {{line: any, onOver?: () => void}} props */
export function HoldOf({ line, onOver }) {
  const { hold } = line;
  if (!hold) return null;
  const waits = line.state === 'queued';
  return html`<div class="hold">
    ${waits && html`<span>${rankText(hold.rank)}</span>`}
    ${!waits && html`<${Clock} until=${hold.expires_at} onOver=${onOver} />`}
    ${hold.challenged_at && html`<span class="hold-pressed"><${Icon} name="warning" size=${14} />${t('hold.challenged')}</span>`}
    ${waits && hold.ahead_until && html`<span class="soft">${t(hold.challenging ? 'hold.challenging' : 'hold.ahead')}${' '}
      <${Clock} until=${hold.ahead_until} onOver=${onOver} /></span>`}
  </div>`;
}

/** What a list says of a booking on hold: its soonest clock, or its rank. @param {{booking: any}} props */
export function HoldOfBooking({ booking }) {
  const on = (state) => booking.lines.filter((line) => line.state === state && line.hold);
  const [first] = on('held').sort((a, b) => (a.hold.expires_at < b.hold.expires_at ? -1 : 1));
  if (first) return html`<span class="hold"><${Clock} until=${first.hold.expires_at} /></span>`;
  const ranks = on('queued').map((line) => line.hold.rank);
  return ranks.length > 0 && html`<span class="hold">${rankText(Math.max(...ranks))}</span>`;
}

/** On a listing's page: who holds it and who waits, with clocks and ranks. @param {{found: any, quantity: number}} props */
export function HoldsOfListing({ found, quantity }) {
  const held = (found?.bookings ?? []).filter((one) => one.expires_at);
  const waiting = found?.in_line ?? [];
  if (!held.length && !waiting.length) return null;
  const who = (one) => (one.mine ? t('day.yours') : one.company ? nameOf(one.company) : t('day.someone'));
  const row = (one, end) => html`<li key=${one.start + one.rank + one.reference}>
    <div><b>${showSpan(one)}</b><small>${who(one)}${quantity > 1 ? ` \u00b7 ${t('units.count', { n: one.units })}` : ''}
      ${one.reference && html` \u00b7 <a href=${`/bookings/${one.reference}`}>${one.reference}</a>`}</small></div>${end}</li>`;
  return html`<section class="panel"><div class="panel-head"><h2>${t('hold.on_listing')}</h2></div>
    <ul class="rows">
      ${held.map((one) => row(one, html`<${Tag} tone="wait" icon="clock"><${Clock} until=${one.expires_at} /><//>`))}
      ${waiting.map((one) => row(one, html`<${Tag} icon="wait">${rankText(one.rank)}<//>`))}
    </ul></section>`;
}
