// What would work in the place of what was refused. The server has tried each of them already.
import { html } from '../dom.js';
import { showMoney } from '../money.js';
import { t } from '../t.js';

const MOST_SHOWN = 6;

/** @param {{repairs: any[], onApply: (repair: any) => void, busy?: boolean}} props */
export function Repairs({ repairs, onApply, busy }) {
  if (repairs.length === 0) return html`<p class="repairs-none">${t('repair.none')}</p>`;
  return html`<ul class="repairs">${repairs.slice(0, MOST_SHOWN).map((repair) => html`<li
    key=${repair.kind + repair.summary}><button type="button" class="repair" disabled=${busy}
    onClick=${() => onApply(repair)}><span>${repair.summary}</span>
    ${difference(repair.price_difference)}</button></li>`)}</ul>`;
}

function difference(money) {
  if (!money || money.amount === 0) return html`<small>${t('repair.same_price')}</small>`;
  const text = showMoney({ ...money, amount: Math.abs(money.amount) });
  return html`<small>${t(money.amount > 0 ? 'repair.more' : 'repair.less', { money: text })}</small>`;
}
