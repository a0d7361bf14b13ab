// Fourteen days at a glance on a card: fill tells how much is taken, hatching that it is closed.
import { html } from '../dom.js';
import { t } from '../t.js';
import { showDay, showWeekday, weekday } from '../time.js';

/** @param {{days: {date: string, state: string, least_free: number, most_free: number}[]|undefined}} props */
export function Strip({ days }) {
  if (!days) return html`<div class="strip" data-empty></div>`;
  const counts = {};
  for (const { state } of days) counts[state] = (counts[state] ?? 0) + 1;
  const words = ['free', 'part', 'taken', 'closed'].filter((state) => counts[state]).map((state) => t(`strip.${state}`,
    { n: counts[state] }));
  return html`<div class="strip" role="img" aria-label=${t('strip.label',
    { from: showDay(days[0].date), what: words.join(', ') })}>
    ${days.map((day) => html`<span key=${day.date} class="strip-day"
      title=${`${showDay(day.date)} \u00b7 ${t(`day.${day.state}`)}`}>
      <i class="strip-name" data-weekend=${weekday(day.date) > 4 ? '' : undefined}>${showWeekday(day.date)}</i><i
        class="strip-cell" data-state=${day.state}></i></span>`)}
  </div>`;
}
