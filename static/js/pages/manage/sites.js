// Sites: where they are named, when they are open, and when they are closed as a whole.
import { html, useLoad, useState, useWrite } from '../../dom.js';
import { api } from '../../api.js';
import { nameOf, t } from '../../t.js';
import { toast } from '../../toast.js';
import { Button } from '../../parts/button.js';
import { Closures } from '../../parts/closures.js';
import { Effects } from '../../parts/effects.js';
import { Check, Field, readForm } from '../../parts/field.js';
import { Loaded, ProblemNote } from '../../parts/note.js';
import { Sheet } from '../../parts/sheet.js';
import { DAYS, dayName, Exceptions, periodsText, usualWeek, Week } from './hours.js';

export function Sites() {
  const found = useLoad((signal) => api.sites(signal), []);
  const [open, setOpen] = useState(null);
  const [closing, setClosing] = useState(null);
  const saved = () => { setOpen(null); found.reload(); toast(t('keep.saved'), { tone: 'good' }); };
  return html`<div class="both-ends"><p class="soft">${t('sites.about')}</p><${Button} look="main" icon="plus"
    onClick=${() => setOpen({})}>${t('sites.new')}<//></div>
    <${Loaded} of=${found}
      rows=${4}>${(items) => html`<ul class="rows panel">
      ${items.map((one) => html`<li key=${one.id}>
      <div><b>${nameOf(one)}</b><small>${one.code} \u00b7 ${hoursInWords(one.hours)}</small></div>
      <span class="actions"><${Button} look="quiet" icon="closed" onClick=${() => setClosing(one)}>${t('keep.closures')}<//>
        <${Button} look="quiet" icon="edit" onClick=${() => setOpen(one)}>${t('common.edit')}<//></span></li>`)}</ul>`}<//>
    ${closing && html`<${Closures} of=${{ site: closing.id }} name=${nameOf(closing)} onClose=${() => setClosing(null)} />`}
    ${open && html`<${SiteForm} site=${open} onSaved=${saved} onClose=${() => setOpen(null)} />`}`;
}

function hoursInWords(hours) {
  if (!hours) return t('sites.always');
  const texts = DAYS.map((day) => periodsText(hours.weekly?.[day]));
  const words = new Set(texts).size === 1 ? t('sites.daily', { hours: texts[0] })
    : texts.map((text, index) => `${dayName(index)} ${text}`).join(' \u00b7 ');
  const exceptions = hours.exceptions?.length ? ` \u00b7 ${t('sites.exceptions_count', { n: hours.exceptions.length })}`
    : '';
  return words + exceptions;
}

function SiteForm({ site, onSaved, onClose }) {
  const fresh = !site.id;
  const write = useWrite();
  const [always, setAlways] = useState(!site.hours);
  const [weekly, setWeekly] = useState(site.hours?.weekly ?? usualWeek());
  const [exceptions, setExceptions] = useState(site.hours?.exceptions ?? []);
  const [hit, setHit] = useState(null);
  // Whoever shortens the hours sees first whom that hits; saving again is the word to do it all the same.
  const hitsSomebody = async (hours) => {
    const effect = { hours: { site: site.id, hours } };
    if (JSON.stringify(hit) === JSON.stringify(effect)) return false;
    const found = await api.effects(effect);
    setHit(found.total > 0 ? effect : null);
    return found.total > 0;
  };
  const save = (event) => {
    const form = readForm(event);
    const body = { name_zh: form.name_zh, name_en: form.name_en, hours: always ? null : { weekly, exceptions } };
    write.run(async () => {
      if (!fresh && await hitsSomebody(body.hours)) return;
      await (fresh ? api.addSite({ code: form.code.trim(), ...body }) : api.changeSite(site.id, site.version, body));
      onSaved();
    });
  };
  return html`<${Sheet} wide title=${fresh ? t('sites.new') : nameOf(site)}
    onClose=${onClose}><form class="stack" onSubmit=${save}>
    ${fresh && html`<${Field} label=${t('listing.code')} name="code" required maxlength="40" problem=${write.problem} />`}
    <div class="pair"><${Field} label=${t('form.name_zh')} name="name_zh" required lang="zh-CN" value=${site.name_zh}
      problem=${write.problem} /><${Field} label=${t('form.name_en')} name="name_en" required lang="en"
      value=${site.name_en} problem=${write.problem} /></div>
    <${Check} label=${t('sites.always')} checked=${always} onChange=${(event) => setAlways(event.target.checked)} />
    ${!always && html`<${Week} weekly=${weekly} onChange=${setWeekly} />
      <${Exceptions} items=${exceptions} onChange=${setExceptions} />`}
    <${ProblemNote} problem=${write.problem} />
    ${hit && html`<${Effects} effect=${hit} />`}
    <${Button} look="main" type="submit" busy=${write.busy} busyText=${t('common.saving')}>${t(hit ? 'effects.save_anyway'
      : 'common.save')}<//>
      </form><//>`;
}
