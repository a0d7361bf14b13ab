// When does all this fit? The next starts for the whole basket, and what stands in the way of the others.
import { html, useLoad, useState } from '../dom.js';
import { api } from '../api.js';
import { nameOf, t } from '../t.js';
import { minutesOf, now, showMoment, showSpan } from '../time.js';
import { Check } from './field.js';
import { Loaded, Note } from './note.js';
import { Sum } from './price.js';
import { Sheet } from './sheet.js';

export const styles = ['order'];

const MOST_SHOWN = 5;
const MOST_REASONS = 12;
const APART_MINUTES = 120;

/** The basket with offsets from its first start instead of times of its own. */
function basketOf(order, orLike, avoidOwn) {
  const first = order.lines.map((line) => line.start).sort()[0];
  const soonest = now().toISOString();
  return {
    production: order.production, from: first > soonest ? first : soonest, most: MOST_SHOWN,
    apart_minutes: APART_MINUTES, avoid_own: avoidOwn,
    lines: order.lines.map((line) => ({ listing: line.listing, or_like: orLike, units: line.units,
      offset_minutes: minutesOf({ start: first, end: line.start }), minutes: minutesOf(line) })),
  };
}

/** @param {{order: any, lines: any[], onTake: (lines: any[]) => void, onClose: () => void}} props
 *   `order` is the basket as the API takes it, `lines` the same lines with their listings */
export default function OpeningsSheet({ order, lines, onTake, onClose }) {
  const [orLike, setOrLike] = useState(false);
  const [avoidOwn, setAvoidOwn] = useState(false);
  const found = useLoad((signal) => api.openings(basketOf(order, orLike, avoidOwn), signal), [orLike, avoidOwn]);
  return html`<${Sheet} title=${t('openings.title')} onClose=${onClose}>
    <${Check} label=${t('openings.or_like')} hint=${t('openings.or_like_why')} checked=${orLike}
      onChange=${(event) => setOrLike(event.target.checked)} />
    ${order.production && html`<${Check} label=${t('openings.avoid_own')} checked=${avoidOwn}
      onChange=${(event) => setAvoidOwn(event.target.checked)} />`}
    <${Loaded} of=${found} rows=${3}>${(answer) => html`
      ${answer.items.length === 0 && html`<${Note} tone="wait" icon="warning">${t('openings.none')}<//>`}
      <ol class="openings">${answer.items.map((opening) => html`<li key=${opening.start}>
        <${Opening} opening=${opening} lines=${lines} onTake=${onTake} /></li>`)}</ol>
      <${Bottlenecks} answer=${answer} lines=${lines} /><${WhyNot} answer=${answer} lines=${lines} />`}<//>
  <//>`;
}

function Opening({ opening, lines, onTake }) {
  const ends = opening.lines.map((line) => line.end).sort();
  const others = opening.lines.filter((line, index) => line.listing.id !== lines[index]?.listing.id);
  const take = () => onTake(opening.lines.map((line) => ({ listing: line.listing.id, units: line.units,
    start: line.start, end: line.end })));
  return html`<button type="button" class="repair" onClick=${take}>
    <span><b>${showSpan({ start: opening.start, end: ends.at(-1) })}</b>
      ${others.map((line) => html`<i key=${line.listing.id}>${nameOf(line.listing)}</i>`)}</span>
    <small><${Sum} money=${opening.total} /></small></button>`;
}

function Bottlenecks({ answer, lines }) {
  const [worst] = answer.bottlenecks;
  if (!worst || !lines[worst.line]) return null;
  const why = answer.rejected.flatMap((row) => row.lines).find((one) => one.line === worst.line);
  return html`<p class="soft">${t('openings.bottleneck', { name: nameOf(lines[worst.line].listing), n: worst.starts,
    all: answer.looked, why: why?.detail ?? '' })}
    ${!answer.settled && t('openings.unsettled')}</p>`;
}

// For each run of starts that fail alike: which lines are in the way, and why.
function WhyNot({ answer, lines }) {
  if (answer.rejected.length === 0) return null;
  const inTheWay = (row) => row.lines.map(({ line, detail }) => t('openings.in_the_way',
    { name: nameOf(lines[line]?.listing), why: detail })).join(t('booking.and'));
  const starts = ({ first, last }) => (first === last ? showMoment(first)
    : t('openings.starts', { first: showMoment(first), last: showMoment(last) }));
  return html`<details class="why-not"><summary>${t('openings.why_not')}</summary>
    <dl>${answer.rejected.slice(0, MOST_REASONS).map((row) => html`<div key=${row.first}><dt>${starts(row)}</dt>
      <dd>${inTheWay(row)}</dd></div>`)}</dl></details>`;
}
