// What is against a line: who holds it, exactly when and how many short; and what would work, in one tap.
import { html } from '../dom.js';
import { nameOf, t } from '../t.js';
import { showSpan } from '../time.js';
import { Icon } from './icon.js';
import { Repairs } from './repairs.js';

const MOST_FACTS = 4;

/** @param {{refusals: any[], repairs?: any[], onRepair?: (repair: any) => void, busy?: boolean}} props as the server wrote them */
export function Refused({ refusals, repairs = [], onRepair, busy }) {
  return html`<div class="refusal" role="group" aria-label=${t('refusal.label')}>
    ${refusals.map((refusal) => html`<${Facts} key=${refusal.listing?.code + refusal.code} refusal=${refusal} />`)}
    ${onRepair && html`<${Repairs} repairs=${repairs} onApply=${onRepair} busy=${busy} />`}
  </div>`;
}

const Facts = ({ refusal }) => html`<p class="refusal-what"><${Icon} name="warning" size=${18} />
    <span>${refusal.detail}</span></p>
  <ul>
    ${(refusal.shortages ?? []).slice(0, MOST_FACTS).map((one) => html`<li
      key=${one.start}>${t('clash.short', { span: showSpan(one), n: one.short,
      free: Math.max(0, one.capacity - one.used), capacity: one.capacity })}</li>`)}
    ${(refusal.holders ?? []).slice(0, MOST_FACTS).map((one) => html`<li
      key=${one.start + one.end}>${holderText(one)}</li>`)}
    ${(refusal.closures ?? []).map((one) => html`<li
      key=${one.start}>${t('clash.closed', { span: showSpan(one), reason: one.reason })}</li>`)}
  </ul>`;

/** Who is in the way, as far as we may know. */
function holderText(holder) {
  const who = holder.mine ? t('clash.own', { reference: holder.booking ?? '' }) : holder.company
    ? nameOf(holder.company) : t('clash.someone');
  return t('clash.holder', { who, span: showSpan(holder), n: holder.units });
}
