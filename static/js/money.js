// Money from integer minor units. Never a float of yuan, except inside Intl.
import { language, t } from './t.js';

const digitsOf = (currency) => new Intl.NumberFormat('en',
  { style: 'currency', currency }).resolvedOptions().maximumFractionDigits;

/** "¥1,200" (no cents when there are none). @param {{amount: number, currency: string}} money */
export function showMoney(money) {
  const digits = digitsOf(money.currency);
  const whole = money.amount % 10 ** digits === 0;
  return new Intl.NumberFormat(language.value, {
    style: 'currency', currency: money.currency, currencyDisplay: 'narrowSymbol', minimumFractionDigits: whole ? 0 : digits,
  }).format(money.amount / 10 ** digits);
}

/** The rates of a listing in words: "¥450 a day · ¥60 an hour", or free, or not offered. */
export function showRates(listing) {
  // A kit costs what its parts cost together.
  if (listing.kit) return listing.kit.day_rate || listing.kit.hour_rate ? showRates({ ...listing.kit, kit: null })
    : t('kit.sum');
  const rates = [listing.day_rate, listing.hour_rate];
  if (rates.every((rate) => !rate)) return t('money.not_offered');
  if (rates.every((rate) => !rate || rate.amount === 0)) return t('money.free');
  const parts = [];
  if (listing.day_rate) parts.push(t('money.a_day', { money: showMoney(listing.day_rate) }));
  if (listing.hour_rate) parts.push(t('money.an_hour', { money: showMoney(listing.hour_rate) }));
  return parts.join(' \u00b7 ');
}

/** What a person typed ("1,200.5") as minor units; null when empty, NaN when it is no amount. */
export function minorUnits(text, currency) {
  const plain = String(text ?? '').replace(/[,\s\u00a5\uffe5]/g, '');
  if (plain === '') return null;
  return /^\d+(\.\d+)?$/.test(plain) ? Math.round(Number(plain) * 10 ** digitsOf(currency)) : NaN;
}

/** Minor units as an editable figure. */
export const figure = (money) => (money ? String(money.amount / 10 ** digitsOf(money.currency)) : '');
