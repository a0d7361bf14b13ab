// Companies of the cluster: crews, owners, operators.
import { html, useLoad, useState, useWrite } from '../../dom.js';
import { api } from '../../api.js';
import { listOf, nameOf, t } from '../../t.js';
import { toast } from '../../toast.js';
import { Button } from '../../parts/button.js';
import { Check, Field, readForm } from '../../parts/field.js';
import { Loaded, ProblemNote } from '../../parts/note.js';
import { Sheet } from '../../parts/sheet.js';
import { Horizons } from './horizons.js';
import { fits, Narrow } from './narrow.js';

const KINDS = ['crew', 'owner', 'operator'];

export function Companies() {
  const found = useLoad((signal) => api.companies(signal), []);
  const [open, setOpen] = useState(null);
  const saved = () => { setOpen(null); found.reload(); toast(t('keep.saved'), { tone: 'good' }); };
  return html`<div class="both-ends"><p class="soft">${t('companies.about')}</p><${Button} look="main" icon="plus"
    onClick=${() => setOpen({})}>${t('companies.new')}<//></div>
    <${Horizons} /><${Narrow} label=${t('manage.search_companies')} />
    <${Loaded} of=${found}
      rows=${5}>${(items) => html`<ul class="rows panel">
      ${items.filter((one) => fits(one.name_zh, one.name_en, one.code)).map((one) => html`<li key=${one.id}>
      <div><b>${nameOf(one)}</b>
      <small>${one.code} \u00b7 ${listOf(one.kinds.map((kind) => t(`company.${kind}`)))} \u00b7 ${t(one.shows_name
      ? 'companies.shows' : 'companies.hides')}</small></div>
      <${Button} look="quiet" icon="edit" onClick=${() => setOpen(one)}>${t('common.edit')}<//></li>`)}</ul>`}<//>
    ${open?.id && html`<${WithLimits} key=${open.id} company=${open} onSaved=${saved} onClose=${() => setOpen(null)} />`}
    ${open && !open.id && html`<${CompanyForm} company=${open} onSaved=${saved} onClose=${() => setOpen(null)} />`}`;
}

/** The form of a company that is there, with what it may have. */
function WithLimits({ company, onSaved, onClose }) {
  const limits = useLoad((signal) => api.companyLimits(company.id, signal), [company.id]);
  return limits.value && html`<${CompanyForm} company=${company} limits=${limits.value} onSaved=${onSaved}
    onClose=${onClose} />`;
}

const LIMITS = ['weekly_hours', 'most_holds', 'horizon_days'];

function CompanyForm({ company, limits, onSaved, onClose }) {
  const write = useWrite();
  const fresh = !company.id;
  const save = (event) => {
    const form = readForm(event);
    const body = { kinds: KINDS.filter((kind) => form[`kind_${kind}`]), name_zh: form.name_zh, name_en: form.name_en,
      shows_name: Boolean(form.shows_name) };
    write.run(async () => {
      await (fresh ? api.addCompany({ code: form.code.trim(), ...body }) : api.changeCompany(company.id, body));
      if (limits) await api.setCompanyLimits(company.id, limitsIn(form));
      onSaved();
    });
  };
  return html`<${Sheet} title=${fresh ? t('companies.new') : nameOf(company)}
    onClose=${onClose}><form class="stack" onSubmit=${save}>
    ${fresh && html`<${Field} label=${t('listing.code')} name="code" required maxlength="40" problem=${write.problem} />`}
    <${Field} label=${t('form.name_zh')} name="name_zh" required lang="zh-CN" value=${company.name_zh}
      problem=${write.problem} /><${Field} label=${t('form.name_en')} name="name_en" required lang="en"
      value=${company.name_en} problem=${write.problem} />
    <fieldset><legend>${t('companies.kinds')}</legend>
      ${KINDS.map((kind) => html`<${Check} key=${kind} name=${`kind_${kind}`} label=${t(`company.${kind}`)}
      defaultChecked=${company.kinds?.includes(kind) ?? kind === 'crew'} />`)}</fieldset>
    <${Check} name="shows_name" label=${t('companies.show_name')} hint=${t('companies.show_name_why')}
      defaultChecked=${company.shows_name ?? true} />
    ${limits && html`<fieldset><legend>${t('limits.title')}</legend><p class="field-hint">${t('limits.about')}</p>
      ${LIMITS.map((name) => html`<${Field} key=${name} label=${t(`limits.${name}`)} name=${name} type="number" min="0"
        inputmode="numeric" value=${limits[name] ?? ''} problem=${write.problem} optional />`)}</fieldset>`}
    <${ProblemNote} problem=${write.problem} /><${Button} look="main" type="submit" busy=${write.busy}
      busyText=${t('common.saving')}>${t('common.save')}<//></form><//>`;
}

const limitsIn = (form) => Object.fromEntries(LIMITS.map((name) => [name, form[name] === '' ? null : Number(form[name])]));
