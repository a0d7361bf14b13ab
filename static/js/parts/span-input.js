// Choosing a span by days and half-hours of the cluster's clock. Value: local moments, or null while unfinished.
import { html, useEffect, useId, useState } from '../dom.js';
import { t } from '../t.js';
import { addDays, addMinutes, isMoment, showMinutes, today, weekday } from '../time.js';

const HALF_HOURS = Array.from({ length: 48 }, (_, half) => `${String(half >> 1).padStart(2, '0')}:${half % 2 ? '30'
  : '00'}`);

/** Whole minutes between two local moments (wall clock). */
export const wallMinutes = ({ start, end }) => (Date.parse(`${end}:00Z`) - Date.parse(`${start}:00Z`)) / 60_000;

/** @param {{value: {start: string, end: string}|null, onChange: (span: {start: string, end: string}) => void, problem?: string, quick?: boolean, legend?: string}} props */
export function SpanInput({ value, onChange, quick = false, legend }) {
  const [draft, setDraft] = useState(value ?? suggestion());
  const id = useId();
  useEffect(() => { if (value) setDraft(value); }, [value?.start, value?.end]);
  const take = (next) => {
    setDraft(next);
    if (isMoment(next.start) && isMoment(next.end)) onChange(next);
  };
  // Moving the start keeps the length: people move a shoot more often than they stretch it.
  const moveStart = (start) => take({ start, end: isMoment(start) && isMoment(draft.start)
    ? addMinutes(start, wallMinutes(draft)) : draft.end });
  const wrong = wallMinutes(draft) <= 0;
  return html`<fieldset class="span-input" aria-describedby=${wrong ? `${id}-wrong` : undefined}>
    <legend class=${legend ? '' : 'unseen'}>${legend ?? t('span.legend')}</legend>
    ${quick && html`<div class="quick">
      ${presets().map((preset) => html`<button type="button" class="pill" key=${preset.label}
      aria-pressed=${preset.span.start === value?.start && preset.span.end === value?.end ? 'true' : 'false'}
        onClick=${() => take(preset.span)}>${preset.label}</button>`)}</div>`}
    <${Moment} label=${t('span.start')} value=${draft.start} onChange=${moveStart} />
    <${Moment} label=${t('span.end')} value=${draft.end} onChange=${(end) => take({ ...draft, end })} invalid=${wrong} />
    <p class="span-length" id=${`${id}-wrong`} data-wrong=${wrong ? '' : undefined}>
      ${wrong ? t('span.wrong') : Number.isFinite(wallMinutes(draft))
      ? t('span.length', { length: showMinutes(wallMinutes(draft)) }) : ''}</p>
  </fieldset>`;
}

function Moment({ label, value, onChange, invalid }) {
  const [day, time] = value.split('T');
  const times = HALF_HOURS.includes(time) ? HALF_HOURS : [...HALF_HOURS, time].sort();
  return html`<div class="moment">
    <span class="moment-label" aria-hidden="true">${label}</span>
    <input type="date" aria-label=${t('span.day_of', { what: label })} aria-invalid=${invalid ? 'true' : undefined}
      value=${day} onInput=${(event) => event.target.value && onChange(`${event.target.value}T${time}`)} />
    <select aria-label=${t('span.time_of', { what: label })} aria-invalid=${invalid ? 'true' : undefined} value=${time}
      onChange=${(event) => onChange(`${day}T${event.target.value}`)}>
      ${times.map((one) => html`<option key=${one} value=${one} selected=${one === time}>${one}</option>`)}
    </select>
  </div>`;
}

/** A set day from tomorrow morning: the commonest wish. */
export const suggestion = () => ({ start: `${addDays(today(), 1)}T08:00`, end: `${addDays(today(), 1)}T22:00` });

function presets() {
  const tomorrow = addDays(today(), 1);
  const saturday = addDays(today(), (5 - weekday(today()) + 7) % 7 || 7);
  return [
    { label: t('span.tonight'), span: { start: `${today()}T18:00`, end: `${tomorrow}T02:00` } },
    { label: t('span.tomorrow'), span: suggestion() },
    { label: t('span.tomorrow_morning'), span: { start: `${tomorrow}T08:00`, end: `${tomorrow}T12:00` } },
    { label: t('span.tomorrow_night'), span: { start: `${tomorrow}T18:00`, end: `${addDays(tomorrow, 1)}T02:00` } },
    { label: t('span.saturday'), span: { start: `${saturday}T08:00`, end: `${saturday}T22:00` } },
  ];
}
