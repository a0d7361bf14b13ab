// A listing's rules as sentences.
import { t } from '../t.js';
import { showMinutes } from '../time.js';
import { showMoney } from '../money.js';

/** @returns {{icon: string, text: string}[]} */
export function rulesInWords(listing) {
  const rules = listing.rules;
  const words = [];
  words.push(['send', t(rules.approval === 'owner' ? 'rule.approval' : 'rule.instant')]);
  words.push(['clock', t('rule.length', { min: showMinutes(rules.minimum_minutes),
    max: showMinutes(rules.maximum_minutes) }) +
    (rules.step_minutes > 1 ? t('rule.step', { step: showMinutes(rules.step_minutes) }) : '')]);
  words.push(['calendar', (rules.lead_minutes ? t('rule.lead', { lead: showMinutes(rules.lead_minutes) })
    : t('rule.no_lead')) + t('rule.horizon', { n: rules.horizon_days })]);
  if (rules.weekly_hours) words.push(['people', t('rule.weekly', { n: rules.weekly_hours })]);
  if (rules.setup_minutes) words.push(['wait', t('rule.setup', { time: showMinutes(rules.setup_minutes) })]);
  if (rules.turnaround_minutes) words.push(['swap', t('rule.turnaround', { time: showMinutes(rules.turnaround_minutes) })]);
  words.push([rules.night_allowed ? 'check' : 'closed', t(rules.night_allowed ? 'rule.night' : 'rule.no_night')]);
  if (rules.hours_apply !== 'none') words.push(['place', t(`rule.hours_${rules.hours_apply}`)]);
  if (listing.day_rate && listing.day_rate.amount) words.push(['info', t('rule.day', { n: rules.day_hours })]);
  if (listing.deposit?.amount) words.push(['key', t('rule.deposit', { money: showMoney(listing.deposit) })]);
  return words.map(([icon, text]) => ({ icon, text }));
}
