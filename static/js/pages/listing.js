// One listing: what it is, its rules in words, when it is free, what a span costs.
import { html, useLoad, useState, useStill, Fragment } from '../dom.js';
import { api } from '../api.js';
import { useAgain } from '../live.js';
import { place } from '../router.js';
import { may } from '../session.js';
import { addLine, basket, setOrder } from '../basket.js';
import { nameOf, numberOf, t } from '../t.js';
import { addDays, instant, local, showSpan, startOfDay, today } from '../time.js';
import { showRates } from '../money.js';
import { toast } from '../toast.js';
import { Button, Units } from '../parts/button.js';
import { categoryName, Chip, kindName, Tag } from '../parts/chip.js';
import { DayLine, Legend } from '../parts/day.js';
import { HoldsOfListing } from '../parts/hold.js';
import { Head } from '../parts/shell.js';
import { Icon } from '../parts/icon.js';
import { LineParts } from '../parts/kit.js';
import { Month, monthFrame } from '../parts/month.js';
import { Empty, Loaded, Note, ProblemNote } from '../parts/note.js';
import { PriceDetail, Sum, Totals } from '../parts/price.js';
import { Refused } from '../parts/refusal.js';
import { rulesInWords } from '../parts/rules.js';
import { SpanInput, suggestion, wallMinutes } from '../parts/span-input.js';
import { Gallery } from './listing/gallery.js';
import { Keep } from './listing/keep.js';
import { Alike, Made } from './listing/made.js';
import { Scanned } from './listing/scanned.js';
import { Share } from './listing/share.js';

export const styles = ['order', 'listing'];

const QUOTE_WAIT_MS = 300;

/** @param {{id: string}} props id or code */
export default function Listing({ id }) {
  const found = useLoad((signal) => api.listing(id, signal), [id]);
  if (found.problem?.status === 404) return html`<${Unknown} code=${id} />`;
  return html`<${Loaded} of=${found} rows=${3} tall>
    ${(listing) => html`<${Shown} listing=${listing} onChange=${found.set} />`}<//>`;
}

/** A label that leads nowhere: worn, mistyped, or of something that is not published. */
const Unknown = ({ code }) => html`<${Head} title=${t('scan.unknown')} back=${{ href: '/', label: t('listing.back') }} />
  <${Empty} icon="search" title=${t('scan.no_such', { code })} href=${`/?q=${encodeURIComponent(code)}`}
  label=${t('scan.search', { code })}>${t('scan.why')}<//>`;

function Shown({ listing, onChange }) {
  const window = basket.value.window;
  const [span, setSpan] = useState(window ?? suggestion());
  const [units, setUnits] = useState(1);
  const [day, setDay] = useState(firstDay(span));
  const [month, setMonth] = useState(`${firstDay(span).slice(0, 7)}-01`);
  const frame = monthFrame(month);
  // Two days more than the grid: the day view runs into the next morning.
  const range = { from: startOfDay(frame.start), to: startOfDay(addDays(frame.end, 2)) };
  const free = useLoad((signal) => api.availability(listing.id, range.from, range.to, signal),
    [listing, range.from, range.to]);
  useAgain((news) => news.listings.includes(listing.id) || news.site === listing.site.id, free.reload);
  const pickDay = (next) => { setDay(next); if (next >= frame.end ||
    next < frame.start) setMonth(`${next.slice(0, 7)}-01`); };
  const choose = (next) => { setSpan(next); if (next) pickDay(next.start.slice(0, 10)); };
  // Several days keep the hours: from the first day's start to the last day's end.
  const takeDays = (first, last) => {
    const [from, to] = [span.start.slice(11), span.end.slice(11)];
    setSpan({ start: `${first}T${from}`, end: `${first === last && to <= from ? addDays(last, 1) : last}T${to}` });
    setDay(first);
  };
  const bookable = listing.state === 'published';
  return html`<${Head} title=${nameOf(listing)} back=${{ href: '/', label: t('listing.back') }}>
    ${listing.state !== 'published' && html`<${Chip} state=${listing.state} />`}<//>
    <div class="listing">
      <div class="listing-main">
        <${Gallery} listing=${listing} />
        ${place.value.query.get('unit') && html`<${Scanned} code=${place.value.query.get('unit')} listing=${listing}
          onChange=${onChange} />`}
        <${Facts} listing=${listing} />
        <${Made} listing=${listing} steps=${free.value?.steps} span=${span} />
        <${Alike} listing=${listing} />
        ${listing.can_edit && html`<${Keep} listing=${listing} onChange=${onChange} />`}
        <section class="panel"><div class="panel-head"><h2>${t('listing.when')}</h2></div>
          ${free.problem && html`<${ProblemNote} problem=${free.problem} retry=${free.reload} />`}
          <div class="when">
            <${Month} month=${month} steps=${free.value?.steps} units=${units} day=${day} chosen=${span}
              onDay=${pickDay} onDays=${takeDays} onMonth=${setMonth} />
            <${DayLine} day=${day} found=${free.value} units=${units} quantity=${listing.quantity}
              hoursApply=${listing.rules.hours_apply} chosen=${span} onChoose=${setSpan} />
          </div>
          <${Legend} />
        </section>
        <${HoldsOfListing} found=${free.value} quantity=${listing.quantity} />
        <section class="panel listing-after"><div class="panel-head"><h2>${t('listing.rules')}</h2></div>
          <ul class="rules">${rulesInWords(listing).map((rule) => html`<li
            key=${rule.text}><${Icon} name=${rule.icon} />${rule.text}</li>`)}</ul></section>
        <${Share} listing=${listing} />
      </div>
      <aside class="listing-side" aria-label=${t('listing.order')}>
        ${bookable ? html`<${Order} listing=${listing} span=${span} units=${units} onSpan=${choose}
          onUnits=${setUnits} />` : html`<${Note}>${t(`listing.not_${listing.state}`)}<//>`}
      </aside>
    </div>`;
}

const firstDay = (span) => (span.start.slice(0, 10) >= today() ? span.start.slice(0, 10) : today());

function Facts({ listing }) {
  const description = nameOf(listing, 'description');
  const facts = [
    [t('listing.kind'), `${kindName(listing.kind)} \u00b7 ${categoryName(listing.category)}`],
    [t('listing.rate'), showRates(listing)],
    [t('listing.how_many'), t('listing.quantity', { n: numberOf(listing.quantity) })],
    [t('listing.site'), nameOf(listing.site)], [t('listing.owner'), nameOf(listing.owner)],
    listing.area_sqm && [t('listing.area'), `${numberOf(listing.area_sqm)} m\u00b2`], [t('listing.code'), listing.code],
  ].filter(Boolean);
  return html`<section class="facts">
    ${description && description !== listing.code && html`<p class="lead">${description}</p>`}
    ${listing.tags.length > 0 && html`<p class="tag-row">
      ${listing.tags.map((tag) => html`<a class="pill" key=${tag} href=${`/?tag=${encodeURIComponent(tag)}`}>${tag}</a>`)}
      </p>`}
    <dl>${facts.map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></section>`;
}

function Order({ listing, span, units, onSpan, onUnits }) {
  const whole = span && wallMinutes(span) > 0;
  const wish = useStill(whole ? { listing: listing.id, units, start: instant(span.start), end: instant(span.end) }
    : null, QUOTE_WAIT_MS);
  const quote = useLoad((signal) => (wish ? api.quote({ lines: [wish] }, signal) : Promise.resolve(null)),
    [JSON.stringify(wish)]);
  const line = quote.value?.lines[0];
  const add = () => {
    const result = addLine(listing, units, span);
    if (result === 'full') toast(t('basket.full'), { tone: 'bad' });
    else toast(t('basket.added', { name: nameOf(listing) }),
      { tone: 'good', action: { label: t('nav.basket'), href: '/basket' } });
  };
  // What stays with this listing changes the wish; what takes another, or waits in line, goes into the basket at once.
  const mend = async (repair) => {
    if (!repair.body.hold && repair.body.lines.every((one) => one.listing === listing.id)) {
      const [one] = repair.body.lines;
      onUnits(one.units);
      onSpan({ start: local(one.start), end: local(one.end) });
      return;
    }
    for (const one of repair.body.lines) {
      addLine(await api.listing(one.listing), one.units, { start: local(one.start), end: local(one.end) });
    }
    if (repair.body.hold) setOrder({ hold: true });
    toast(repair.summary, { tone: 'good', action: { label: t('nav.basket'), href: '/basket' } });
  };
  return html`<div class="order">
    <h2>${t('listing.choose')}</h2>
    <${SpanInput} value=${span} onChange=${onSpan} />
    <p class="soft">${t('listing.choose_hint')}</p>
    ${listing.quantity > 1 && html`<div class="order-units"><span>${t('units.label')}</span>
      <${Units} value=${units} max=${listing.quantity} onChange=${onUnits} label=${t('units.label')} /></div>`}
    <div class="verdict" aria-live="polite" data-old=${quote.loading ? '' : undefined}>
      ${quote.problem && html`<${ProblemNote} problem=${quote.problem} retry=${quote.reload} />`}
      ${line && html`<${Verdict} line=${line} quote=${quote.value} onRepair=${may('book') ? mend : undefined} />`}
    </div>
    ${may('book') && html`<div class="order-bar">
      <div class="order-sum">
        ${line?.price ? html`<${Fragment}><b><${Sum} money=${line.price.total} /></b>
          ${line.refusals.length ? html`<small class="bad">${t('listing.taken_then')}</small>`
          : html`<small>${showSpan(line)}</small>`}
        <//>` : html`<small>${showRates(listing)}</small>`}</div>
      <${Button} look="main" icon="plus" disabled=${!whole} onClick=${add}>${t('listing.add')}<//></div>`}
  </div>`;
}

function Verdict({ line, quote, onRepair }) {
  if (line.refusals.length) return html`<${Refused} refusals=${line.refusals} repairs=${quote.repairs}
    onRepair=${onRepair} />`;
  return html`<p class="verdict-good"><${Tag} tone="good"
    icon="check">${t('listing.free_then')}<//> ${line.would_be === 'requested' &&
    html`<${Tag} tone="wait" icon="send">${t('listing.asks')}<//>`}</p>
    ${line.parts.length > 0 ? html`<${LineParts} parts=${line.parts} />`
      : line.price && html`<${PriceDetail} price=${line.price} />`}
    <${Totals} total=${quote.total} deposit=${quote.deposit} />`;
}
