// Which date of its series a booking is, with a way to the others.
import { html, useLoad } from '../../dom.js';
import { api } from '../../api.js';
import { t } from '../../t.js';
import { showSpan } from '../../time.js';
import { Chip } from '../../parts/chip.js';
import { Loaded } from '../../parts/note.js';

/** @param {{booking: any}} props */
export function Series({ booking }) {
  const { id, place, of } = booking.series;
  const found = useLoad((signal) => api.series(id, signal), [id, booking.version]);
  return html`<section class="panel booking-after no-print" aria-labelledby="series-title">
    <div class="panel-head"><h2 id="series-title">${t('series.place', { place, of })}</h2></div>
    <${Loaded} of=${found} rows=${2}>${({ bookings }) => html`<ol class="series-dates">
      ${bookings.map((one) => html`<li key=${one.id}>${one.id === booking.id
        ? html`<span aria-current="true"><${Words} one=${one} /></span>`
        : html`<a href=${`/bookings/${one.reference}`}><${Words} one=${one} /></a>`}</li>`)}</ol>`}<//></section>`;
}

const Words = ({ one }) => html`<b>${one.place}</b><span
  class="series-words">${one.start && showSpan(one)}
  <small>${one.reference}</small></span><${Chip} state=${one.state} />`;
