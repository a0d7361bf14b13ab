// Whether something repeats, as a person chooses it, and the rule the API takes for it (RFC 5545).
import { html } from '../dom.js';
import { t } from '../t.js';
import { addDays, showWeekdayShort, weekday } from '../time.js';
import { Field, Select } from './field.js';

/** @typedef {{every: ''|'DAILY'|'WEEKLY'|'MONTHLY', days: number[], until: string}} Repeats `days` are weekdays, 0 =
 *   Monday; empty is that of the first date */

const DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const A_MONDAY = '2024-01-01';

/** What stands in the form first. @returns {Repeats} */
export const once = () => ({ every: '', days: [], until: '' });

/** As the API takes it; nothing of what does not repeat. @param {Repeats} repeats @param {string} first local day */
export function recurrenceOf({ every, days, until }, first) {
  if (!every) return undefined;
  const on = days.length > 0 ? days : [weekday(first)];
  const by = every === 'WEEKLY' ? `;BYDAY=${on.map((day) => DAYS[day]).join(',')}` : '';
  return { rule: `FREQ=${every}${by};UNTIL=${until.replaceAll('-', '')}` };
}

/** @param {{value: Repeats, first: string, problem?: any, onChange: (repeats: Repeats) => void}} props */
export function RepeatsInput({ value, first, problem, onChange }) {
  const set = (change) => onChange({ ...value, ...change });
  const on = value.days.length > 0 ? value.days : [weekday(first)];
  const toggle = (day) => set({ days: on.includes(day) ? on.filter((one) => one !== day) : [...on, day].sort() });
  return html`<div class="pair"><${Select} label=${t('repeats.label')} name="rule" value=${value.every} problem=${problem}
      options=${[['', t('repeats.never')], ['DAILY', t('repeats.daily')], ['WEEKLY', t('repeats.weekly')],
        ['MONTHLY', t('repeats.monthly')]]} onChange=${(event) => set({ every: event.target.value })} />
    ${value.every && html`<${Field} label=${t('repeats.until')} name="until" type="date" required min=${first}
      value=${value.until} onInput=${(event) => set({ until: event.target.value })} />`}</div>
    ${value.every === 'WEEKLY' && html`<div class="pills" role="group" aria-label=${t('repeats.on')}>
      ${DAYS.map((name, day) => html`<button type="button" class="pill" key=${name}
        aria-pressed=${on.includes(day) ? 'true' : 'false'}
        onClick=${() => toggle(day)}>${showWeekdayShort(addDays(A_MONDAY, day))}</button>`)}</div>`}
    ${value.every === 'MONTHLY' && html`<p class="field-hint">${t('repeats.monthly_on', { n: Number(first.slice(8)) })}</p>`}`;
}
