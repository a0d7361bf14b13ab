// A state in a word and a sign; colour only repeats it.
import { html } from '../dom.js';
import { t, tOr } from '../t.js';
import { Icon } from './icon.js';

const LOOKS = {
  confirmed: ['good', 'check'], out: ['good', 'out'], returned: ['quiet', 'check'], requested: ['wait', 'wait'],
    held: ['wait', 'clock'], queued: ['quiet', 'wait'],
  declined: ['bad', 'close'], cancelled: ['quiet', 'close'], expired: ['quiet', 'clock'], no_show: ['bad', 'warning'],
  draft: ['wait', 'edit'], published: ['good', 'check'], retired: ['quiet', 'closed'],
  sent: ['good', 'check'], waiting: ['wait', 'wait'], given_up: ['bad', 'warning'],
};

/** @param {{state: string}} props */
export function Chip({ state }) {
  const [tone, sign] = LOOKS[state] ?? ['quiet', 'info'];
  return html`<span class="chip" data-tone=${tone}><${Icon} name=${sign} size=${14} />
    ${tOr(`state.${state}`, state)}</span>`;
}

/** A plain mark, such as "asks the owner". */
export const Tag = ({ icon, tone = 'quiet', children }) =>
  html`<span class="chip" data-tone=${tone}>${icon && html`<${Icon} name=${icon} size=${14} />`}${children}</span>`;

export const kindName = (kind) => tOr(`kind.${kind}`, kind);
export const categoryName = (category) => tOr(`category.${category}`, category);
export const roleName = (role) => t(`role.${role}`);
