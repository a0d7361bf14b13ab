// A booking in a list: what, when, for which production, in which state.
import { html } from '../dom.js';
import { nameOf, t } from '../t.js';
import { dayOf, showAgo, showMonthShort, showSpan } from '../time.js';
import { Chip } from './chip.js';
import { HoldOfBooking } from './hold.js';
import { Icon } from './icon.js';
import { counted, inGroups } from './kit.js';

/** "Office, ward and 2 more"; a kit by its own name. */
export function contentsOf(booking) {
  const groups = inGroups(booking.lines);
  const names = groups.slice(0, 2).map(({ kit, lines: [line] }) => (kit ? counted(nameOf(kit), kit.units)
    : counted(nameOf(line.listing), line.units)));
  const rest = groups.length - names.length;
  return names.join(t('booking.and')) + (rest > 0 ? t('booking.and_more', { n: rest }) : '');
}

/** From first to last line; a booking with no live line has no span of its own any more. */
export const spanOfBooking = (booking) => (booking.start ? booking : {
  start: booking.lines.map((line) => line.start).sort()[0], end: booking.lines.map((line) => line.end).sort().at(-1) });

/** @param {{booking: any, who?: boolean}} props `who` names the company, for those who look at others' bookings */
export function BookingRow({ booking, who }) {
  const span = spanOfBooking(booking);
  const day = dayOf(span.start);
  return html`<li><a class="booking-row" href=${`/bookings/${booking.reference}`}>
  <span class="date-leaf" aria-hidden="true"><b>${Number(day.slice(8))}</b><small>${showMonthShort(day)}</small></span>
  <span class="booking-words"><b>${booking.title || contentsOf(booking)}</b>
    <span>${showSpan(span)}</span>
    <small>${who ? `${nameOf(booking.company)} \u00b7 ` : ''}${booking.production?.title}
      ${booking.title ? ` \u00b7 ${contentsOf(booking)}` : ''}</small></span>
  <span class="booking-end"><${Chip} state=${booking.state} /><${HoldOfBooking} booking=${booking} />
    <small>${booking.reference} \u00b7 ${showAgo(span.start)}</small></span>
  <${Icon} name="right" size=${18} /></a></li>`;
}
