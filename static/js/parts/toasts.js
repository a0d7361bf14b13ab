// Where short news appears; a live region, so that it is also spoken.
import { html, useEffect } from '../dom.js';
import { t } from '../t.js';
import { place } from '../router.js';
import { arrived, dismiss, toasts } from '../toast.js';
import { IconButton } from './button.js';
import { Icon } from './icon.js';

const SIGNS = { good: 'check', bad: 'warning', plain: 'info' };

export function Toasts() {
  const { path } = place.value;
  useEffect(() => arrived(path), [path]);
  return html`<div class="toasts" role="status" aria-live="polite">
    ${toasts.value.map((one) => html`<div class="toast-card" key=${one.id} data-tone=${one.tone}>
    <${Icon} name=${SIGNS[one.tone]} /><span class="toast-text">${one.text}</span>
    ${one.action && (one.action.href
      ? html`<a href=${one.action.href} onClick=${() => dismiss(one.id)}>${one.action.label}</a>`
      : html`<button type="button" class="toast-action"
        onClick=${() => { one.action.run(); dismiss(one.id); }}>${one.action.label}</button>`)}
    <${IconButton} icon="close" label=${t('common.close')} onClick=${() => dismiss(one.id)} /></div>`)}</div>`;
}
