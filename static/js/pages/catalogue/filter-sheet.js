// The filters of a phone, in a sheet from below.
import { html } from '../../dom.js';
import { numberOf, t } from '../../t.js';
import { Button } from '../../parts/button.js';
import { Sheet } from '../../parts/sheet.js';
import { clearFilters, Facets } from './facets.js';

export const styles = ['order'];

/** @param {{query: URLSearchParams, facets: any, onClose: () => void}} props */
export default function FilterSheet({ query, facets, onClose }) {
  const foot = html`<${Button} look="quiet" onClick=${clearFilters}>${t('catalogue.clear')}<//>
    <span class="unseen" role="status">${t('catalogue.found', { n: numberOf(facets.total) })}</span>
    <${Button} look="main" onClick=${onClose}>${t('catalogue.show', { n: numberOf(facets.total) })}<//>`;
  return html`<${Sheet} title=${t('catalogue.filters')} onClose=${onClose} foot=${foot}>
    <${Facets} query=${query} facets=${facets} /><//>`;
}
