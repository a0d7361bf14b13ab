// How much of a series is meant: this date, it and those after it, or all that have not begun.
import { html } from '../dom.js';
import { t } from '../t.js';

export const SCOPES = ['one', 'following', 'all'];

/** @param {{booking: any, value: string, onChange: (scope: string) => void}} props nothing where it is of no series */
export const Scope = ({ booking, value, onChange }) => booking.series && html`<div class="choice">
  <span>${t('scope.label')}</span>
  <div class="pills" role="group" aria-label=${t('scope.label')}>${SCOPES.map((scope) => html`<button type="button"
    class="pill" key=${scope} aria-pressed=${scope === value ? 'true' : 'false'}
    onClick=${() => onChange(scope)}>${t(`scope.${scope}`)}</button>`)}</div></div>`;
