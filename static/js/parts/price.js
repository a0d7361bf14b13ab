// Money of a line, an order, a booking.
import { html } from '../dom.js';
import { t } from '../t.js';
import { showMoney } from '../money.js';

/** How a line's price came about. @param {{price: any}} props */
export const PriceDetail = ({ price }) => price && html`<span class="price-detail">${price.detail}</span>`;

export const Sum = ({ money }) => html`<span class="sum">${money.amount === 0 ? t('money.free') : showMoney(money)}</span>`;

/** Total and deposit, as a list a screen reader can read. */
export const Totals = ({ total, deposit }) => html`<dl class="totals">
  <div><dt>${t('money.total')}</dt><dd><${Sum} money=${total} /></dd></div>
  ${deposit.amount > 0 && html`<div class="totals-small"><dt>${t('money.deposit')}</dt><dd>${showMoney(deposit)}</dd>
    </div>`}
</dl>`;
