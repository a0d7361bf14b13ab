// Repeat the basket: on which days, until when; the dates it makes are seen while one chooses.
import { html, useState } from '../dom.js';
import { t } from '../t.js';
import { addDays, showDay, showWeekdayShort } from '../time.js';
import { MOST_COUNT, daysOf, firstRepeat, isWhole } from '../repeat.js';
import { Button } from './button.js';
import { Field } from './field.js';
import { Sheet } from './sheet.js';

export const styles = ['order', 'series'];

const MOST_SHOWN = 12;
const A_MONDAY = '2024-01-01';

/** @param {{repeat: any, first: string, onTake: (repeat: any) => void, onClose: () => void}} props `first` is the
 *   first day of the basket */
export default function RepeatSheet({ repeat, first, onTake, onClose }) {
  const [wish, setWish] = useState(repeat ?? firstRepeat(first));
  const set = (change) => setWish({ ...wish, ...change });
  const days = isWhole(wish) ? daysOf(wish, first, MOST_COUNT + 1) : [];
  const toggle = (day) => set({ days: wish.days.includes(day) ? wish.days.filter((one) => one !== day)
    : [...wish.days, day].sort() });
  const fits = days.length > 0 && days.length <= MOST_COUNT;
  const foot = html`${repeat && html`<${Button} look="quiet" onClick=${() => onTake(null)}>${t('repeat.stop')}<//>`}
    <${Button} look="main" icon="check" disabled=${!fits}
      onClick=${() => onTake(wish)}>${t('repeat.take', { n: days.length })}<//>`;
  return html`<${Sheet} title=${t('repeat.title')} onClose=${onClose} foot=${foot}>
    <${Choice} label=${t('repeat.every')} value=${wish.every} onChange=${(every) => set({ every })}
      options=${[['day', t('repeat.day')], ['workday', t('repeat.workday')], ['week', t('repeat.week')]]} />
    ${wish.every === 'week' && html`<div class="pills weekdays" role="group" aria-label=${t('repeat.on')}>
      ${[0, 1, 2, 3, 4, 5, 6].map((day) => html`<button type="button" class="pill" key=${day}
        aria-pressed=${wish.days.includes(day) ? 'true' : 'false'}
        onClick=${() => toggle(day)}>${showWeekdayShort(addDays(A_MONDAY, day))}</button>`)}</div>`}
    <${Choice} label=${t('repeat.ends')} value=${wish.ends} onChange=${(ends) => set({ ends })}
      options=${[['count', t('repeat.count')], ['until', t('repeat.until')]]} />
    ${wish.ends === 'count' ? html`<${Field} label=${t('repeat.how_often')} name="count" type="number" min="1"
      max=${MOST_COUNT} inputmode="numeric" value=${wish.count}
      onInput=${(event) => set({ count: Number(event.target.value) })} />`
    : html`<${Field} label=${t('repeat.last_day')} name="until" type="date" min=${first} value=${wish.until}
      onInput=${(event) => set({ until: event.target.value })} />`}
    <section class="repeat-days" aria-live="polite">
      <h3>${t('repeat.makes', { n: Math.min(days.length, MOST_COUNT) })}</h3>
      ${days.length > MOST_COUNT && html`<p class="soft">${t('repeat.too_many', { n: MOST_COUNT })}</p>`}
      <ul>${days.slice(0, MOST_SHOWN).map((day) => html`<li key=${day}>${showDay(day)}</li>`)}
        ${days.length > MOST_SHOWN && html`<li class="soft">${t('repeat.more', { n: days.length - MOST_SHOWN })}</li>`}
      </ul></section>
  <//>`;
}

const Choice = ({ label, value, options, onChange }) => html`<div class="choice"><span>${label}</span>
  <div class="pills" role="group" aria-label=${label}>${options.map(([key, text]) => html`<button type="button"
    class="pill" key=${key} aria-pressed=${key === value ? 'true' : 'false'}
    onClick=${() => onChange(key)}>${text}</button>`)}</div></div>`;
