// Closures of a listing or of a whole site: those that are ahead, and the form for a new one.
import { html, useLoad, useState, useWrite } from '../dom.js';
import { api } from '../api.js';
import { t } from '../t.js';
import { dayOf, instant, showDay, showSpan } from '../time.js';
import { toast } from '../toast.js';
import { Button, IconButton } from './button.js';
import { Effects } from './effects.js';
import { Check, Field, readForm, Select } from './field.js';
import { Loaded, ProblemNote } from './note.js';
import { once, recurrenceOf, RepeatsInput } from './repeats.js';
import { Sheet } from './sheet.js';
import { SpanInput, suggestion } from './span-input.js';

/** What is wrong, and whom the change would hit if that is it. @param {{problem: any, effect: any}} props */
export const HitNote = ({ problem, effect }) => html`<${ProblemNote} problem=${problem} />
  ${problem?.code === 'closure_hits_bookings' && html`<${Effects} effect=${effect} />`}`;

/**
 * @param {{of: {listing?: string, site?: string}, name?: string, most?: number, onClose: () => void, onChange?: () => void}} props
 *   `most` is how many units there are; a site has none, it is closed as a whole
 */
export function Closures({ of, name, most, onClose, onChange }) {
  const found = useLoad((signal) => api.closures(of, signal), [of.listing, of.site]);
  const changed = () => { found.reload(); onChange?.(); };
  return html`<${Sheet} wide title=${name ? t('closure.of', { name }) : t('keep.closures')} onClose=${onClose}>
    <${Loaded} of=${found}
      rows=${1}>${(items) => (items.length === 0 ? html`<p class="soft">${t('closure.none')}</p>`
      : html`<ul class="rows">${together(items).map((dates) => html`<${Row} key=${dates[0].series ?? dates[0].id} dates=${dates}
        onChange=${changed} />`)}</ul>`)}<//>
    <${NewClosure} of=${of} most=${most} onChange=${changed} /><//>`;
}

/** Closures that were made together, next date first. */
function together(closures) {
  const all = new Map();
  for (const one of closures) all.set(one.series ?? one.id, [...(all.get(one.series ?? one.id) ?? []), one]);
  const byStart = (one, other) => Date.parse(one.start) - Date.parse(other.start);
  return [...all.values()].map((dates) => dates.sort(byStart)).sort(([one], [other]) => byStart(one, other));
}

function Row({ dates, onChange }) {
  const [next] = dates;
  const [shown, setShown] = useState(false);
  const [going, setGoing] = useState(null);
  const write = useWrite();
  const remove = (closure, scope) => write.run(async () => {
    await api.removeClosure(closure.id, scope);
    setGoing(null);
    onChange();
  });
  const ask = (closure) => (dates.length > 1 ? setGoing(closure) : remove(closure, 'one'));
  return html`<li><div><b>${showSpan(next)}</b><small>${t(`closure.${next.kind}`)}
      ${next.units ? ` \u00b7 ${t('units.count', { n: next.units })}` : ''} \u00b7 ${next.reason}</small>
      ${dates.length > 1 && html`<small>${t('closure.dates', { n: dates.length,
        day: showDay(dayOf(dates.at(-1).start)) })}</small>`}</div>
    <${IconButton} icon="trash" label=${t('closure.remove')} disabled=${write.busy} onClick=${() => ask(next)} />
    ${dates.length > 1 && html`<${Button} look="quiet" onClick=${() => setShown(!shown)}
      aria-expanded=${shown ? 'true' : 'false'}>${t(shown ? 'closure.hide_dates' : 'closure.show_dates')}<//>`}
    ${shown && html`<ul class="closure-dates">${dates.map((one) => html`<li key=${one.id}><span>${showSpan(one)}</span>
      <${IconButton} icon="trash" label=${t('closure.remove_on', { day: showDay(dayOf(one.start)) })} disabled=${write.busy}
        onClick=${() => setGoing(one)} /></li>`)}</ul>`}
    ${going && html`<${Which} closure=${going} isFirst=${going.id === next.id} busy=${write.busy}
      onChoose=${(scope) => remove(going, scope)} onKeep=${() => setGoing(null)} />`}
    <${ProblemNote} problem=${write.problem} /></li>`;
}

/** How much of it is meant. From the first date on is all of it. */
const Which = ({ closure, isFirst, busy, onChoose, onKeep }) => html`<section class="closure-which" role="group"
  aria-label=${t('closure.remove')}><b>${t('closure.which', { span: showSpan(closure) })}</b><div class="actions">
  <${Button} busy=${busy} onClick=${() => onChoose('one')}>${t('closure.remove_one')}<//>
  ${!isFirst && html`<${Button} busy=${busy} onClick=${() => onChoose('following')}>${t('closure.remove_following')}<//>`}
  <${Button} busy=${busy} onClick=${() => onChoose('all')}>${t('closure.remove_all')}<//>
  <${Button} look="quiet" onClick=${onKeep}>${t('closure.keep')}<//></div></section>`;

function NewClosure({ of, most, onChange }) {
  const write = useWrite();
  const [span, setSpan] = useState(suggestion());
  const [endless, setEndless] = useState(false);
  const [repeats, setRepeats] = useState(once());
  const [tried, setTried] = useState(null);
  const first = span.start.slice(0, 10);
  const add = (event) => {
    const form = readForm(event);
    /** @type {Record<string, any>} */
    const body = { ...of, start: instant(span.start), kind: form.kind, reason: form.reason };
    if (!endless) body.end = instant(span.end);
    if (!endless && repeats.every) body.recurrence = recurrenceOf(repeats, first);
    if (form.units) body.units = Number(form.units);
    setTried(body);
    write.run(async () => {
      await api.addClosure(body);
      onChange();
      toast(t('closure.added'), { tone: 'good' });
    });
  };
  return html`<form class="stack" onSubmit=${add}><h3>${t('closure.new')}</h3>
    <${SpanInput} value=${span} onChange=${setSpan} />
    <${Check} label=${t('closure.endless')} checked=${endless} onChange=${(event) => setEndless(event.target.checked)} />
    ${!endless && html`<${RepeatsInput} value=${repeats} first=${first} problem=${write.problem} onChange=${setRepeats} />`}
    <div class="pair"><${Select} label=${t('closure.kind')} name="kind" value="closed"
      options=${[['closed', t('closure.closed')], ['out_of_service', t('closure.out_of_service')]]} />
    ${most > 1 && html`<${Field} label=${t('closure.units')} name="units" type="number" min="1" max=${most}
      hint=${t('closure.units_hint')} problem=${write.problem} optional />`}</div>
    <${Field} label=${t('closure.reason')} name="reason" required maxlength="200" problem=${write.problem} />
    <${HitNote} problem=${write.problem} effect=${{ closure: tried }} />
    <${Button} look="main" type="submit" busy=${write.busy}>${t('closure.add')}<//>
  </form>`;
}
