// Whom a change would hit, before it is made: each booking with what its crew would be offered, and a letter to ask
// them to move. Nothing is cancelled by it.
import { html, useLoad, useState, useWrite } from '../dom.js';
import { api } from '../api.js';
import { nameOf, t } from '../t.js';
import { showMoment, showSpan } from '../time.js';
import { toast } from '../toast.js';
import { Button } from './button.js';
import { Field } from './field.js';
import { Loaded, ProblemNote } from './note.js';

/** @param {{effect: any, children?: any}} props `effect` as the API names it; `children` when nobody would be hit */
export function Effects({ effect, children }) {
  const found = useLoad((signal) => api.effects(effect, signal), [JSON.stringify(effect)]);
  return html`<${Loaded} of=${found} rows=${2}>${(effects) => (effects.total === 0 ? children
    : html`<${Hits} effects=${effects} effect=${effect} onAsked=${found.reload} />`)}<//>`;
}

function Hits({ effects, effect, onAsked }) {
  const [note, setNote] = useState('');
  const write = useWrite();
  const open = effects.items.filter((one) => !one.asked_at).map((one) => one.booking);
  const ask = () => write.run(async () => {
    const { bookings } = await api.askToMove({ effect, bookings: open, note });
    toast(t('effects.asked', { n: bookings.length }), { tone: 'good' });
    onAsked();
  });
  return html`<section class="effects"><h3>${t('effects.title', { n: effects.total })}</h3>
    <p class="field-hint">${t('effects.about')}</p>
    <ul class="rows">${effects.items.map((one) => html`<${Hit} key=${one.booking} hit=${one} />`)}</ul>
    ${effects.total > effects.items.length && html`<p class="soft">${t('effects.more',
      { n: effects.total - effects.items.length })}</p>`}
    ${open.length > 0 && html`<${Field} as="textarea" label=${t('effects.note')} name="note" maxlength="2000" value=${note}
      onInput=${(event) => setNote(event.target.value)} optional />
    <${Button} icon="send" busy=${write.busy} onClick=${ask}>${t('effects.ask', { n: open.length })}<//>`}
    <${ProblemNote} problem=${write.problem} /></section>`;
}

const Hit = ({ hit }) => html`<li><div><b><a href=${`/bookings/${hit.booking}`}>${hit.booking}</a> \u00b7 ${hit.production}</b>
  <small>${nameOf(hit.company)}${hit.asked_at ? ` \u00b7 ${t('effects.asked_at', { moment: showMoment(hit.asked_at) })}` : ''}</small>
  ${hit.lines.map((line) => html`<div key=${line.start + line.listing.id} class="effects-line">
    <span>${nameOf(line.listing)} \u00d7 ${line.units} \u00b7 ${showSpan(line)}</span>
    ${line.offers.length > 0 ? html`<ul class="effects-offers">${line.offers.map((offer) => html`<li
      key=${offer.summary}>${offer.summary}</li>`)}</ul>` : html`<small>${t('effects.no_offer')}</small>`}</div>`)}</div></li>`;
