// One booking: its lines and states in words, what can be done now, its history and letters.
import { html, useLoad, useState } from '../dom.js';
import { api } from '../api.js';
import { useAgain } from '../live.js';
import { cluster } from '../session.js';
import { nameOf, t, tOr } from '../t.js';
import { now, showAgo, showMinutes, showMoment, showSpan } from '../time.js';
import { Button } from '../parts/button.js';
import { Chip, Tag } from '../parts/chip.js';
import { Head } from '../parts/shell.js';
import { HoldOf } from '../parts/hold.js';
import { Icon } from '../parts/icon.js';
import { inGroups, KitHead } from '../parts/kit.js';
import { Empty, Loaded, sentence } from '../parts/note.js';
import { contentsOf, spanOfBooking } from '../parts/booking-row.js';
import { Picture } from '../parts/picture.js';
import { PriceDetail, Sum, Totals } from '../parts/price.js';
import { Decide } from '../parts/decide.js';
import { letterKind } from '../parts/letter-kind.js';
import { Cancel } from './booking/cancel.js';
import { Change } from './booking/change.js';
import { Extend } from './booking/extend.js';
import { HandOver } from './booking/handover.js';
import { Delays } from './booking/delays.js';
import { MoveRequest } from './booking/move-request.js';
import { Overrun } from './booking/overrun.js';
import { Series } from './booking/series.js';
import { Challenge, Confirm, LetGo } from './booking/hold.js';

export const styles = ['order', 'basket', 'series'];

// One main action: on set it is another hour, before that it is another time.
const running = ({ start, end }) => start && Date.parse(start) <= now().getTime() && now().getTime() < Date.parse(end);

// Who says that it runs late may say so a while after its end.
const LATE_MS = 12 * 3_600_000;
const underWay = ({ lines }) => lines.find((line) => ['confirmed', 'out'].includes(line.state) &&
  Date.parse(line.start) <= now().getTime() && now().getTime() < Date.parse(line.end) + LATE_MS);

const onHold = (booking) => booking.lines.some((line) => line.hold);
const OVER = ['declined', 'cancelled', 'expired', 'returned', 'no_show'];
const allOnHold = (booking) => booking.lines.every((line) => line.hold || OVER.includes(line.state));

/** @param {{id: string}} props id or reference */
export default function Booking({ id }) {
  const found = useLoad((signal) => api.booking(id, signal), [id]);
  useAgain((news) => news.booking === found.value?.id, found.reload);
  if (found.problem?.status === 404 && !found.value) return html`<${Unknown} problem=${found.problem} />`;
  return html`<${Loaded} of=${found} rows=${3} tall>
    ${(booking) => html`<${Shown} booking=${booking} onChange=${found.set} onStale=${found.reload} />`}<//>`;
}

/** Somebody else's, or mistyped. */
const Unknown = ({ problem }) => html`<${Head} title=${t('missing.title')} /><${Empty} icon="bookings"
  title=${sentence(problem)} href="/bookings" label=${t('nav.bookings')} />`;

function Shown({ booking, onChange, onStale }) {
  const [open, setOpen] = useState(null);
  const close = () => setOpen(null);
  const changed = (next) => { onChange(next); close(); };
  return html`<${Head} title=${booking.title || contentsOf(booking)}
    back=${{ href: '/bookings', label: t('nav.bookings') }}><${Chip} state=${booking.state} /><//>
    <p class="booking-says">${tOr(`booking.says_${booking.state}`, '')}</p>
    <div class="booking">
      <div class="booking-main">
        ${booking.can.decide && html`<section class="panel"><div class="panel-head"><h2>${t('decide.title')}</h2></div>
          <${Decide} booking=${booking} onChange=${onChange} /></section>`}
        ${booking.lines.some((line) => line.delay_minutes) && html`<${Delays} booking=${booking} onDone=${changed} />`}
        ${booking.can.change && html`<${MoveRequest} booking=${booking} onDone=${changed} />`}
        <section class="panel"><div class="panel-head"><h2>${t('booking.lines', { n: booking.lines.length })}</h2></div>
          <ul class="booking-lines">${inGroups(booking.lines).map((group) => (group.kit
            ? html`<li class="kit-group" key=${group.lines[0].id}><${KitHead} kit=${group.kit} />
              <ul class="booking-lines">${group.lines.map((line) => html`<${Line} key=${line.id} line=${line}
                onOver=${onStale} />`)}</ul></li>`
            : html`<${Line} key=${group.lines[0].id} line=${group.lines[0]} onOver=${onStale} />`))}</ul>
          </section>
        ${booking.series && html`<${Series} booking=${booking} />`}
        <${History} booking=${booking} />
        <${Letters} booking=${booking} />
      </div>
      <aside class="booking-side" aria-label=${t('booking.about')}>
        <section class="order">
          <dl class="pairs">
            <div><dt>${t('booking.reference')}</dt><dd><code>${booking.reference}</code></dd></div>
            <div><dt>${t('booking.when')}</dt><dd>${showSpan(spanOfBooking(booking))}</dd></div>
            <div><dt>${t('basket.production')}</dt><dd>${booking.production?.title}</dd></div>
            <div><dt>${t('form.company')}</dt><dd>${nameOf(booking.company)}</dd></div>
            <div><dt>${t('booking.by')}</dt><dd>${booking.booked_by?.name} \u00b7 ${showMoment(booking.created_at)}</dd>
            </div>
            ${booking.note && html`<div><dt>${t('basket.note')}</dt><dd>${booking.note}</dd></div>`}
          </dl>
          <${Totals} total=${booking.total} deposit=${booking.deposit} />
          <div class="actions-column">
            ${booking.can.confirm && html`<${Button} look="main" icon="check"
              onClick=${() => setOpen('confirm')}>${t('hold.confirm')}<//>`}
            ${booking.can.challenge && html`<${Button} look=${booking.can.confirm ? 'plain' : 'main'} icon="send"
              onClick=${() => setOpen('challenge')}>${t('hold.challenge')}<//>`}
            ${booking.can.change && running(booking) &&
              html`<${Button} look="main" icon="plus" onClick=${() => setOpen('extend')}>${t('change.extend')}<//>`}
            ${booking.can.change && underWay(booking) && html`<${Button} look="plain" icon="warning"
              onClick=${() => setOpen('overrun')}>${t('overrun.title')}<//>`}
            ${booking.can.change && html`<${Button} look=${running(booking) || onHold(booking) ? 'plain' : 'main'} icon="clock"
              onClick=${() => setOpen('change')}>${t('change.title')}<//>`}
            ${booking.can.change && html`<${Button} look="plain" icon="send"
              onClick=${() => setOpen('handover')}>${t('handover.title')}<//>`}
            <a class="btn btn-plain" href=${booking.calendar_url}
              download=${`${booking.reference}.ics`}><${Icon} name="calendar" /><span>${t('booking.calendar')}</span></a>
            <${Button} look="plain" icon="print" onClick=${() => print()}>${t('booking.print')}<//>
            ${booking.can.cancel && onHold(booking) && html`<${Button} icon="undo"
              onClick=${() => setOpen('let_go')}>${t('hold.let_go')}<//>`}
            ${booking.can.cancel && !allOnHold(booking) && html`<${Button} look="danger" icon="close"
              onClick=${() => setOpen('cancel')}>${t('cancel.title')}<//>`}
          </div>
        </section>
      </aside>
    </div>
    ${open === 'confirm' && html`<${Confirm} booking=${booking} onDone=${changed} onClose=${close} />`}
    ${open === 'challenge' && html`<${Challenge} booking=${booking} onDone=${changed} onClose=${close} />`}
    ${open === 'let_go' && html`<${LetGo} booking=${booking} onDone=${changed} onClose=${close} />`}
    ${open === 'cancel' && html`<${Cancel} booking=${booking} onDone=${changed} onClose=${close} />`}
    ${open === 'extend' && html`<${Extend} booking=${booking} onDone=${changed} onClose=${close} />`}
    ${open === 'overrun' && underWay(booking) && html`<${Overrun} booking=${booking} line=${underWay(booking)}
      onDone=${changed} onClose=${close} />`}
    ${open === 'handover' && html`<${HandOver} booking=${booking} onDone=${changed} onClose=${close} />`}
    ${open === 'change' && html`<${Change} booking=${booking} onDone=${changed} onStale=${onStale}
      onClose=${close} />`}`;
}

const Line = ({ line, onOver }) => html`<li class="booking-line">
  <a class="line-picture" href=${`/listings/${line.listing.id}`} tabindex="-1"
    aria-hidden="true"><${Picture} listing=${line.listing} /></a>
  <div class="line-words"><h3><a href=${`/listings/${line.listing.id}`}>${nameOf(line.listing)}</a>
    ${line.units > 1 && ` \u00d7 ${line.units}`}</h3>
    <p>${showSpan(line)}</p>${line.late_until && html`<p><${Tag} tone="bad" icon="warning">${t('overrun.line',
      { moment: showMoment(line.late_until) })}<//></p>`}
    ${line.delay_minutes && html`<p><${Tag} tone="wait" icon="warning">${t('delay.line',
      { length: showMinutes(line.delay_minutes) })}<//></p>`}<p class="soft">${nameOf(line.listing.site)} \u00b7 ${nameOf(line.listing.owner)}</p>
    ${line.decided_by && html`<p
      class="soft">${t('booking.decided', { name: line.decided_by, moment: showMoment(line.decided_at) })}
      ${line.reason && ` \u00b7 ${line.reason}`}</p>`}</div>
  <div class="line-end"><${Chip} state=${line.state} /><${HoldOf} line=${line} onOver=${onOver} />
    ${line.price && html`<b><${Sum} money=${line.price.total} /></b><${PriceDetail} price=${line.price} />`}</div></li>`;

function History({ booking }) {
  const found = useLoad((signal) => api.history(booking.id, signal), [booking.id, booking.version]);
  // An owner who decides about a line sees the line, and not what its crew and the desk wrote each other.
  if (found.problem?.status === 404) return null;
  return html`<section class="panel booking-after"><div class="panel-head"><h2>${t('booking.history')}</h2></div>
    <${Loaded} of=${found}
      rows=${1}>${({ items }) => html`<ol class="history">
      ${items.map((one, index) => html`<li key=${index}><b>${tOr(`history.${one.what}`, one.detail || one.what)}</b>
      ${one.detail && html`<span>${one.detail}</span>`}
        <small>${one.by ?? t('history.itself')} \u00b7 <time datetime=${one.at}
        title=${showMoment(one.at)}>${showMoment(one.at)} (${showAgo(one.at)})</time></small></li>`)}</ol>`}<//></section>`;
}

const subjectOf = (letter) => letter.subject ?? letterKind(letter.kind);

function Letters({ booking }) {
  const found = useLoad((signal) => api.bookingLetters(booking.id, signal), [booking.id, booking.version]);
  if (found.problem?.status === 404) return null;
  return html`<section class="panel booking-after no-print"><div class="panel-head"><h2>${t('nav.letters')}</h2></div>
    <${Loaded} of=${found}
      rows=${1}>${({ items }) => (items.length === 0 ? html`<p class="soft">${t('booking.no_letters')}</p>`
      : html`<ul class="rows">${items.map((one) => html`<li key=${one.id}>
      <div><b>${cluster.value.demo ? html`<a class="letter-link" href=${`/letters?letter=${one.id}`}>${subjectOf(one)}</a>`
        : subjectOf(one)}</b>
        <small>${one.to_name ?? one.to} \u00b7 ${one.written_at && showMoment(one.written_at)}</small></div><${Chip}
        state=${one.state} /></li>`)}</ul>`)}<//></section>`;
}
