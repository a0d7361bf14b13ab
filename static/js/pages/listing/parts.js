// For those who keep a kit: its parts, added by code or name, counted, put in order, taken out.
import { html, useLoad, useState, useStill, useWrite } from '../../dom.js';
import { api } from '../../api.js';
import { nameOf, t } from '../../t.js';
import { toast } from '../../toast.js';
import { Button, IconButton, Units } from '../../parts/button.js';
import { Field } from '../../parts/field.js';
import { Icon } from '../../parts/icon.js';
import { Loaded, Note, ProblemNote } from '../../parts/note.js';
import { Sheet } from '../../parts/sheet.js';

const WAIT_MS = 250;
const MOST_FOUND = 6;
const MOST_OF_A_PART = 999;

/** @param {{listing: any, onChange: (listing: any) => void, onClose: () => void}} props */
export function PartsSheet({ listing, onChange, onClose }) {
  const found = useLoad((signal) => api.parts(listing.id, signal), [listing.id]);
  return html`<${Sheet} wide title=${t('kit.parts')} onClose=${onClose}>
    <${Loaded} of=${found} rows=${2}>${(made) => html`<${Editor} listing=${listing} made=${made} onChange=${onChange}
      onClose=${onClose} />`}<//><//>`;
}

function Editor({ listing, made, onChange, onClose }) {
  const [parts, setParts] = useState(made.parts);
  const write = useWrite();
  const set = (index, quantity) => setParts(parts.map((part, at) => (at === index
    ? { ...part, quantity: Math.min(MOST_OF_A_PART, quantity) } : part)));
  const move = (index, by) => {
    const next = [...parts];
    next.splice(index + by, 0, ...next.splice(index, 1));
    setParts(next);
  };
  const add = (one) => setParts([...parts, { listing: one, quantity: 1, is_kit: Boolean(one.kit) }]);
  const save = () => write.run(async () => {
    await api.setParts(listing.id, made.version, parts.map((part) => ({ listing: part.listing.id, quantity: part.quantity })));
    onChange(await api.listing(listing.id));
    toast(t('keep.saved'), { tone: 'good' });
    onClose();
  });
  const wrong = (index) => (write.problem?.errors ?? []).find((one) => one.field.startsWith(`parts[${index}].`));
  return html`<${Note} icon="kit">${t(listing.day_rate || listing.hour_rate ? 'kit.takes_rates' : 'kit.says')}<//>
    ${parts.length === 0 && html`<p class="soft">${t('kit.none')}</p>`}
    <ol class="kit-edit">${parts.map((part, index) => html`<li key=${part.listing.id}>
      <div class="kit-edit-name"><b>${nameOf(part.listing)}</b><small>${part.listing.code}</small>
        ${wrong(index) && html`<small class="bad" role="alert">${wrong(index).message}</small>`}</div>
      <${Units} value=${part.quantity} max=${MOST_OF_A_PART} onChange=${(quantity) => set(index, quantity)}
        label=${t('units.of', { name: nameOf(part.listing) })} />
      <span class="kit-edit-order">
        <${IconButton} icon="up" label=${t('kit.earlier', { name: nameOf(part.listing) })} disabled=${index === 0}
          onClick=${() => move(index, -1)} />
        <${IconButton} icon="down" label=${t('kit.later', { name: nameOf(part.listing) })}
          disabled=${index === parts.length - 1} onClick=${() => move(index, 1)} />
        <${IconButton} icon="trash" label=${t('kit.take_out', { name: nameOf(part.listing) })}
          onClick=${() => setParts(parts.filter((_, at) => at !== index))} /></span></li>`)}</ol>
    <${Finder} but=${[listing.id, ...parts.map((part) => part.listing.id)]} onPick=${add} />
    <${ProblemNote} problem=${write.problem} />
    <div class="actions"><${Button} look="main" icon="check" busy=${write.busy} busyText=${t('common.saving')}
      onClick=${save}>${t('common.save')}<//></div>`;
}

function Finder({ but, onPick }) {
  const [text, setText] = useState('');
  const wish = useStill(text.trim(), WAIT_MS);
  const found = useLoad((signal) => (wish ? api.listings({ q: wish, limit: MOST_FOUND + but.length }, signal)
    : Promise.resolve({ items: [] })), [wish]);
  const items = text.trim() ? (found.value?.items ?? []).filter((one) => !but.includes(one.id)).slice(0, MOST_FOUND) : [];
  const pick = (one) => { onPick(one); setText(''); };
  return html`<div class="stack">
    <${Field} label=${t('kit.add')} name="part" type="search" value=${text} hint=${t('kit.add_hint')} autocomplete="off"
      onInput=${(event) => setText(event.target.value)} />
    ${items.length > 0 && html`<ul class="kit-found">${items.map((one) => html`<li key=${one.id}>
      <button type="button" onClick=${() => pick(one)}><${Icon} name="plus" size=${18} />
        <span><span class="unseen">${t('kit.add_word')} </span>${nameOf(one)} <small>${one.code}</small></span></button></li>`)}</ul>`}
    <p class="soft" role="status">${wish && text.trim() && !found.loading && items.length === 0 ? t('catalogue.none') : ''}</p></div>`;
}
