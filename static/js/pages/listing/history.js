// For those who keep the listing: who changed what, when, from what to what.
import { html, useLoad, useState } from '../../dom.js';
import { api } from '../../api.js';
import { t, tOr } from '../../t.js';
import { showMoment, showSpan } from '../../time.js';
import { figure } from '../../money.js';
import { Button } from '../../parts/button.js';
import { fieldName } from '../../parts/field-name.js';
import { Loaded } from '../../parts/note.js';
import { Sheet } from '../../parts/sheet.js';

const PAGE = 20;

/** @param {{listing: any, onClose: () => void}} props */
export function History({ listing, onClose }) {
  const [cursor, setCursor] = useState(undefined);
  const [before, setBefore] = useState([]);
  const found = useLoad((signal) => api.listingHistory(listing.id, { limit: PAGE, cursor }, signal), [listing.id, cursor]);
  return html`<${Sheet} wide title=${t('listing_history.title')} onClose=${onClose}>
    <${Loaded} of=${found} rows=${3}>${(page) => {
      const items = cursor && found.loading ? before : [...before, ...page.items];
      return html`<ol class="listing-history">${items.map((one, place) => html`<${Entry} key=${`${place} ${one.at}`}
        entry=${one} />`)}</ol>
      ${page.next_cursor && html`<${Button} busy=${found.loading} busyText=${t('common.loading')}
        onClick=${() => { setBefore(items); setCursor(page.next_cursor); }}>${t('common.more')}<//>`}`;
    }}<//><//>`;
}

const Entry = ({ entry }) => html`<li><b>${tOr(`listing_history.${entry.what}`, entry.what)}</b>
  <small><time datetime=${entry.at}>${showMoment(entry.at)}</time> \u00b7 ${entry.by ?? t('history.itself')}</small>
  ${entry.reason && html`<small>${entry.reason}</small>`}
  ${shownChanges(entry).map((one) => html`<small key=${one.field}>${fieldName(one.field)}: ${!isNothing(one.before) &&
    html`<del>${valueOf(one.before, one.field)}</del> \u2192 `}<ins>${valueOf(one.after, one.field)}</ins></small>`)}</li>`;

/** What was made or taken away as a whole is told in full by its page; its name and figures are enough. */
const MADE = ['code', 'name_zh', 'name_en', 'quantity', 'day_rate', 'hour_rate', 'state', 'units', 'unit', 'start', 'end', 'alt'];
const HIDDEN = ['photo', 'listing', 'reason'];

function shownChanges({ what, changes }) {
  const some = changes.filter((one) => !HIDDEN.includes(one.field) && !(isNothing(one.before) && isNothing(one.after)));
  return what === 'listing.created' ? some.filter((one) => MADE.includes(one.field)) : some;
}

const isNothing = (value) => value === null || value === undefined || value === '' || value.length === 0;
// Fields whose words are those of other pages.
const WORDS = { state: ['state'], kind: ['closure', 'kind'], condition: ['unit'], category: ['category'] };

/** A value in words: amounts as figures, lists joined, nothing as nothing. */
function valueOf(value, field) {
  if (isNothing(value)) return t('import.nothing');
  if (field === 'place') return String(value + 1); // people count from one
  if (WORDS[field]) return WORDS[field].reduce((words, noun) => tOr(`${noun}.${value}`, words), value);
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value === 'object') return value.currency ? figure(value) : value.start ? showSpan(value) : JSON.stringify(value);
  if (value === true || value === false) return t(value ? 'listing_history.yes' : 'listing_history.no');
  if (/^\d{4}-\d\d-\d\dT/.test(value)) return showMoment(value);
  return String(value);
}
