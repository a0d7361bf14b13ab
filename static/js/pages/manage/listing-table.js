// The listings one keeps: a table to change values in at the desk, a list on a phone.
import { html } from '../../dom.js';
import { api, Problem } from '../../api.js';
import { cluster } from '../../session.js';
import { language, nameOf, t } from '../../t.js';
import { showMinutes } from '../../time.js';
import { figure, minorUnits, showMoney, showRates } from '../../money.js';
import { categoryName, Chip } from '../../parts/chip.js';
import { Picture } from '../../parts/picture.js';
import { DESK, useWide } from '../../parts/wide.js';
import { Cell } from './cell.js';

/** An amount as it is typed; nothing is not offered. What is no amount at all is said here, not sent. */
function amountOf(typed, currency) {
  const amount = minorUnits(typed, currency);
  if (Number.isNaN(amount)) throw new Problem(0, { code: 'invalid_input', detail: t('manage.not_an_amount') });
  return amount === null ? null : { amount, currency };
}

/** Tags as they are typed: separated by commas or space, in either width. */
export const tagsOf = (text) => text.split(/[,;\uff0c\u3001\s]+/).filter(Boolean);

/**
 * @param {{items: any[], sites: any[], chosen: Set<string>, onChoose: (ids: string[], on: boolean) => void,
 *   onChange: (listing: any) => void}} props
 */
export function ListingTable({ items, ...rest }) {
  const wide = useWide(DESK);
  if (!wide) return html`<ul class="rows panel">${items.map((one) => html`<${Row} key=${one.id} listing=${one}
    ...${rest} />`)}</ul>`;
  const all = items.every((one) => rest.chosen.has(one.id));
  return html`<div class="keep-table panel"><table><thead><tr>
    <th><input type="checkbox" aria-label=${t('manage.choose_all')} checked=${all}
      onChange=${(event) => rest.onChoose(items.map((one) => one.id), event.target.checked)} /></th>
    ${['name', 'site', 'day_rate', 'hour_rate', 'quantity', 'turnaround', 'tags', 'state'].map((one) => html`<th
      key=${one} scope="col">${t(`manage.column_${one}`)}</th>`)}</tr></thead>
    <tbody>${items.map((one) => html`<${TableRow} key=${one.id} listing=${one} ...${rest} />`)}</tbody></table></div>`;
}

const Choose = ({ listing, chosen, onChoose }) => html`<input type="checkbox" checked=${chosen.has(listing.id)}
  aria-label=${t('manage.choose', { name: nameOf(listing) })}
  onChange=${(event) => onChoose([listing.id], event.target.checked)} />`;

function TableRow({ listing, sites, onChange, ...rest }) {
  const currency = cluster.value.currency;
  const label = (column) => `${t(`manage.column_${column}`)}, ${listing.code}`;
  const save = async (change) => onChange(await api.changeListing(listing.id, listing.version, change));
  const named = language.value === 'en' ? 'name_en' : 'name_zh';
  const rate = (field) => html`<td class="figure"><${Cell} label=${label(field)} field=${field}
    text=${listing[field] ? showMoney(listing[field]) : t('manage.no_rate')} soft=${!listing[field]}
    value=${figure(listing[field])} placeholder=${t('manage.no_rate')}
    onSave=${async (typed) => save({ [field]: amountOf(typed, currency) })} /></td>`;
  const inherited = listing.own_rules.turnaround_minutes === null;
  const turnaround = showMinutes(listing.rules.turnaround_minutes);
  const rules = (typed) => ({ ...listing.own_rules, turnaround_minutes: typed === '' ? null : Number(typed) });
  return html`<tr data-chosen=${rest.chosen.has(listing.id) ? '' : undefined}>
    <td><${Choose} listing=${listing} ...${rest} /></td>
    <th scope="row"><${Cell} label=${label('name')} field=${named} text=${nameOf(listing)} value=${listing[named]}
      onSave=${(typed) => save({ [named]: typed })} />
      <small><a href=${`/listings/${listing.id}`}>${listing.code}</a> \u00b7 ${categoryName(listing.category)}</small></th>
    <td><${Cell} label=${label('site')} field="site" text=${nameOf(listing.site)} value=${listing.site.id}
      options=${sites.map((one) => [one.id, nameOf(one)])} onSave=${(site) => save({ site })} /></td>
    ${rate('day_rate')}${rate('hour_rate')}
    <td class="figure"><${Cell} label=${label('quantity')} field="quantity" type="number" text=${listing.quantity}
      value=${String(listing.quantity)} onSave=${(typed) => save({ quantity: Number(typed) })} /></td>
    <td><${Cell} label=${label('turnaround')} field="turnaround_minutes" type="number" soft=${inherited}
      text=${inherited ? t('listing_form.inherited', { value: turnaround }) : turnaround}
      value=${String(listing.own_rules.turnaround_minutes ?? '')} placeholder=${listing.rules.turnaround_minutes}
      onSave=${(typed) => save({ rules: rules(typed) })} /></td>
    <td><${Cell} label=${label('tags')} field="tags" text=${listing.tags.join(', ') || t('manage.no_tags')}
      soft=${!listing.tags.length} value=${listing.tags.join(', ')}
      onSave=${(typed) => save({ tags: tagsOf(typed) })} /></td>
    <td><${Chip} state=${listing.state} /></td></tr>`;
}

function Row({ listing, ...rest }) {
  return html`<li><${Choose} listing=${listing} ...${rest} /><a class="line-picture" href=${`/listings/${listing.id}`}
    tabindex="-1" aria-hidden="true"><${Picture} listing=${listing} /></a>
    <div><b><a href=${`/listings/${listing.id}`}>${nameOf(listing)}</a></b>
      <small>${listing.code} \u00b7 ${categoryName(listing.category)} \u00b7 ${nameOf(listing.site)}</small>
      <small>${showRates(listing)} \u00b7 ${t('listing.quantity', { n: listing.quantity })}</small></div></li>`;
}
