// Ways to take a listing along: the code for its label, its address, a calendar that keeps itself up to date.
import { html, useState, useWrite } from '../../dom.js';
import { api } from '../../api.js';
import { nameOf, t } from '../../t.js';
import { toast } from '../../toast.js';
import { Button } from '../../parts/button.js';
import { Icon } from '../../parts/icon.js';
import { ProblemNote } from '../../parts/note.js';
import { Secret } from '../../parts/secret.js';

/** @param {{listing: any}} props */
export function Share({ listing }) {
  const [url, setUrl] = useState(null);
  const write = useWrite();
  const picture = `/api/v1/listings/${encodeURIComponent(listing.id)}/qr.svg`;
  const feed = () => write.run(async () => setUrl((await api.makeFeed({ scope: 'listing', listing: listing.id })).url));
  const copy = () => navigator.clipboard.writeText(`${location.origin}/listings/${listing.code}`)
    .then(() => toast(t('common.copied'), { tone: 'good' })).catch(() => {});
  return html`<section class="panel listing-after share"><div class="panel-head"><h2>${t('share.title')}</h2></div>
    <div class="share-row">
      <img class="share-code" src=${picture} width="132" height="132" loading="lazy"
        alt=${t('share.code', { name: nameOf(listing) })} />
      <div class="share-ways"><p class="soft">${t('share.why')}</p>
        <a class="btn btn-plain" href=${picture} download=${`${listing.code}.svg`}><${Icon} name="down" />
          <span>${t('share.save')}</span></a>
        ${listing.can_edit && html`<a class="btn btn-plain" href=${`/labels?codes=${encodeURIComponent(listing.code)}`}><${Icon}
          name="print" /><span>${t('labels.title')}</span></a>`}
        ${navigator.clipboard && html`<${Button} icon="link" onClick=${copy}>${t('share.link')}<//>`}
        <${Button} icon="calendar" busy=${write.busy} onClick=${feed}>${t('keep.feed')}<//></div></div>
    <${ProblemNote} problem=${write.problem} />
    ${url && html`<${Secret} label=${t('settings.feed_once')} text=${url} />`}</section>`;
}
