// One change to many listings: what, what it would do to each, and only then done.
import { html, useState, useWrite } from '../../dom.js';
import { api, newKey } from '../../api.js';
import { nameOf, numberOf, t } from '../../t.js';
import { cluster } from '../../session.js';
import { showMoney } from '../../money.js';
import { toast } from '../../toast.js';
import { Button } from '../../parts/button.js';
import { Check, Field, readForm, Select } from '../../parts/field.js';
import { ProblemNote } from '../../parts/note.js';
import { Sheet } from '../../parts/sheet.js';
import { tagsOf } from './listing-table.js';
import { Verdict } from './verdict.js';

const ROUNDINGS = [1, 100, 1_000, 10_000];
const PAGE = 50;

/** @param {{about: any, count?: number, sites: any[], onDone: () => void, onClose: () => void}} props
 *   `about` is what names the listings: `{ listings }` or `{ filter }`; `count` how many, where that is known */
export function Bulk({ about, count, sites, onDone, onClose }) {
  const [asked, setAsked] = useState(null);
  const [outlook, setOutlook] = useState(null);
  const write = useWrite();
  const look = (body) => write.run(async () => {
    setOutlook(await api.previewListingChanges(body));
    setAsked({ body, key: newKey() });
  });
  const make = () => write.run(async () => {
    const { changed } = await api.changeListings({ ...asked.body, seen: outlook.seen }, asked.key);
    toast(t('bulk.done', { n: numberOf(changed) }), { tone: 'good' });
    onDone();
  });
  const leaveOut = () => look({ change: asked.body.change,
    listings: outlook.items.filter((one) => one.verdict !== 'refused').map((one) => one.listing.id) });
  const back = () => { setOutlook(null); write.clear(); };
  const title = count === undefined ? t('bulk.title_found') : t('bulk.title', { n: numberOf(count) });
  return html`<${Sheet} wide title=${title} onClose=${onClose}>
    <div hidden=${outlook !== null}><${Form} sites=${sites} busy=${write.busy} problem=${outlook ? null : write.problem}
      onLook=${(change) => look({ ...about, change })} /></div>
    ${outlook && html`<${Outlook} outlook=${outlook} write=${write} onMake=${make} onLeaveOut=${leaveOut}
      onBack=${back} />`}<//>`;
}

function Form({ sites, busy, problem, onLook }) {
  const [inherit, setInherit] = useState(false);
  const currency = cluster.value.currency;
  const submit = (event) => onLook(changeOf(readForm(event), inherit));
  const stays = ['', t('bulk.stays')];
  return html`<form class="stack" onSubmit=${submit}><p class="soft">${t('bulk.about')}</p>
    <div class="pair"><${Field} label=${t('bulk.percent')} name="percent" type="number" min="-90" max="500" step="1"
      hint=${t('bulk.percent_hint')} problem=${problem} optional />
      <${Select} label=${t('bulk.round_to')} name="round_to" value="100" problem=${problem}
        options=${ROUNDINGS.map((amount) => [String(amount), t('bulk.multiple', { money: showMoney({ amount, currency }) })])} /></div>
    <div class="pair"><${Field} label=${t('listing_form.turnaround_minutes')} name="turnaround_minutes" type="number"
      min="0" disabled=${inherit} problem=${problem} optional />
      <${Check} label=${t('bulk.inherit')} checked=${inherit} onChange=${(event) => setInherit(event.target.checked)} /></div>
    <div class="pair"><${Select} label=${t('listing.site')} name="site" value="" problem=${problem}
      options=${[stays, ...sites.map((one) => [one.id, nameOf(one)])]} />
      <${Select} label=${t('import.state')} name="state" value="" problem=${problem} options=${[stays,
        ['published', t('keep.publish')], ['retired', t('keep.retire')]]} /></div>
    <div class="pair"><${Field} label=${t('bulk.add_tags')} name="add_tags" hint=${t('listing_form.tags_hint')}
      problem=${problem} optional /><${Field} label=${t('bulk.remove_tags')} name="remove_tags" problem=${problem}
      optional /></div>
    <${ProblemNote} problem=${problem} />
    <${Button} look="main" type="submit" busy=${busy} busyText=${t('bulk.looking')}>${t('bulk.look')}<//></form>`;
}

function changeOf(form, inherit) {
  const change = { add_tags: tagsOf(form.add_tags), remove_tags: tagsOf(form.remove_tags) };
  if (form.percent) change.rates = { percent: Number(form.percent), round_to: Number(form.round_to) };
  if (inherit) change.turnaround_minutes = null;
  else if (form.turnaround_minutes) change.turnaround_minutes = Number(form.turnaround_minutes);
  if (form.site) change.site = form.site;
  if (form.state) change.state = form.state;
  return change;
}

const VERDICTS = ['refused', 'changed', 'unchanged'];

function Outlook({ outlook, write, onMake, onLeaveOut, onBack }) {
  const { totals } = outlook;
  const [verdict, setVerdict] = useState(null);
  const [shown, setShown] = useState(PAGE);
  // What is refused is shown first: it is what is in the way.
  const open = totals[verdict] ? verdict : VERDICTS.find((one) => totals[one] > 0);
  const items = outlook.items.filter((one) => one.verdict === open);
  return html`<div class="stack"><div class="pills" role="group" aria-label=${t('import.verdicts')}>
    ${VERDICTS.map((one) => html`<button type="button" class="pill" key=${one} disabled=${!totals[one]}
      aria-pressed=${one === open ? 'true' : 'false'} onClick=${() => { setVerdict(one); setShown(PAGE); }}>
      ${t(`state.${one}`)} ${numberOf(totals[one])}</button>`)}</div>
    <ul class="rows">${items.slice(0, shown).map((one) => html`<${Verdict} key=${one.listing.id}
      name=${nameOf(one.listing)} about=${one.listing.code} of=${one} />`)}</ul>
    ${items.length > shown && html`<div class="more"><${Button} onClick=${() => setShown(shown + PAGE)}>${t('common.more')}<//></div>`}
    <p class="soft" role="status">${totals.refused ? t('bulk.refused', { n: numberOf(totals.refused) })
      : t('bulk.all_or_none')}</p>
    <${ProblemNote} problem=${write.problem} />
    <div class="actions"><${Button} icon="undo" disabled=${write.busy} onClick=${onBack}>${t('common.back')}<//>
    ${totals.refused ? html`<${Button} look="main" busy=${write.busy} disabled=${!totals.changed}
      onClick=${onLeaveOut}>${t('bulk.leave_out')}<//>` : html`<${Button} look="main" icon="check" busy=${write.busy}
      busyText=${t('common.saving')} disabled=${!totals.changed} onClick=${onMake}>${t('bulk.make',
        { n: numberOf(totals.changed) })}<//>`}</div></div>`;
}
