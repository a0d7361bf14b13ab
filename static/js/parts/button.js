// Buttons that say what they are doing.
import { html, classes } from '../dom.js';
import { t } from '../t.js';
import { Icon } from './icon.js';

/**
 * @param {{look?: 'main'|'plain'|'quiet'|'danger', busy?: boolean, busyText?: string, icon?: string, type?: string, class?: string, children?: any, [more: string]: any}} props
 */
export function Button({ look = 'plain', busy, busyText, icon, type = 'button', children, ...rest }) {
  return html`<button ...${rest} type=${type} class=${classes('btn', `btn-${look}`, rest.class)}
    disabled=${busy || rest.disabled} aria-busy=${busy ? 'true' : undefined}>
    ${busy ? html`<span class="dot-wait" aria-hidden="true"></span>` : icon && html`<${Icon} name=${icon} />`}
    <span>${busy ? busyText ?? t('common.sending') : children}</span>
  </button>`;
}

/** A button of one sign; its words are for ears and on hover. */
export const IconButton = ({ icon, label, ...rest }) =>
  html`<button type="button" ...${rest} class=${classes('icon-btn', rest.class)} aria-label=${label}
    title=${label}><${Icon} name=${icon} /></button>`;

/** − n + with a typed figure between. */
export function Units({ value, max, onChange, label }) {
  const set = (next) => onChange(Math.max(1, Math.min(1_000_000, Math.floor(next) || 1)));
  return html`<div class="units" role="group" aria-label=${label}>
    <${IconButton} icon="minus" label=${t('units.fewer')} disabled=${value <= 1} onClick=${() => set(value - 1)} />
    <input type="number" inputmode="numeric" min="1" value=${value} aria-label=${label}
      onChange=${(event) => set(Number(event.target.value))} />
    <${IconButton} icon="plus" label=${t('units.more')} disabled=${max !== undefined && value >= max}
      onClick=${() => set(value + 1)} />
  </div>`;
}
