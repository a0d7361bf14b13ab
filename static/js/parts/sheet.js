// A dialog at the desk, a sheet from below on a phone. The browser keeps focus in and gives it back.
import { html, useEffect, useId, useRef } from '../dom.js';
import { t } from '../t.js';
import { IconButton } from './button.js';

/** @param {{title: string, onClose: () => void, children: any, foot?: any, wide?: boolean}} props */
export function Sheet({ title, onClose, children, foot, wide }) {
  const dialog = useRef(null);
  const id = useId();
  useEffect(() => {
    const box = dialog.current;
    box.showModal();
    return () => box.open && box.close();
  }, []);
  const outside = (event) => { if (event.target === dialog.current) onClose(); };
  return html`<dialog class="sheet" data-wide=${wide ? '' : undefined} ref=${dialog} aria-labelledby=${id}
    onClose=${onClose} onClick=${outside}>
    <div class="sheet-body">
      <header class="sheet-head"><h2 id=${id}>${title}</h2><${IconButton} icon="close" label=${t('common.close')}
        onClick=${onClose} /></header>
      <div class="sheet-text">${children}</div>
      ${foot && html`<footer class="sheet-foot">${foot}</footer>`}
    </div>
  </dialog>`;
}
