// No such page.
import { html } from '../dom.js';
import { t } from '../t.js';
import { Empty } from '../parts/note.js';
import { Head } from '../parts/shell.js';

export default function Missing() {
  return html`<${Head} title=${t('missing.title')} /><${Empty} icon="place" title=${t('missing.what')} href="/"
    label=${t('missing.home')}>${t('missing.why')}<//>`;
}
