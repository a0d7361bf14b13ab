// The owner's queue: what waits for a decision, the soonest first.
import { html, useLoad, useState } from '../dom.js';
import { api } from '../api.js';
import { may } from '../session.js';
import { nameOf, t } from '../t.js';
import { showAgo } from '../time.js';
import { Head } from '../parts/shell.js';
import { Button } from '../parts/button.js';
import { Empty, Loaded } from '../parts/note.js';
import { spanOfBooking } from '../parts/booking-row.js';
import { Decide } from '../parts/decide.js';

export const styles = ['order', 'basket'];

export default function Approvals() {
  const [done, setDone] = useState([]);
  const found = useLoad((signal) => api.bookings({ scope: 'decide', limit: 50 }, signal), []);
  if (!may('decide')) return html`<${Head} title=${t('nav.approvals')} /><${Empty} icon="approvals"
    title=${t('approvals.not_yours')} href="/bookings" label=${t('nav.bookings')} />`;
  return html`<${Head} title=${t('nav.approvals')} />
    <${Loaded} of=${found} rows=${3} tall>${({ items, next_cursor }) => {
      const waiting = items.filter((one) => !done.includes(one.id));
      if (!waiting.length) return html`<${Empty} icon="approvals" title=${t('approvals.none')} href="/"
        label=${t('missing.home')}>${t('approvals.none_why')}<//>`;
      return html`<p class="soft">${t('approvals.count', { n: waiting.length })}</p><ul
        class="queue">${waiting.map((booking) => html`<li key=${booking.id} class="panel">
        <header class="queue-head"><div><h2>${nameOf(booking.company)}</h2>
          <p class="soft">${booking.production?.title} \u00b7 ${booking.booked_by?.name} \u00b7 ${t('approvals.starts',
          { ago: showAgo(spanOfBooking(booking).start) })}</p></div>
          <a class="btn btn-quiet" href=${`/bookings/${booking.reference}`}>${booking.reference}</a></header>
        ${booking.note && html`<p class="quote">${booking.note}</p>`}
        <${Decide} booking=${booking} onChange=${(next) => next.can.decide || setDone([...done, next.id])} /></li>`)}</ul>
        ${next_cursor && html`<div class="more"><${Button} onClick=${found.reload}>${t('common.more')}<//></div>`}`;
    }}<//>`;
}
