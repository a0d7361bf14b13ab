// The basket: lines with their own spans over one common window, checked as they are edited.
import { html, useLoad, useState, useStill, useWrite } from '../dom.js';
import { api, newKey } from '../api.js';
import { go } from '../router.js';
import { cluster } from '../session.js';
import { basket, changeLine, emptyBasket, lineCount, removeLine, restore, setOrder, spanOf, takeLines } from '../basket.js';
import { nameOf, t } from '../t.js';
import { dayOf, instant, local, showSpan } from '../time.js';
import { daysOf, recurrenceOf } from '../repeat.js';
import { toast } from '../toast.js';
import { Button, IconButton, Units } from '../parts/button.js';
import { Tag } from '../parts/chip.js';
import { Dates, clashing, couldWait, waiting } from '../parts/dates.js';
import { Check, Field } from '../parts/field.js';
import { Head } from '../parts/shell.js';
import { rankText } from '../parts/hold.js';
import { Icon } from '../parts/icon.js';
import { LineParts } from '../parts/kit.js';
import { Later } from '../parts/later.js';
import { Empty, Note, ProblemNote } from '../parts/note.js';
import { Picture } from '../parts/picture.js';
import { PriceDetail, Sum, Totals } from '../parts/price.js';
import { ProductionField } from '../parts/production.js';
import { Refused } from '../parts/refusal.js';
import { Repairs } from '../parts/repairs.js';
import { wallMinutes } from '../parts/span-input.js';
import { Track } from '../parts/track.js';
import { WindowButton, windowInstants } from '../parts/window.js';
import { LineTime, timeWords } from './basket/line-time.js';

export const styles = ['order', 'basket', 'series'];

const QUOTE_WAIT_MS = 350;

const loadOpenings = () => import('../parts/openings-sheet.js');
const loadRepeat = () => import('../parts/repeat-sheet.js');
const SAID = { requested: 'basket.asked', held: 'basket.held', queued: 'basket.queued' };
// What the button does, by the quote's outcome: its words, its sign, and what it says before.
const OUTCOMES = {
  book: ['basket.book', 'check', 'basket.book_says'], ask: ['basket.ask', 'send', 'basket.ask_says'],
  hold: ['basket.hold', 'clock', 'basket.hold_says'], queue: ['basket.queue', 'wait', 'basket.queue_says'],
};

export default function Basket() {
  if (lineCount.value === 0) {
    return html`<${Head} title=${t('nav.basket')} /><${Empty} icon="basket" title=${t('basket.empty')} href="/"
      label=${t('basket.find')}>${t('basket.empty_why')}<//>`;
  }
  return html`<${Draft} />`;
}

/** The order as the API takes it; null while a line has no whole span. */
function orderOf(draft) {
  const lines = [];
  for (const line of draft.lines) {
    const span = spanOf(line, draft);
    if (!span || wallMinutes(span) <= 0) return null;
    lines.push({ listing: line.listing.id, units: line.units, start: instant(span.start), end: instant(span.end) });
  }
  const order = { together: draft.together, lines };
  if (draft.repeat) order.recurrence = recurrenceOf(draft.repeat);
  else if (draft.hold) order.hold = true;
  if (draft.production) order.production = draft.production;
  if (draft.title) order.title = draft.title;
  if (draft.note) order.note = draft.note;
  return order;
}

/** Takes lines as the server has them; a listing that is new to the basket is looked up. */
async function take(wanted, says, order) {
  const before = basket.value;
  const lines = await Promise.all(wanted.map(async ({ listing, units, start, end }, index) => {
    const known = before.lines[index]?.listing;
    return { listing: known?.id === listing ? known : await api.listing(listing), units, start: local(start),
      end: local(end) };
  }));
  takeLines(lines, order);
  toast(says, { tone: 'good', action: { label: t('common.undo'), page: '/basket', run: () => restore(before) } });
}

/** A line on the timeline; a kit with its parts below it. */
function rowsOf(line, span, answer) {
  const row = (id, { listing, units }, of) => ({ id, listing, units, span, refused: of?.refusals.length > 0 });
  const parts = (answer?.parts ?? []).map((part) => ({ ...row(line.id + part.listing.id, part, part), part: true }));
  return [row(line.id, line, answer), ...parts];
}

/** The repairs of one line, or (`null`) of the whole basket; none of an answer that is out of date. */
const repairsOf = (quote, line) => (quote?.repairs ?? []).filter((repair) => repair.line === line);

/** What is asked of the quote: all that changes what it says but the production. */
function wishOf(draft) {
  const order = orderOf(draft);
  return order && { lines: order.lines, ...(order.hold && { hold: true }),
    ...(order.recurrence && { recurrence: order.recurrence }) };
}

function Draft() {
  const draft = basket.value;
  const [looks, setLooks] = useState(false);
  const [repeats, setRepeats] = useState(false);
  const first = firstDay(draft);
  const mend = useWrite();
  const repair = ({ body, summary }) => mend.run(() => take(body.lines, summary, { ...(body.hold && { hold: true }),
    ...(body.recurrence && { repeat: { ...draft.repeat, onClash: body.recurrence.on_clash } }) }));
  const wish = useStill(wishOf(draft), QUOTE_WAIT_MS);
  const asked = JSON.stringify(wish);
  const quote = useLoad((signal) => (wish
    ? api.quote({ ...wish, ...(draft.production ? { production: draft.production } : {}) }, signal)
    : Promise.resolve(null)), [asked, draft.production]);
  const write = useWrite();
  const current = quote.value && JSON.stringify(wishOf(draft)) === asked && !quote.loading ? quote.value
    : null;
  const answered = quote.value?.lines.length === draft.lines.length ? quote.value.lines : [];
  const book = () => write.run(async () => {
    const key = draft.key || newKey();
    try {
      const booking = await api.book(orderOf(draft), key);
      emptyBasket();
      toast(t(SAID[booking.state] ?? 'basket.booked', { reference: booking.reference }),
        { tone: 'good' });
      go(`/bookings/${booking.reference}`);
    } catch (problem) {
      // A refusal is an answer to this key. The corrected order is another order; a lost answer is the same one.
      if (problem.status !== 0 && problem.status !== 503) setOrder({});
      if (problem.refusals.length || problem.dates.length) quote.reload();
      throw problem;
    }
  });
  return html`<${Head} title=${t('nav.basket')}><span
    class="soft">${t('basket.lines', { n: draft.lines.length })}</span><//>
    <div class="basket">
      <div class="basket-main">
        <section class="panel basket-window"><${WindowButton} /><p class="soft">${t('basket.window_why')}</p>
          <${Button} look="plain" icon="search" disabled=${!orderOf(draft)}
            onClick=${() => setLooks(true)}>${t('openings.title')}<//>
          <${Button} look="plain" icon="calendar" disabled=${!first}
            onClick=${() => setRepeats(true)}>${draft.repeat && first
            ? t('repeat.chosen', { n: daysOf(draft.repeat, first).length }) : t('repeat.title')}<//></section>
        ${orderOf(draft) && html`<${Track}
          rows=${draft.lines.flatMap((line, index) => rowsOf(line, windowInstants(spanOf(line, draft)), answered[index]))} />`}
        <ol class="lines">${draft.lines.map((line, index) => html`<${Line} key=${line.id} line=${line}
          answer=${answered[index]} fresh=${current !== null} repairs=${repairsOf(current, index)}
          mending=${mend.busy} onRepair=${draft.repeat ? undefined : repair} />`)}</ol>
        <${ProblemNote} problem=${mend.problem} />
        <p><a class="btn btn-plain" href="/"><${Icon} name="plus" />${t('basket.add_more')}</a></p>
      </div>
      <aside class="basket-side" aria-label=${t('basket.order')}>
        <${Order} draft=${draft} quote=${quote} current=${current} write=${write} onBook=${book} onRepair=${repair}
          mending=${mend.busy} /></aside>
    </div>
    ${looks && orderOf(draft) && html`<${Later} load=${loadOpenings} order=${orderOf(draft)} lines=${draft.lines}
      onTake=${(lines) => { setLooks(false); mend.run(() => take(lines, t('openings.taken'))); }}
      onClose=${() => setLooks(false)} />`}
    ${repeats && first && html`<${Later} load=${loadRepeat} repeat=${draft.repeat} first=${first}
      onTake=${(repeat) => { setRepeats(false); setOrder({ repeat, ...(repeat && { hold: false }) }); }}
      onClose=${() => setRepeats(false)} />`}`;
}

/** The day the basket begins; null while a line has no whole span. */
function firstDay(draft) {
  const starts = orderOf(draft)?.lines.map((line) => line.start).sort();
  return starts?.length ? dayOf(starts[0]) : null;
}

function Line({ line, answer, fresh, repairs, mending, onRepair }) {
  const [open, setOpen] = useState(false);
  const span = spanOf(line);
  const drop = () => {
    const before = basket.value;
    removeLine(line.id);
    toast(t('basket.removed', { name: nameOf(line.listing) }),
      { action: { label: t('common.undo'), page: '/basket', run: () => restore(before) } });
  };
  return html`<li class="line" data-refused=${answer?.refusals.length ? '' : undefined}>
    <div class="line-row">
      <a class="line-picture" href=${`/listings/${line.listing.id}`} tabindex="-1"
        aria-hidden="true"><${Picture} listing=${line.listing} /></a>
      <div class="line-words"><h2><a href=${`/listings/${line.listing.id}`}>${nameOf(line.listing)}</a></h2>
        <p class="soft">${nameOf(line.listing.site)}</p></div>
      <div class="line-price" data-old=${fresh ? undefined : ''}>
        ${answer?.price && html`<b><${Sum} money=${answer.price.total} /></b>`}</div>
    </div>
    <div class="line-edit">
      <button type="button" class="line-span" aria-expanded=${open ? 'true' : 'false'}
        onClick=${() => setOpen(!open)}><${Icon} name="clock" size=${18} />
        <span>${span ? showSpan(windowInstants(span)) : t('basket.no_span')}
          <small>${timeWords(line)}</small></span><${Icon} name="down" size=${16} />
        </button>
      <${Units} value=${line.units} onChange=${(units) => changeLine(line.id, { units })}
        label=${t('units.of', { name: nameOf(line.listing) })} />
      <${IconButton} icon="trash" label=${t('basket.remove', { name: nameOf(line.listing) })} onClick=${drop} />
    </div>
    ${open && html`<${LineTime} line=${line} span=${span} />`}
    ${answer?.parts.length > 0 && html`<${LineParts} parts=${answer.parts} />`}
    ${answer?.refusals.length > 0 && html`<${Refused} refusals=${answer.refusals} repairs=${repairs} busy=${mending}
      onRepair=${fresh ? onRepair : undefined} />`}
    ${answer && !answer.refusals.length && html`<p
      class="line-note"><${Verdict} answer=${answer} />${!answer.parts.length && html`<${PriceDetail} price=${answer.price} />`}</p>`}
  </li>`;
}

function Verdict({ answer }) {
  if (answer.would_be === 'queued') return html`<${Tag} tone="wait" icon="wait">${rankText(answer.rank)}<//>`;
  if (answer.would_be === 'requested') return html`<${Tag} tone="wait" icon="send">${t('listing.asks')}<//>`;
  return html`<${Tag} tone="good" icon="check">${t('listing.free_then')}<//>`;
}

// Book, or hold for now.
const HoldChoice = ({ draft }) => html`<div class="pills" role="group" aria-label=${t('hold.choice')}>
  ${[false, true].map((hold) => html`<button type="button" class="pill" key=${hold}
    aria-pressed=${draft.hold === hold ? 'true' : 'false'} onClick=${() => setOrder({ hold })}>
    ${hold ? t('hold.choose_hold', { hours: cluster.value.hold_hours }) : t('hold.choose_book')}</button>`)}</div>`;

// The dates of a series, and what becomes of it where some cannot be had.
function SeriesVerdict({ draft, dates, repairs, onRepair, mending }) {
  const lost = clashing(dates);
  const waits = waiting(dates);
  const choices = ['skip', 'refuse', ...(waits || couldWait(dates) ? ['queue'] : [])];
  return html`<section class="panel series-verdict"><h3>${lost ? t('dates.some', { n: lost, all: dates.length })
    : waits ? t('dates.waiting', { n: waits, all: dates.length }) : t('dates.all', { n: dates.length })}</h3>
    <${Dates} dates=${dates} />
    ${repairs.length > 0 && html`<${Repairs} repairs=${repairs} onApply=${onRepair} busy=${mending} />`}
    ${(waits > 0 || lost > 0 && (lost < dates.length || choices.length > 2)) && html`<div class="pills" role="group"
      aria-label=${t('dates.on_clash')}>${choices.map((onClash) => html`<button type="button" class="pill" key=${onClash}
        aria-pressed=${draft.repeat.onClash === onClash ? 'true' : 'false'}
        onClick=${() => setOrder({ repeat: { ...draft.repeat, onClash } })}>${t(`dates.${onClash}`)}</button>`)}</div>`}
  </section>`;
}

function Order({ draft, quote, current, write, onBook, onRepair, mending }) {
  const whole = repairsOf(current, null);
  const refused = current?.lines.filter((line) => line.refusals.length).length ?? 0;
  const missing = !orderOf(draft) ? t('basket.needs_span') : !draft.production ? t('basket.needs_production') : null;
  const outcome = current?.outcome;
  const [label, sign, says] = OUTCOMES[outcome] ?? OUTCOMES[draft.hold ? 'hold' : 'book'];
  const dates = draft.repeat ? quote.value?.dates : null;
  const count = dates && dates.length - clashing(dates);
  const waits = dates ? waiting(dates) : 0;
  // Where all that is had waits in line, the outcome says so itself.
  const some = waits > 0 && waits < count;
  const seriesSays = () => t(`repeat.${outcome}_says`, { n: some ? count - waits : count })
    + (some ? ` ${t('repeat.waits_say', { n: waits })}` : '');
  return html`<section class="order">
    <${ProductionField} problem=${write.problem} />
    <${Field} label=${t('basket.title')} name="title" maxlength="120" value=${draft.title}
      onChange=${(event) => setOrder({ title: event.target.value })} problem=${write.problem} optional />
    <${Field} as="textarea" label=${t('basket.note')} name="note" maxlength="2000" value=${draft.note}
      onChange=${(event) => setOrder({ note: event.target.value })} problem=${write.problem} optional />
    ${outcome === 'ask' && draft.lines.length > 1 &&
      html`<${Check} label=${t('basket.together')} hint=${t('basket.together_why')} checked=${draft.together}
      onChange=${(event) => setOrder({ together: event.target.checked })} />`}
    ${draft.repeat ? html`<p class="soft">${t('repeat.no_hold')}</p>` : html`<${HoldChoice} draft=${draft} />`}
    <div class="verdict" aria-live="polite" data-old=${quote.loading ? '' : undefined}>
      ${quote.problem && html`<${ProblemNote} problem=${quote.problem} retry=${quote.reload} />`}
      ${quote.value && html`<${Totals} total=${quote.value.total} deposit=${quote.value.deposit} />`}
      ${dates && html`<${SeriesVerdict} draft=${draft} dates=${dates} repairs=${current?.repairs ?? []}
        onRepair=${onRepair} mending=${mending} />`}
      ${refused > 0 && !dates && html`<${Note} tone="bad" icon="warning">${t('basket.refused', { n: refused })}
        ${whole.length > 0 && html`<${Repairs} repairs=${whole} onApply=${onRepair} busy=${mending} />`}<//>`}
    </div>
    <${ProblemNote} problem=${write.problem}>${write.problem?.refusals.length > 0 && html`<p>${t('basket.kept')}</p>`}<//>
    <div class="order-bar">
      <p class="order-says"
        id="order-says">${missing ?? (OUTCOMES[outcome] && dates ? seriesSays() : OUTCOMES[outcome] ? t(says, { hours: cluster.value.hold_hours }) : refused || outcome === 'refused'
        ? t('basket.refused_says') : t('basket.checking'))}</p>
      <${Button} look="main" icon=${sign} busy=${write.busy}
        busyText=${t('basket.booking')} disabled=${Boolean(missing) || !current?.bookable} aria-describedby="order-says"
        onClick=${onBook}>${dates && OUTCOMES[outcome] ? t(`repeat.${outcome}`, { n: count }) : t(label)}<//>
    </div>
  </section>`;
}
