// The dates of a series as the server answered them: which can be had, and why the others cannot.
import { html } from '../dom.js';
import { t } from '../t.js';
import { showSpan } from '../time.js';
import { Icon } from './icon.js';

const MOST_REASONS = 2;

/** @typedef {{start: string, end: string, refusals: any[], on_hold: boolean}} SeriesDate */

/** @param {{dates: SeriesDate[]}} props */
export function Dates({ dates }) {
  return html`<ol class="dates" tabindex="0" aria-label=${t('scope.label')}>${dates.map((date) => html`<li key=${date.start}
    data-refused=${date.refusals.length ? '' : undefined}>
    <${Icon} name=${date.refusals.length ? 'close' : date.on_hold ? 'wait' : 'check'} size=${18} />
    <span><b>${showSpan(date)}</b>
      ${date.refusals.length > 0 ? date.refusals.slice(0, MOST_REASONS).map((one, index) => html`<small
        key=${index}>${one.detail}</small>`) : html`<small>${t(date.on_hold ? 'dates.waits' : 'dates.free')}</small>`}</span></li>`)}</ol>`;
}

/** How many of them would be held or wait in line. @param {SeriesDate[]} dates */
export const waiting = (dates) => dates.filter((date) => date.on_hold).length;

/** Whether one of them could wait in line instead. @param {SeriesDate[]} dates */
export const couldWait = (dates) => dates.some((date) => date.refusals.some((one) => one.queue_rank));

/** How many of them cannot be had. */
export const clashing = (dates) => dates.filter((date) => date.refusals.length > 0).length;
