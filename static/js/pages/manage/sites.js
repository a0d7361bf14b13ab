// Sites and their opening hours: one span a day here; dated exceptions below.
import { html, useLoad, useState, useWrite } from '../../dom.js';
import { api } from '../../api.js';
import { nameOf, t } from '../../t.js';
import { showDay, showWeekdayLong } from '../../time.js';
import { toast } from '../../toast.js';
import { Button, IconButton } from '../../parts/button.js';
import { Field, readForm } from '../../parts/field.js';
import { Loaded, ProblemNote } from '../../parts/note.js';
import { Sheet } from '../../parts/sheet.js';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
// Any Monday-to-Sunday week will do to name the days.
const dayName = (index) => showWeekdayLong(`2024-01-0${index + 1}`);

export function Sites() {
  const found = useLoad((signal) => api.sites(signal), []);
  const [open, setOpen] = useState(null);
  const saved = () => { setOpen(null); found.reload(); toast(t('keep.saved'), { tone: 'good' }); };
  return html`<div class="bar"><p class="soft">${t('sites.about')}</p><${Button} look="main" icon="plus"
    onClick=${() => setOpen({})}>${t('sites.new')}<//></div>
    <${Loaded} of=${found}
      rows=${4}>${(items) => html`<ul class="rows panel">
      ${items.map((one) => html`<li key=${one.id}>
      <div><b>${nameOf(one)}</b><small>${one.code} \u00b7 ${hoursInWords(one.hours)}</small></div>
      <${Button} look="quiet" icon="edit" onClick=${() => setOpen(one)}>${t('common.edit')}<//></li>`)}</ul>`}<//>
    ${open && html`<${SiteForm} site=${open} onSaved=${saved} onClose=${() => setOpen(null)} />`}`;
}

const spansText = (spans) => (spans?.length ? spans.map((one) => `${one.from}\u2013${one.to}`).join(', ')
  : t('sites.shut'));

function hoursInWords(hours) {
  if (!hours) return t('sites.always');
  const texts = DAYS.map((day) => spansText(hours.weekly?.[day]));
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
  const [weekly, setWeekly] = useState(site.hours?.weekly ?? Object.fromEntries(DAYS.map((day) => [day,
    [{ from: '08:00', to: '22:00' }]])));
  const [exceptions, setExceptions] = useState(site.hours?.exceptions ?? []);
  const setDay = (day, spans) => setWeekly({ ...weekly, [day]: spans });
  const save = (event) => {
    const form = readForm(event);
    const body = { name_zh: form.name_zh, name_en: form.name_en, hours: always ? null : { weekly, exceptions } };
    write.run(async () => {
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
    <div class="check"><input type="checkbox" id="always" checked=${always}
      onChange=${(event) => setAlways(event.target.checked)} /><label for="always">${t('sites.always')}</label></div>
    ${!always && html`<fieldset class="week"><legend>${t('sites.weekly')}</legend>
      ${DAYS.map((day, index) => html`<${WeekDay} key=${day} name=${dayName(index)} spans=${weekly[day] ?? []}
      onChange=${(spans) => setDay(day, spans)} />`)}</fieldset>
      <${Exceptions} items=${exceptions} onChange=${setExceptions} />`}
    <${ProblemNote} problem=${write.problem} />
    <${Button} look="main" type="submit" busy=${write.busy} busyText=${t('common.saving')}>${t('common.save')}<//>
      </form><//>`;
}

function WeekDay({ name, spans, onChange }) {
  const span = spans[0];
  return html`<div class="week-day"><div class="check">
    <input type="checkbox" id=${`open-${name}`} checked=${Boolean(span)}
    onChange=${(event) => onChange(event.target.checked ? [{ from: '08:00', to: '22:00' }] : [])} /><label
    for=${`open-${name}`}>${name}</label></div>
    ${span ? html`<input type="time" aria-label=${t('sites.opens', { day: name })} value=${span.from}
      onChange=${(event) => onChange([{ ...span, from: event.target.value }, ...spans.slice(1)])} />
      <input type="time" aria-label=${t('sites.closes', { day: name })} value=${span.to === '24:00' ? '23:59' : span.to}
        onChange=${(event) => onChange([{ ...span, to: event.target.value }, ...spans.slice(1)])} />`
        : html`<span class="soft">${t('sites.shut')}</span>`}</div>`;
}

function Exceptions({ items, onChange }) {
  const [date, setDate] = useState('');
  const [note, setNote] = useState('');
  const add = () => {
    onChange([...items.filter((one) => one.date !== date), { date, open: [], note }].sort((a, b) => (a.date < b.date ? -1 : 1)));
    setDate('');
    setNote('');
  };
  return html`<fieldset><legend>${t('sites.exceptions')}</legend>
    ${items.length > 0 &&
      html`<ul class="rows">
      ${items.map((one) => html`<li key=${one.date}>
      <div><b>${showDay(one.date)}</b><small>${spansText(one.open)}${one.note ? ` \u00b7 ${one.note}` : ''}</small>
      </div><${IconButton} icon="trash" label=${t('sites.remove_exception', { day: showDay(one.date) })}
      onClick=${() => onChange(items.filter((other) => other.date !== one.date))} /></li>`)}</ul>`}
    <div class="pair"><${Field} label=${t('sites.shut_on')} name="exception" type="date" value=${date}
      onInput=${(event) => setDate(event.target.value)} /><${Field} label=${t('closure.reason')} name="exception_note"
      value=${note} onInput=${(event) => setNote(event.target.value)} optional /></div>
    <${Button} icon="plus" disabled=${!date} onClick=${add}>${t('sites.add_exception')}<//></fieldset>`;
}
