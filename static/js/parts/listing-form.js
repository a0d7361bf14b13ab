// The form of a listing, for a new one and for changes. Sends only what the API names.
import { html, useState } from '../dom.js';
import { t } from '../t.js';
import { figure, minorUnits } from '../money.js';
import { cluster } from '../session.js';
import { Button } from './button.js';
import { categoryName, kindName } from './chip.js';
import { Field, readForm, Select } from './field.js';
import { Note, ProblemNote } from './note.js';
import { RuleFields, rulesOf } from './rule-fields.js';

/** @param {{listing?: any, sites?: any[], write: any, onSave: (body: any) => void, label: string}} props */
export function ListingForm({ listing, sites, write, onSave, label }) {
  const kinds = cluster.value.kinds;
  const [kind, setKind] = useState(listing?.kind ?? kinds[0].kind);
  const { categories, usual_categories } = kinds.find((one) => one.kind === kind);
  const choices = [...new Set([listing?.category, ...categories, ...usual_categories])].filter(Boolean);
  const problem = write.problem;
  const money = (name) => html`<${Field} label=${t(`listing_form.${name}`, { currency: cluster.value.currency })}
    name=${name} inputmode="decimal" pattern="[0-9,.]*" value=${figure(listing?.[name])} problem=${problem} optional />`;
  const submit = (event) => onSave(bodyOf(readForm(event), listing));
  return html`<form class="stack" onSubmit=${submit}>
    ${!listing && html`<div class="pair"><${Field} label=${t('listing.code')} name="code" required maxlength="40"
      problem=${problem} hint=${t('listing_form.code_hint')} />
      <${Select} label=${t('listing.kind')} name="kind" value=${kind} onChange=${(event) => setKind(event.target.value)}
        options=${kinds.map((one) => [one.kind, kindName(one.kind)])} problem=${problem} /></div>`}
    <div class="pair">
      <${Select} label=${t('catalogue.category')} name="category" value=${listing?.category ?? choices[0]}
        options=${choices.map((one) => [one, categoryName(one)])} problem=${problem} />
      ${sites && html`<${Select} label=${t('listing.site')} name="site" value=${sites[0]?.[0]} options=${sites}
        problem=${problem} />`}
      ${!listing?.kit && html`<${Field} label=${t('listing.how_many')} name="quantity" type="number" min="1" required
        value=${listing?.quantity ?? 1} problem=${problem} />`}</div>
    <div class="pair"><${Field} label=${t('form.name_zh')} name="name_zh" required lang="zh-CN" maxlength="120"
      value=${listing?.name_zh} problem=${problem} />
      <${Field} label=${t('form.name_en')} name="name_en" lang="en" maxlength="120" required value=${listing?.name_en}
        problem=${problem} /></div>
    <${Field} as="textarea" label=${t('listing_form.description_zh')} name="description_zh" lang="zh-CN"
      value=${listing?.description_zh} problem=${problem} optional />
    <${Field} as="textarea" label=${t('listing_form.description_en')} name="description_en" lang="en"
      value=${listing?.description_en} problem=${problem} optional />
    <${Field} label=${t('listing_form.tags')} name="tags" value=${listing?.tags.join(', ')}
      hint=${t('listing_form.tags_hint')} problem=${problem} optional />
    ${!listing?.kit && html`<${Field} label=${t('listing_form.alike')} name="alike" value=${listing?.alike} maxlength="40"
      pattern="[a-z0-9_\\-]*" hint=${t('listing_form.alike_hint')} problem=${problem} optional />`}
    ${listing?.kit ? html`<${Note} icon="kit">${t('kit.says')}<//>`
      : html`<div class="pair">${money('day_rate')}${money('hour_rate')}${money('deposit')}</div>
    <p class="field-hint">${t('listing_form.rate_hint')}</p>`}
    <details><summary>${t('listing_form.rules')}</summary>
      <${RuleFields} own=${listing?.own_rules} kind=${kinds.find((one) => one.kind === kind).rules}
        problem=${problem} /></details>
    <${ProblemNote} problem=${problem} />
    <${Button} look="main" type="submit" busy=${write.busy} busyText=${t('common.saving')}>${label}<//>
  </form>`;
}

function bodyOf(form, listing) {
  const currency = cluster.value.currency;
  const body = { category: form.category, name_zh: form.name_zh, name_en: form.name_en,
    description_zh: form.description_zh, description_en: form.description_en,
    tags: form.tags.split(/[,;\uff0c\u3001\s]+/).filter(Boolean) };
  // A kit has no count and no rates of its own.
  if (!listing?.kit) Object.assign(body, { quantity: Number(form.quantity), alike: form.alike.trim() });
  for (const name of listing?.kit ? [] : ['day_rate', 'hour_rate', 'deposit']) {
    const amount = minorUnits(form[name], currency);
    if (amount !== null) body[name] = { amount, currency };
    else if (name !== 'deposit') body[name] = null;
    else body[name] = { amount: 0, currency };
  }
  if (!listing) Object.assign(body, { code: form.code.trim(), kind: form.kind, site: form.site });
  return { ...body, rules: rulesOf(form) };
}
