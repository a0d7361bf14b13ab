// What the board says: of a day, a row, a bar; for eyes and for ears.
import { nameOf, t, tOr } from '../t.js';
import { showMoment, showMonthShort, showSpan, showWeekday, showWeekdayShort, today, weekday } from '../time.js';

/** The head of a day; narrow ones tell the month where it begins in place of the weekday. @param {string} date */
export function dayHead(date, narrow) {
  const begins = date.endsWith('-01');
  const above = begins ? showMonthShort(date) : narrow ? showWeekday(date) : showWeekdayShort(date);
  return { above, day: String(Number(date.slice(8))), weekend: weekday(date) > 4, today: date === today() };
}

export const rowHead = (listing) => ({ name: nameOf(listing),
  note: listing.quantity > 1 ? `${listing.code} \u00b7 \u00d7 ${listing.quantity}` : listing.code });

/** Whose a line is, as far as the reader may know. */
export function whoseLine(line, board) {
  const company = line.company && board.companies.get(line.company);
  return company ? nameOf(company) : t('day.someone');
}

export function barText(line, board) {
  const booking = line.booking && board.bookings.get(line.booking);
  const units = line.units > 1 ? `${line.units} \u00d7 ` : '';
  return units + (booking ? `${whoseLine(line, board)} \u00b7 ${booking.title || booking.production}` : whoseLine(line, board));
}

export const barLabel = (line, listing, board) => t('board.bar', { who: barText(line, board), listing: nameOf(listing),
  span: showSpan(line), state: tOr(`state.${line.state}`, line.state) }) + (line.late_until
  ? ` \u00b7 ${t('overrun.line', { moment: showMoment(line.late_until) })}` : '');

export const closureText = (closure) => `${tOr(`closure.${closure.kind}`, closure.kind)}${closure.units
  ? ` \u00b7 ${t('units.count', { n: closure.units })}` : ''}${closure.reason ? `: ${closure.reason}` : ''}`;
