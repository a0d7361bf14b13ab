// Money of a line, an order, a booking.
import { html } from '../dom.js';
import { numberOf, t } from '../t.js';
import { showMoney } from '../money.js';

/** How a line's price came about: "2 units × 1 day × ¥450". @param {{price: any}} props */
export function PriceDetail({ price }) {
  if (!price) return null;
  const part = ({ basis, quantity, units, rate }) => [units > 1 && t('units.count', { n: units }),
    t(basis === 'day' ? 'time.days' : 'time.hours', { n: numberOf(quantity) }), showMoney(rate)].filter(Boolean);
  const words = price.parts.map((one) => part(one).join(' \u00d7 ')).join(' + ');
  return html`<span class="price-detail">${price.parts.length && price.basis !== 'free' ? words : price.detail}</span>`;
}

export const Sum = ({ money }) => html`<span class="sum">${money.amount === 0 ? t('money.free') : showMoney(money)}</span>`;

/** Total and deposit, as a list a screen reader can read. */
export const Totals = ({ total, deposit }) => html`<dl class="totals">
  <div><dt>${t('money.total')}</dt><dd><${Sum} money=${total} /></dd></div>
  ${deposit.amount > 0 && html`<div class="totals-small"><dt>${t('money.deposit')}</dt><dd>${showMoney(deposit)}</dd>
    </div>`}
</dl>`;
