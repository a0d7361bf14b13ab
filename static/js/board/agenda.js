// The board as a list, day by day: an equal for those who hear it, and the whole of it on a phone.
import { html, useState } from '../dom.js';
import { decideSoon, held, takeBack } from '../decisions.js';
import { nameOf, t } from '../t.js';
import { dayOf, showDay, showSpan, showWeekdayShort, timeOf } from '../time.js';
import { Button } from '../parts/button.js';
import { Chip } from '../parts/chip.js';
import { Clock } from '../parts/hold.js';
import { Icon } from '../parts/icon.js';
import { Empty } from '../parts/note.js';
import { Sheet } from '../parts/sheet.js';
import { MoveSheet } from './move-sheet.js';
import { Decline } from './queue.js';
import { closureText, whoseLine } from './words.js';

const PAGE = 60;

/** @param {{board: any, dates: string[], onMove: (found: any, place: any) => Promise<any>}} props `dates` are the days to list */
export function Agenda({ board, dates, onMove }) {
  const [most, setMost] = useState(PAGE);
  const [moving, setMoving] = useState(null);
  const [declining, setDeclining] = useState(null);
  const days = daysOf(board, dates);
  let left = most;
  const seen = days.map((day) => {
    const items = day.items.slice(0, Math.max(0, left));
    left -= items.length;
    return { ...day, items };
  }).filter((day) => day.items.length);
  const count = days.reduce((sum, day) => sum + day.items.length, 0);
  if (!count) return html`<${Empty} icon="calendar" title=${t('agenda.none')}>${t('agenda.none_why')}<//>`;
  return html`<div class="agenda">${seen.map((day) => html`<section key=${day.date}>
      <h2>${showDay(day.date)} <small>${t('agenda.count', { n: day.count })}</small></h2>
      <ul>${day.items.map((item) => (item.line ? html`<${Line} key=${item.key} item=${item} board=${board}
        onMoving=${() => setMoving(item)} onDeclining=${() => setDeclining(item)} />` : html`<${Closed} key=${item.key} item=${item} />`))}</ul></section>`)}
    ${count > most && html`<div class="more"><${Button} onClick=${() => setMost(most + PAGE)}>${t('agenda.more', { n: count - most })}<//></div>`}
    ${moving && html`<${MoveSheet} found=${moving} onMove=${onMove} onClose=${() => setMoving(null)} />`}
    ${declining && html`<${Sheet} title=${t('decide.decline_title', { name: nameOf(declining.row.listing) })}
      onClose=${() => setDeclining(null)}><${Decline} booking=${board.bookings.get(declining.line.booking)}
      lines=${[declining.line.id]} onDone=${() => setDeclining(null)} /><//>`}
  </div>`;
}

function daysOf(board, dates) {
  return dates.filter((date) => board.dates.includes(date)).map((date) => {
    const place = board.dates.indexOf(date);
    const from = board.starts[place];
    const to = board.starts[place + 1] ?? board.until;
    const items = board.rows.flatMap((row) => [
      ...row.closures.filter((one) => one.from < to && one.to > from).map((closure) => ({ row, closure, from: Math.max(closure.from, from),
        key: closure.id + row.listing.id })),
      ...row.lines.filter((line) => line.starts < to && line.ends > from).map((line) => ({ row, line, from: line.starts, key: line.id })),
    ]).sort((a, b) => a.from - b.from || (a.row.listing.code < b.row.listing.code ? -1 : 1));
    return { date, items: items.map((item) => ({ ...item, date })), count: items.length };
  });
}

function Line({ item, board, onMoving, onDeclining }) {
  const { line, row } = item;
  const booking = line.booking && board.bookings.get(line.booking);
  const waiting = held.value.find((one) => one.booking.id === line.booking);
  const whose = whoseLine(line, board);
  return html`<li class="agenda-line" data-state=${line.state}>
    <span class="agenda-time"><time datetime=${line.start}>${timeAsOf(line.start, item.date)}</time>
      <time datetime=${line.end}>${timeAsOf(line.end, item.date)}</time></span>
    <div class="agenda-words"><a href=${`/listings/${row.listing.id}`}><b>${nameOf(row.listing)}${line.units > 1 &&
      ` \u00d7 ${line.units}`}</b></a>
      <span>${whose}${booking && ` \u00b7 ${booking.title || booking.production}`}</span>
      <small>${row.listing.code} \u00b7 ${nameOf(row.listing.site)}${booking && html` \u00b7 <a
        href=${`/bookings/${booking.reference}`}>${booking.reference}</a>`}</small></div>
    <div class="agenda-end"><${Chip} state=${line.state} />
      ${line.expires_at && html`<span class="hold"><${Clock} until=${line.expires_at} /></span>`}
      ${waiting ? html`<${Button} look="quiet" icon="undo" disabled=${waiting.sending}
        onClick=${() => takeBack(line.booking)}>${t('common.undo')}<//>`
      : html`<span class="actions">${line.can_decide && html`<${Button} look="quiet" icon="check"
        aria-label=${`${t('decide.grant')}: ${nameOf(row.listing)}, ${whose}, ${showSpan(line)}`}
        onClick=${() => decideSoon(booking, 'grant', [line.id])}>${t('decide.grant')}<//><${Button} look="quiet" icon="close"
        aria-label=${`${t('decide.decline')}: ${nameOf(row.listing)}, ${whose}, ${showSpan(line)}`}
        onClick=${onDeclining}>${t('decide.decline')}<//>`}
      ${line.can_change && html`<${Button} look="quiet" icon="clock"
        aria-label=${`${t('peek.move')}: ${nameOf(row.listing)}, ${whose}, ${showSpan(line)}`}
        onClick=${onMoving}>${t('peek.move')}<//>`}</span>`}
    </div></li>`;
}

// A line that began the day before or ends the day after says so.
function timeAsOf(moment, date) {
  const day = dayOf(moment);
  if (day === date) return timeOf(moment);
  return t('agenda.other_day', { weekday: showWeekdayShort(day), time: timeOf(moment) });
}

const Closed = ({ item }) => html`<li class="agenda-line" data-closed>
  <span class="agenda-time"><${Icon} name="closed" /></span>
  <div class="agenda-words"><a href=${`/listings/${item.row.listing.id}`}><b>${nameOf(item.row.listing)}</b></a>
    <span>${closureText(item.closure)}</span><small>${showSpan(item.closure)}</small></div></li>`;
