// For those who keep the listing: photos added, put in order, described, taken away.
import { html, useLoad, useRef, useState, useWrite } from '../../dom.js';
import { api } from '../../api.js';
import { t } from '../../t.js';
import { toast } from '../../toast.js';
import { Button, IconButton } from '../../parts/button.js';
import { Field } from '../../parts/field.js';
import { Loaded, ProblemNote } from '../../parts/note.js';
import { Sheet } from '../../parts/sheet.js';
import { shrunk } from '../../parts/shrink.js';
import { wordsOf } from './gallery.js';

/** @param {{listing: any, onClose: () => void, onChange: (cover: any) => void}} props */
export function Photos({ listing, onClose, onChange }) {
  const found = useLoad((signal) => api.photos(listing.id, signal), [listing.id]);
  const write = useWrite();
  const [left, setLeft] = useState(0);
  const refresh = async () => {
    const fresh = await api.photos(listing.id);
    found.set(fresh);
    onChange(fresh.items[0] ?? null);
  };
  const add = (files) => write.run(async () => {
    try {
      for (const [place, file] of files.entries()) {
        setLeft(files.length - place);
        await api.addPhoto(listing.id, await shrunk(file));
      }
      toast(t('photo.added', { n: files.length }), { tone: 'good' });
    } finally {
      await refresh();
    }
  });
  const turn = (change) => write.run(async () => { await change(); await refresh(); });
  return html`<${Sheet} wide title=${t('photo.title')} onClose=${onClose}>
    <${Add} busy=${write.busy} left=${left} onFiles=${add} />
    <${ProblemNote} problem=${write.problem} />
    <${Loaded} of=${found} rows=${2}>${({ items }) => (items.length === 0 ? html`<p class="soft">${t('photo.none')}</p>`
      : html`<ol class="photos">${items.map((photo, place) => html`<${Photo} key=${photo.id} photo=${photo} place=${place}
        count=${items.length} listing=${listing} write=${write} onTurn=${turn} />`)}</ol>`)}<//><//>`;
}

function Add({ busy, left, onFiles }) {
  const input = useRef(null);
  const [over, setOver] = useState(false);
  const take = (list) => { const files = [...list]; if (files.length) onFiles(files); };
  return html`<div class="photo-add" data-over=${over ? '' : undefined} onDragLeave=${() => setOver(false)}
    onDragOver=${(event) => { event.preventDefault(); setOver(true); }}
    onDrop=${(event) => { event.preventDefault(); setOver(false); take(event.dataTransfer.files); }}>
    <${Button} look="main" icon="plus" busy=${busy} busyText=${t('photo.adding', { n: left })}
      onClick=${() => input.current.click()}>${t('photo.add')}<//>
    <input ref=${input} type="file" class="unseen" tabindex="-1" multiple accept="image/jpeg,image/png,image/webp"
      aria-label=${t('photo.add')} onChange=${(event) => { take(event.target.files); event.target.value = ''; }} />
    <p class="soft">${t('photo.hint')}</p></div>`;
}

function Photo({ photo, place, count, listing, write, onTurn }) {
  const [alt, setAlt] = useState(photo.alt);
  const move = (to) => onTurn(() => api.changePhoto(photo.id, { place: to }));
  const words = wordsOf(photo, listing, place + 1);
  return html`<li><img src=${photo.small} alt=${words} width=${photo.width} height=${photo.height} />
    <div class="stack"><${Field} label=${t('photo.alt')} name=${`alt-${photo.id}`} value=${alt} maxlength="300"
      problem=${write.problem} placeholder=${t('photo.alt_hint')} onInput=${(event) => setAlt(event.target.value)}
      onChange=${() => alt !== photo.alt && onTurn(() => api.changePhoto(photo.id, { alt }))} />
    <div class="actions">
      ${place === 0 ? html`<b class="photo-cover">${t('photo.cover')}</b>` : html`<${Button} look="quiet"
        disabled=${write.busy} onClick=${() => move(0)}>${t('photo.make_cover')}<//>`}
      <${IconButton} icon="left" label=${t('photo.earlier', { words })} disabled=${write.busy || place === 0}
        onClick=${() => move(place - 1)} />
      <${IconButton} icon="right" label=${t('photo.later', { words })} disabled=${write.busy || place === count - 1}
        onClick=${() => move(place + 1)} />
      <${IconButton} icon="trash" label=${t('photo.remove', { words })} disabled=${write.busy}
        onClick=${() => onTurn(() => api.removePhoto(photo.id))} /></div></div></li>`;
}
