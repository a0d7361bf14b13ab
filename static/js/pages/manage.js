// Management: listings of one's own and from files, what was wanted in vain, sites, companies, members and invitations. One tab, one part.
import { html, useEffect, useRef } from '../dom.js';
import { place, replaceQuery } from '../router.js';
import { may } from '../session.js';
import { t } from '../t.js';
import { Head } from '../parts/shell.js';
import { Empty } from '../parts/note.js';
import { Import } from './manage/import.js';
import { Listings } from './manage/listings.js';
import { Sites } from './manage/sites.js';
import { Companies } from './manage/companies.js';
import { Members } from './manage/members.js';
import { Demand } from './manage/demand.js';

export const styles = ['order', 'letters', 'import', 'demand', 'keep'];

/** @type {[string, Parameters<typeof may>[0], any][]} */
const PARTS = [['listings', 'publish', Listings], ['import', 'publish', Import], ['demand', 'publish', Demand],
  ['sites', 'manage_cluster', Sites],
  ['companies', 'manage_cluster', Companies], ['members', 'manage_members', Members]];

export default function Manage() {
  const parts = useRef(null);
  const part = place.value.query.get('part');
  // On a phone the row of parts is longer than the screen.
  useEffect(() => { parts.current?.querySelector('[aria-pressed="true"]')?.scrollIntoView({ block: 'nearest', inline: 'center' }); }, [part]);
  const open = PARTS.filter(([, right]) => may(right));
  if (!open.length) return html`<${Head} title=${t('nav.manage')} /><${Empty} icon="manage"
    title=${t('manage.not_yours')} href="/" label=${t('missing.home')} />`;
  const [name, , Part] = open.find(([one]) => one === part) ?? open[0];
  return html`<${Head} title=${t('nav.manage')} />
    <div class="filters"><div class="pills" role="group" ref=${parts}
      aria-label=${t('manage.parts')}>
      ${open.map(([one]) => html`<button type="button" class="pill" key=${one}
      aria-pressed=${one === name ? 'true' : 'false'}
      onClick=${() => replaceQuery({ part: one, q: null, by: null, open: null })}>${t(`manage.${one}`)}</button>`)}</div></div>
    <${Part} key=${name} />`;
}
