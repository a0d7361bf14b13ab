// The rules a listing sets itself: each says what it would inherit from its kind, and is cleared to inherit it again.
import { html, useState } from '../dom.js';
import { t } from '../t.js';
import { showMinutes } from '../time.js';
import { Field, Select } from './field.js';

const MINUTES = ['minimum_minutes', 'maximum_minutes', 'step_minutes', 'lead_minutes', 'setup_minutes',
  'turnaround_minutes'];
const COUNTS = ['horizon_days', 'day_hours', 'weekly_hours'];
const CHOICES = {
  approval: { instant: 'rule.instant', owner: 'rule.approval' },
  night_allowed: { true: 'rule.night', false: 'rule.no_night' },
  hours_apply: { ends: 'rule.hours_ends', span: 'rule.hours_span', none: 'listing_form.hours_none' },
};
const NAMES = { approval: 'approval', night_allowed: 'night', hours_apply: 'hours' };

function words(name, value) {
  if (value === undefined || value === null) return t('listing_form.no_limit');
  if (MINUTES.includes(name)) return showMinutes(value);
  return t(name === 'horizon_days' ? 'time.days' : 'time.hours', { n: value });
}

/** @param {{own?: any, kind: any, problem: any}} props `own` are the listing's, `kind` those of its kind */
export function RuleFields({ own, kind, problem }) {
  return html`<div class="stack"><p class="field-hint">${t('listing_form.rules_hint')}</p>
    <div class="pair">${[...MINUTES, ...COUNTS].map((name) => html`<${Figure} key=${name} name=${name}
      own=${own?.[name]} inherited=${words(name, kind[name])} problem=${problem} />`)}
    ${Object.entries(CHOICES).map(([name, choices]) => html`<${Select} key=${name} name=${name} problem=${problem}
      label=${t(`listing_form.${NAMES[name]}`)} value=${String(own?.[name] ?? '')}
      options=${[['', t('listing_form.inherited', { value: t(choices[kind[name]]) })],
        ...Object.entries(choices).map(([value, key]) => [value, t(key)])]} />`)}</div></div>`;
}

function Figure({ name, own, inherited, problem }) {
  const [typed, setTyped] = useState(String(own ?? ''));
  const hint = typed === '' ? t('listing_form.inherited', { value: inherited })
    : t('listing_form.instead_of', { value: inherited });
  return html`<${Field} label=${t(`listing_form.${name}`)} name=${name} type="number" min="0" value=${typed}
    onInput=${(event) => setTyped(event.target.value)} hint=${hint} problem=${problem} />`;
}

/** The rules as the API takes them, out of a form's values; null inherits. */
export function rulesOf(form) {
  const rules = {};
  for (const name of [...MINUTES, ...COUNTS]) rules[name] = form[name] === '' ? null : Number(form[name]);
  rules.approval = form.approval || null;
  rules.hours_apply = form.hours_apply || null;
  rules.night_allowed = form.night_allowed === '' ? null : form.night_allowed === 'true';
  return rules;
}
