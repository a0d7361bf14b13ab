// When a listing, some of its units or a whole site is not to be had: what stands, a new one, what it would hit.
import { html, useLoad, useState, useWrite } from '../dom.js';
import { api } from '../api.js';
import { t } from '../t.js';
import { instant, showSpan } from '../time.js';
import { toast } from '../toast.js';
import { Button, IconButton } from './button.js';
import { Effects } from './effects.js';
import { Field, readForm, Select } from './field.js';
import { Loaded, ProblemNote } from './note.js';
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
  const write = useWrite();
  const [span, setSpan] = useState(suggestion());
  const [endless, setEndless] = useState(false);
  const [tried, setTried] = useState(null);
  const add = (event) => {
    const form = readForm(event);
    /** @type {Record<string, any>} */
    const body = { ...of, start: instant(span.start), kind: form.kind, reason: form.reason };
    if (!endless) body.end = instant(span.end);
    if (form.units) body.units = Number(form.units);
    setTried(body);
    write.run(async () => {
      await api.addClosure(body);
      found.reload();
      onChange?.();
      toast(t('closure.added'), { tone: 'good' });
    });
  };
  const remove = (closure) => write.run(async () => {
    await api.removeClosure(closure);
    found.reload();
    onChange?.();
  });
  return html`<${Sheet} wide title=${name ? t('closure.of', { name }) : t('keep.closures')} onClose=${onClose}>
    <${Loaded} of=${found}
      rows=${1}>${(items) => (items.length === 0 ? html`<p class="soft">${t('closure.none')}</p>`
      : html`<ul class="rows">${items.map((one) => html`<li key=${one.id}>
      <div><b>${showSpan(one)}</b><small>${t(`closure.${one.kind}`)}
        ${one.units ? ` \u00b7 ${t('units.count', { n: one.units })}` : ''} \u00b7 ${one.reason}</small></div>
      <${IconButton} icon="trash" label=${t('closure.remove')} disabled=${write.busy} onClick=${() => remove(one.id)} />
        </li>`)}</ul>`)}<//>
    <form class="stack" onSubmit=${add}><h3>${t('closure.new')}</h3>
      <${SpanInput} value=${span} onChange=${setSpan} />
      <div class="check"><input type="checkbox" id="endless" checked=${endless}
        onChange=${(event) => setEndless(event.target.checked)} /><label for="endless">${t('closure.endless')}</label></div>
      <div class="pair"><${Select} label=${t('closure.kind')} name="kind" value="closed"
        options=${[['closed', t('closure.closed')], ['out_of_service', t('closure.out_of_service')]]} />
      ${most > 1 && html`<${Field} label=${t('closure.units')} name="units" type="number" min="1" max=${most}
        hint=${t('closure.units_hint')} problem=${write.problem} optional />`}</div>
      <${Field} label=${t('closure.reason')} name="reason" required maxlength="200" problem=${write.problem} />
      <${HitNote} problem=${write.problem} effect=${{ closure: tried }} />
      <${Button} look="main" type="submit" busy=${write.busy}>${t('closure.add')}<//>
    </form><//>`;
}
