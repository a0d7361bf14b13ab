// One listing among many: picture, rate, when it is free next, fourteen days, one button.
import { html } from '../../dom.js';
import { may } from '../../session.js';
import { addLine, basket } from '../../basket.js';
import { nameOf, t } from '../../t.js';
import { HOUR, now, showMoment } from '../../time.js';
import { showRates } from '../../money.js';
import { toast } from '../../toast.js';
import { categoryName, Tag } from '../../parts/chip.js';
import { Icon } from '../../parts/icon.js';
import { Picture } from '../../parts/picture.js';
import { Strip } from '../../parts/strip.js';

/** @param {{listing: any, row?: {days: any[], next_free: any}, window: {start: string, end: string}|null}} props window in instants */
export function Card({ listing, row, window }) {
  return html`<article class="card">
    <a class="card-link" href=${`/listings/${listing.id}`}>
      <${Picture} listing=${listing} />
      <div class="card-words">
        <p class="card-kind">${categoryName(listing.category)} \u00b7 ${nameOf(listing.site)}</p>
        <h2>${nameOf(listing)}</h2>
        <p class="card-rate">${showRates(listing)}</p>
        <p class="card-tags">${listing.kit && html`<${Tag} icon="kit">${t('kit.one')}<//>`}${listing.quantity > 1 && html`<span>${t('listing.quantity', { n: listing.quantity })}</span>`}
          ${listing.rules.approval === 'owner' && html`<${Tag} icon="send" tone="wait">${t('listing.asks')}<//>`}</p>
      </div>
      <${Strip} days=${row?.days} />
    </a>
    <div class="card-foot"><p class="card-next">${row && html`<${Icon} name="clock" size=${14} />
      <span>${nextFree(row.next_free, window)}</span>`}</p>
      ${may('book') && html`<${Add} listing=${listing} />`}</div>
  </article>`;
}

function nextFree(span, window) {
  if (!span) return t('next.none');
  if (window && span.start === window.start) return t('next.then');
  if (!window && Date.parse(span.start) - now().getTime() < HOUR) return t('next.now');
  return t('next.from', { moment: showMoment(span.start) });
}

function Add({ listing }) {
  const there = basket.value.lines.some((line) => line.listing.id === listing.id);
  const add = () => {
    const result = addLine(listing);
    if (result === 'full') toast(t('basket.full'), { tone: 'bad' });
    else toast(t(result === 'more' ? 'basket.one_more' : 'basket.added', { name: nameOf(listing) }),
      { tone: 'good', action: { label: t('nav.basket'), href: '/basket' } });
  };
  return html`<button type="button" class="btn btn-plain card-add"
    aria-label=${t(there ? 'listing.add_more_name' : 'listing.add_name', { name: nameOf(listing) })} onClick=${add}>
    <${Icon} name=${there ? 'check' : 'plus'} size=${18} />
      <span>${t(there ? 'listing.in_basket' : 'listing.add_short')}</span></button>`;
}
