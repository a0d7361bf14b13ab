// What a kit is made of, and how many of it are free; of anything else, which kits it is in, and what does in its place.
import { html, useLoad } from '../../dom.js';
import { api } from '../../api.js';
import { may } from '../../session.js';
import { nameOf, numberOf, t } from '../../t.js';
import { instant, showSpan } from '../../time.js';
import { leastFree } from '../../profile.js';
import { Chip, Tag } from '../../parts/chip.js';
import { Icon } from '../../parts/icon.js';
import { Picture } from '../../parts/picture.js';
import { windowInstants } from '../../parts/window.js';

const MOST_ALIKE = 13;

/** @param {{listing: any, steps: any[]|undefined, span: {start: string, end: string}|null}} props span in wall times */
export function Made({ listing, steps, span }) {
  const found = useLoad((signal) => api.parts(listing.id, signal), [listing]);
  if (listing.kit) return html`<${Parts} listing=${listing} steps=${steps} span=${span} />`;
  const kits = found.value?.kits ?? [];
  if (kits.length === 0) return null;
  return html`<section class="panel"><div class="panel-head"><h2>${t('kit.in_kits')}</h2></div>
    <p class="tag-row">${kits.map((kit) => html`<a class="pill" key=${kit.id} href=${`/listings/${kit.id}`}>
      <${Icon} name="kit" size=${16} /> ${nameOf(kit)}</a>`)}</p></section>`;
}

/** What does in its place, as its keepers say: any of these will do. @param {{listing: any}} props */
export function Alike({ listing }) {
  const found = useLoad((signal) => (listing.alike ? api.listings({ alike: listing.alike, limit: MOST_ALIKE }, signal)
    : Promise.resolve({ items: [] })), [listing.alike]);
  const others = (found.value?.items ?? []).filter((one) => one.id !== listing.id);
  if (others.length === 0) return null;
  return html`<section class="panel"><div class="panel-head"><h2>${t('listing.alike')}</h2></div>
    <p class="soft">${t('listing.alike_says')}</p>
    <p class="tag-row">${others.map((one) => html`<a class="pill" key=${one.id}
      href=${`/listings/${one.id}`}>${nameOf(one)}</a>`)}</p></section>`;
}

function Parts({ listing, steps, span }) {
  const free = span && steps ? leastFree(steps, instant(span.start), instant(span.end)) : null;
  return html`<section class="panel"><div class="panel-head"><h2>${t('kit.made_of')}</h2>
      ${free !== null && html`<${Tag} tone=${free > 0 ? 'good' : 'bad'} icon=${free > 0 ? 'check' : 'warning'}>
        ${t('kit.free', { n: numberOf(free), of: numberOf(listing.quantity) })}<//>`}</div>
    <p class="soft">${free === null ? t('kit.says') : t('kit.free_when', { span: showSpan(windowInstants(span)) })}</p>
    <ul class="kit-list">${listing.kit.parts.map((part) => html`<li key=${part.listing.id}>
      <span class="kit-picture" aria-hidden="true"><${Picture} listing=${{ ...part.listing, category: part.category,
        kind: part.kind }} /></span>
      <div><a href=${`/listings/${part.listing.id}`}>${nameOf(part.listing)}</a>
        <small>${part.listing.code}${part.is_kit && ` \u00b7 ${t('kit.one')}`}${part.of !== null &&
          ` \u00b7 ${t('kit.of', { n: numberOf(part.of) })}`}</small></div>
      ${part.state !== 'published' && html`<${Chip} state=${part.state} />`}
      <b>\u00d7 ${numberOf(part.quantity)}</b></li>`)}</ul>
    ${may('publish') && html`<p class="soft"><a href=${`/board?kit=${listing.id}`}>${t('kit.on_board')}</a></p>`}</section>`;
}
