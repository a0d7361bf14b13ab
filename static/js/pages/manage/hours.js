// When a site is open: the periods of each day of the week, and dates on which others count.
import { html, useState } from '../../dom.js';
import { t } from '../../t.js';
import { showDay, showWeekdayLong } from '../../time.js';
import { Button, IconButton } from '../../parts/button.js';
import { Field } from '../../parts/field.js';

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const MOST_PERIODS = 12;
const FIRST_PERIOD = { from: '08:00', to: '22:00' };
// Any Monday-to-Sunday week will do to name the days.
export const dayName = (index) => showWeekdayLong(`2024-01-0${index + 1}`);

/** A week as most sites have it. */
export const usualWeek = () => Object.fromEntries(DAYS.map((day) => [day, [FIRST_PERIOD]]));

/** "08:00–12:00, 14:00–22:00", or shut. */
export const periodsText = (periods) => (periods?.length
  ? periods.map((one) => `${one.from}\u2013${one.to}`).join(', ') : t('sites.shut'));

// A time field knows no 24:00; at the end of a period 00:00 means the same.
const shownEnd = (to) => (to === '24:00' ? '00:00' : to);
const storedEnd = (to) => (to === '00:00' ? '24:00' : to);

/** @param {{weekly: any, onChange: (weekly: any) => void}} props */
export const Week = ({ weekly, onChange }) => html`<fieldset class="week"><legend>${t('sites.weekly')}</legend>
  ${DAYS.map((day, index) => html`<${OpenDay} key=${day} name=${dayName(index)} periods=${weekly[day] ?? []}
    onChange=${(periods) => onChange({ ...weekly, [day]: periods })} />`)}</fieldset>`;

function OpenDay({ name, periods, onChange }) {
  const turn = (event) => onChange(event.target.checked ? [FIRST_PERIOD] : []);
  return html`<div class="week-day"><div class="check">
    <input type="checkbox" id=${`open-${name}`} checked=${periods.length > 0} onChange=${turn} />
    <label for=${`open-${name}`}>${name}</label></div>
    ${periods.length ? html`<${Periods} name=${name} periods=${periods} onChange=${onChange} />`
      : html`<span class="soft">${t('sites.shut')}</span>`}</div>`;
}

function Periods({ name, periods, onChange }) {
  const set = (place, change) => onChange(periods.map((one, at) => (at === place ? { ...one, ...change } : one)));
  const next = { from: periods.at(-1).to === '24:00' ? '22:00' : periods.at(-1).to, to: '24:00' };
  return html`<div class="periods">${periods.map((one, place) => html`<div class="period" key=${place}>
    <input type="time" required aria-label=${t('sites.opens', { day: name })} value=${one.from}
      onChange=${(event) => set(place, { from: event.target.value })} /><span aria-hidden="true">\u2013</span>
    <input type="time" required aria-label=${t('sites.closes', { day: name })} value=${shownEnd(one.to)}
      onChange=${(event) => set(place, { to: storedEnd(event.target.value) })} />
    ${place > 0 && html`<${IconButton} icon="trash" label=${t('sites.remove_period', { day: name })}
      onClick=${() => onChange(periods.filter((_, at) => at !== place))} />`}
    ${place === periods.length - 1 && place + 1 < MOST_PERIODS && html`<${IconButton} icon="plus"
      label=${t('sites.add_period', { day: name })} onClick=${() => onChange([...periods, next])} />`}</div>`)}</div>`;
}

/** @param {{items: any[], onChange: (items: any[]) => void}} props */
export function Exceptions({ items, onChange }) {
  const [date, setDate] = useState('');
  const [note, setNote] = useState('');
  const [open, setOpen] = useState([]);
  const add = () => {
    const others = items.filter((one) => one.date !== date);
    onChange([...others, { date, open, note }].sort((a, b) => (a.date < b.date ? -1 : 1)));
    setDate('');
    setNote('');
    setOpen([]);
  };
  return html`<fieldset class="exceptions"><legend>${t('sites.exceptions')}</legend>
    <p class="field-hint">${t('sites.exceptions_hint')}</p>
    ${items.length > 0 && html`<ul class="rows">${items.map((one) => html`<li key=${one.date}>
      <div><b>${showDay(one.date)}</b><small>${periodsText(one.open)}${one.note ? ` \u00b7 ${one.note}` : ''}</small>
      </div><${IconButton} icon="trash" label=${t('sites.remove_exception', { day: showDay(one.date) })}
      onClick=${() => onChange(items.filter((other) => other.date !== one.date))} /></li>`)}</ul>`}
    <div class="pair"><${Field} label=${t('sites.exception_on')} name="exception" type="date" value=${date}
      onInput=${(event) => setDate(event.target.value)} /><${Field} label=${t('closure.reason')} name="exception_note"
      value=${note} maxlength="200" onInput=${(event) => setNote(event.target.value)} optional /></div>
    <${OpenDay} name=${t('sites.exception_open')} periods=${open} onChange=${setOpen} />
    <${Button} icon="plus" disabled=${!date} onClick=${add}>${t('sites.add_exception')}<//></fieldset>`;
}
