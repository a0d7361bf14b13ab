// One refusal on its line: what, who holds it, exactly when and how many short, and what to do next.
import { html, useLoad } from '../dom.js';
import { api } from '../api.js';
import { t } from '../t.js';
import { addMinutes, DAY, instant, local, minutesOf, now, showSpan } from '../time.js';
import { nearestFree } from '../profile.js';
import { holderText, nextSteps } from '../next-steps.js';
import { Icon } from './icon.js';

const LOOK_AHEAD_MS = 14 * DAY;
const MOST_HOLDERS = 4;

/**
 * @param {{refusal: any, line: {span: any, units: number, listing: any}, claim?: {claim_start: string, start: string, end: string, claim_end: string}, onChange?: (change: any) => void}} props
 *   `claim` is the line as the server sees it, with its set-up and turnaround
 */
export function Refusal({ refusal, line, claim, onChange }) {
  const wanted = { start: instant(line.span.start), end: instant(line.span.end) };
  const looks = Boolean(['clash', 'closed', 'in_the_past'].includes(refusal.code) && onChange);
  const near = useLoad((signal) => (looks ? findNear(line, wanted, marginOf(claim), signal) : Promise.resolve(null)),
    [looks, line.listing.id, line.units, wanted.start, wanted.end]);
  const steps = onChange ? nextSteps(refusal, line, near.value ?? {}) : [];
  const holders = (refusal.holders ?? []).slice(0, MOST_HOLDERS);
  return html`<div class="refusal" role="group" aria-label=${t('refusal.label')}>
    <p class="refusal-what"><${Icon} name="warning" size=${18} /><span>${refusal.detail}</span></p>
    <ul>
      ${(refusal.shortages ?? []).slice(0, MOST_HOLDERS).map((one) => html`<li
        key=${one.start}>${t('clash.short', { span: showSpan(one), n: one.short,
        free: Math.max(0, one.capacity - one.used), capacity: one.capacity })}</li>`)}
      ${holders.map((one) => html`<li key=${one.start + one.end}>${holderText(one)}</li>`)}
      ${(refusal.closures ?? []).map((one) => html`<li
        key=${one.start}>${t('clash.closed', { span: showSpan(one), reason: one.reason })}</li>`)}
    </ul>
    ${steps.length > 0 && html`<div class="refusal-steps">
      ${steps.map((step) => html`<button type="button" class="pill" key=${step.label}
      onClick=${() => onChange(step.change)}>${step.label}</button>`)}</div>`}
  </div>`;
}

const marginOf = (claim) => (claim?.claim_start
  ? { before: minutesOf({ start: claim.claim_start, end: claim.start }),
    after: minutesOf({ start: claim.end, end: claim.claim_end }) }
  : { before: 0, after: 0 });

async function findNear(line, wanted, margin, signal) {
  const soonest = nextHour();
  const from = shifted(wanted.start, -DAY) < soonest ? soonest : shifted(wanted.start, -DAY);
  const until = shifted(wanted.end > from ? wanted.end : from, LOOK_AHEAD_MS);
  const found = await api.availability(line.listing.id, from, until, signal);
  const start = wanted.start < soonest ? soonest : wanted.start;
  const end = shifted(start, Date.parse(wanted.end) - Date.parse(wanted.start));
  return nearestFree(found.steps, { start, end }, line.units, margin, soonest);
}

const shifted = (moment, shift) => new Date(Date.parse(moment) + shift).toISOString().replace('.000Z', 'Z');
const nextHour = () => instant(addMinutes(`${local(now()).slice(0, 13)}:00`, 60));
