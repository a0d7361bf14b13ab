// The chosen window: when we shoot. Chosen once, kept in the address and in the draft.
import { html, useState } from '../dom.js';
import { t } from '../t.js';
import { instant, showSpan } from '../time.js';
import { basket, setWindow } from '../basket.js';
import { Icon } from './icon.js';
import { Later } from './later.js';

export const windowInstants = (window) => window && { start: instant(window.start), end: instant(window.end) };

const loadSheet = () => import('./window-sheet.js');

/** @param {{onChange?: (window: {start: string, end: string}|null) => void}} props */
export function WindowButton({ onChange }) {
  const [open, setOpen] = useState(false);
  const window = basket.value.window;
  const take = (next) => { setWindow(next); onChange?.(next); setOpen(false); };
  return html`<button type="button" class="window-btn" data-set=${window ? '' : undefined} onClick=${() => setOpen(true)}>
    <${Icon} name="calendar" /><span><small>${t('window.label')}</small>
      <b>${window ? showSpan(windowInstants(window)) : t('window.choose')}</b></span><${Icon} name="down" size=${16} />
  </button>${open && html`<${Later} load=${loadSheet} window=${window} onTake=${take} onClose=${() => setOpen(false)} />`}`;
}
