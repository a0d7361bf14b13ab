// When one line is needed: with the rest, so much earlier or later than the rest, or at a time of its own.
import { html } from '../../dom.js';
import { basket, changeLine } from '../../basket.js';
import { t } from '../../t.js';
import { showMinutes } from '../../time.js';
import { Select } from '../../parts/field.js';
import { SpanInput } from '../../parts/span-input.js';

// Props come before the call, strike takes hours after the wrap.
const STEPS = [-720, -480, -360, -240, -180, -120, -90, -60, -30, 0, 30, 60, 90, 120, 180, 240, 360, 480, 720];
const NONE = { start: 0, end: 0 };

const shiftWords = (minutes, what) => (minutes === 0 ? t(`offset.${what}_same`)
  : t(`offset.${what}_${minutes < 0 ? 'earlier' : 'later'}`, { time: showMinutes(Math.abs(minutes)) }));

/** How a line's time comes about, in a few words. */
export function timeWords(line) {
  if (line.span) return t('basket.own_span');
  if (!line.offset) return t('basket.follows');
  const moved = [line.offset.start && shiftWords(line.offset.start, 'start'), line.offset.end &&
    shiftWords(line.offset.end, 'end')].filter(Boolean);
  return moved.length ? moved.join(t('booking.and')) : t('basket.follows');
}

/** @param {{line: any, span: {start: string, end: string}|null}} props */
export function LineTime({ line, span }) {
  const { window } = basket.value;
  const way = line.span || !window ? 'own' : line.offset ? 'offset' : 'follow';
  const set = (changes) => changeLine(line.id, { span: null, offset: null, ...changes });
  const choose = { follow: () => set({}), offset: () => set({ offset: NONE }), own: () => set({ span }) };
  return html`<div class="line-open">
    ${window && html`<div class="pills" role="group" aria-label=${t('offset.label')}>
      ${Object.keys(choose).map((one) => html`<button type="button" class="pill" key=${one}
        aria-pressed=${one === way ? 'true' : 'false'} onClick=${choose[one]}>${t(`offset.${one}`)}</button>`)}</div>`}
    ${way === 'offset' && html`<div class="pair"><${Shift} label=${t('span.start')} what="start" offset=${line.offset}
        onChange=${(offset) => set({ offset })} />
      <${Shift} label=${t('span.end')} what="end" offset=${line.offset} onChange=${(offset) => set({ offset })} /></div>`}
    ${way !== 'offset' && html`<${SpanInput} value=${span} onChange=${(next) => set({ span: next })} />`}
  </div>`;
}

const Shift = ({ label, what, offset, onChange }) => html`<${Select} label=${label} name=${`offset_${what}`}
  value=${String(offset[what])} options=${STEPS.map((minutes) => [String(minutes), shiftWords(minutes, what)])}
  onChange=${(event) => onChange({ ...offset, [what]: Number(event.target.value) })} />`;
