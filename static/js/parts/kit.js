// Kits: what they are made of, beside a line, in a booking, on a page.
import { html } from '../dom.js';
import { nameOf, t } from '../t.js';
import { Icon } from './icon.js';
import { Sum } from './price.js';

export const counted = (name, n) => `${name}${n > 1 ? ` \u00d7 ${n}` : ''}`;

/** What each part of a kit would get, as the server said it. @param {{parts: any[]}} props */
export const LineParts = ({ parts }) => html`<ul class="kit-parts" aria-label=${t('kit.made_of')}>
  ${parts.map((part) => html`<li key=${part.listing.id} data-refused=${part.refusals.length ? '' : undefined}>
    <${Icon} name=${part.refusals.length ? 'warning' : 'check'} size=${16} />
    <span>${counted(nameOf(part.listing), part.units)}
      ${part.refusals.length > 0 && html`<span class="unseen"> ${t('kit.not_free')}</span>`}</span>
    ${part.price && html`<${Sum} money=${part.price.total} />`}</li>`)}</ul>`;

/** The name of a kit over its lines. @param {{kit: any}} props */
export const KitHead = ({ kit }) => html`<p class="kit-head"><${Icon} name="kit" size=${18} />
  <span>${t('kit.one')} <a href=${`/listings/${kit.id}`}>${counted(nameOf(kit), kit.units)}</a></span></p>`;

/** Lines in their order, those of one kit together. @returns {{kit: any, lines: any[]}[]} */
export function inGroups(lines) {
  const groups = [];
  for (const line of lines) {
    const last = groups.at(-1);
    if (line.kit && last?.kit?.group === line.kit.group) last.lines.push(line);
    else groups.push({ kit: line.kit, lines: [line] });
  }
  return groups;
}
