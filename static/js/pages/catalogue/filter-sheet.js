// The filters of a phone, in a sheet from below.
import { html } from '../../dom.js';
import { replaceQuery } from '../../router.js';
import { t } from '../../t.js';
import { Button } from '../../parts/button.js';
import { Sheet } from '../../parts/sheet.js';
import { Where } from './where.js';

export const styles = ['order'];

/** @param {{query: URLSearchParams, sites: any[], onClose: () => void}} props */
export default function FilterSheet({ query, sites, onClose }) {
  const foot = html`<${Button} look="quiet" onClick=${() => replaceQuery({ category: null, site: null })}>
    ${t('catalogue.clear')}<//>
    <${Button} look="main" onClick=${onClose}>${t('catalogue.show')}<//>`;
  return html`<${Sheet} title=${t('catalogue.filters')} onClose=${onClose}
    foot=${foot}><${Where} query=${query} sites=${sites} /><//>`;
}
