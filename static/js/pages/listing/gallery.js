// The photos of a listing, one beside the other: swiped by a thumb, scrolled by arrow keys, turned by two buttons.
// Where there is none, the drawing.
import { html, useEffect, useLoad, useRef, useState } from '../../dom.js';
import { api } from '../../api.js';
import { nameOf, t } from '../../t.js';
import { IconButton } from '../../parts/button.js';
import { Picture } from '../../parts/picture.js';

/** What a photo shows, in words. */
export const wordsOf = (photo, listing, number) => photo.alt || t('photo.of', { name: nameOf(listing), n: number });

/** @param {{listing: any}} props */
export function Gallery({ listing }) {
  const { cover } = listing;
  const found = useLoad((signal) => (cover ? api.photos(listing.id, signal) : Promise.resolve({ items: [] })),
    [listing.id, listing]);
  if (!cover) return html`<div class="listing-picture"><${Picture} listing=${listing} wide /></div>`;
  // Until the others are here the cover stands alone, also where there was none a moment ago.
  const photos = found.value?.items.length ? found.value.items : [cover];
  return html`<${Row} listing=${listing} photos=${photos} />`;
}

function Row({ listing, photos }) {
  const row = useRef(null);
  const [at, setAt] = useState(0);
  const many = photos.length > 1;
  useEffect(() => { row.current.scrollTo({ left: 0 }); setAt(0); }, [photos[0].id]);
  const look = () => setAt(Math.round(row.current.scrollLeft / row.current.clientWidth));
  const turn = (by) => row.current.scrollTo({ left: (at + by) * row.current.clientWidth, behavior: 'smooth' });
  const onKeyDown = (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    turn(by);
  };
  return html`<div class="gallery">
    <ul class="gallery-row" ref=${row} onScroll=${look} onKeyDown=${onKeyDown} tabindex=${many ? '0' : undefined}
      aria-label=${t('photo.title')}>${photos.map((photo, place) => html`<li key=${photo.id}><a href=${photo.large}
        target="_blank" rel="noopener" tabindex=${place === at ? undefined : '-1'}><img src=${photo.middle}
        srcset=${`${photo.small} 320w, ${photo.middle} 960w, ${photo.large} 2000w`} sizes="(min-width: 1024px) 700px, 100vw"
        width=${photo.width} height=${photo.height} alt=${wordsOf(photo, listing, place + 1)}
        loading=${place === 0 ? 'eager' : 'lazy'} decoding="async" /></a></li>`)}</ul>
    ${many && html`<p class="gallery-turn">
      <${IconButton} icon="left" label=${t('photo.before')} disabled=${at === 0} onClick=${() => turn(-1)} />
      <span aria-live="polite">${t('photo.place', { n: at + 1, of: photos.length })}</span>
      <${IconButton} icon="right" label=${t('photo.after')} disabled=${at >= photos.length - 1} onClick=${() => turn(1)} />
      </p>`}</div>`;
}
