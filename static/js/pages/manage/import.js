// Listings from a file: choose it, see what would happen, correct what the columns mean, take it.
import { html, useRef, useState, useWrite } from '../../dom.js';
import { api } from '../../api.js';
import { begin, end } from '../../ready.js';
import { may } from '../../session.js';
import { language, listOf, numberOf, t } from '../../t.js';
import { toast } from '../../toast.js';
import { keepFile } from '../../keep-file.js';
import { Button } from '../../parts/button.js';
import { Check } from '../../parts/field.js';
import { fieldName, fieldOf, FIELDS } from '../../parts/field-name.js';
import { Note, ProblemNote } from '../../parts/note.js';
import { Verdict } from './verdict.js';
import { PhotoZip } from './photo-zip.js';

const VERDICTS = ['refused', 'changed', 'new', 'unchanged', 'skipped'];
const PAGE = 50;
export function Import() {
  const [file, setFile] = useState(null);
  const [options, setOptions] = useState({ mapping: {} });
  const [preview, setPreview] = useState(null);
  const look = useWrite();
  const take = useWrite();
  const [far, setFar] = useState(null);
  const show = (chosen, wanted) => {
    setFile(chosen);
    setOptions(wanted);
    take.clear();
    look.run(async () => setPreview(await api.previewImport(chosen, wanted, setFar))).finally(() => setFar(null));
  };
  const choose = async (chosen) => {
    if (!chosen) return;
    setPreview(null);
    begin();
    show(await inMemory(chosen), { ...options, mapping: {} });
    end();
  };
  const apply = () => take.run(async () => {
    const { stored } = await api.importListings(file, { ...options, seen: preview.seen }, setFar);
    toast(t('import.done', { made: numberOf(stored.new), changed: numberOf(stored.changed) }), { tone: 'good' });
    setPreview(await api.previewImport(file, options, setFar));
  }).finally(() => setFar(null));
  const mend = () => take.run(async () => keepFile(await api.refusedRows(file, options), 'refused-rows.csv'));
  return html`<${Choose} file=${file} busy=${look.busy} onFile=${choose} />
    ${far && html`<${HowFar} far=${far} />`}
    <${ProblemNote} problem=${look.problem} />
    ${preview && html`<${Seen} preview=${preview} options=${options} busy=${look.busy}
      onOptions=${(wanted) => show(file, wanted)} />
      <${Records} key=${preview.seen} preview=${preview} />
      <${ProblemNote} problem=${take.problem} retry=${take.problem?.status === 409 ? () => show(file, options)
        : undefined} />
      <${Take} preview=${preview} busy=${take.busy || look.busy} onTake=${apply} onMend=${mend} />`}
    ${!preview && html`<${PhotoZip} />`}`;
}

/** How far the server is with a long file. */
const HowFar = ({ far: { done, of } }) => html`<div class="import-far"><progress class="photo-progress" max=${of || 1}
  value=${done} aria-label=${t('import.far')}></progress>
  <p class="soft">${t('import.far_of', { percent: numberOf(Math.floor((100 * done) / (of || 1))) })}</p></div>`;

/** What was chosen is sent as it was then, whatever becomes of the file on the disk: people save over it meanwhile. */
const inMemory = async (file) => new File([await file.arrayBuffer()], file.name, { type: file.type });

function Choose({ file, busy, onFile }) {
  const input = useRef(null);
  const [over, setOver] = useState(false);
  const drop = (event) => { event.preventDefault(); setOver(false); onFile(event.dataTransfer.files[0]); };
  return html`<section class="panel import-file" data-over=${over ? '' : undefined} onDrop=${drop}
    onDragOver=${(event) => { event.preventDefault(); setOver(true); }} onDragLeave=${() => setOver(false)}>
    <div><h2>${t('import.title')}</h2><p class="soft">${t('import.about')}</p></div>
    <div class="actions"><${Button} look=${file ? 'plain' : 'main'} icon="plus" busy=${busy}
      busyText=${t('import.looking')} onClick=${() => input.current.click()}>
      ${t(file ? 'import.another' : 'import.choose')}<//>
      <input ref=${input} type="file" class="unseen" tabindex="-1" aria-label=${t('import.choose')}
        accept=".csv,.tsv,.txt,.xlsx,text/csv" onChange=${(event) => { onFile(event.target.files[0]);
        event.target.value = ''; }} />
      ${file && html`<b class="import-name">${file.name}</b>`}</div>
    <p class="import-links"><span class="soft">${t('import.template')}</span>
      <a href="/api/v1/imports/template.xlsx" download>XLSX</a>
      <a href="/api/v1/imports/template.csv" download>CSV</a>
      <span class="soft">${t('import.export')}</span>
      <a href="/api/v1/listings/export.xlsx" download>XLSX</a>
      <a href="/api/v1/listings/export.csv" download>CSV</a></p></section>`;
}

/** What was understood of the file, to be corrected. */
function Seen({ preview, options, busy, onOptions }) {
  const { file, columns } = preview;
  const left = columns.filter((one) => one.header && !one.field);
  const map = (header, field) => onOptions({ ...options, mapping: { ...options.mapping, [header]: field || null } });
  return html`<section class="panel import-columns"><p>${t(`import.read_${file.format}`, { source: file.source,
      line: file.header_line ?? 1 })}</p>
    ${left.length > 0 && html`<p class="soft">${t('import.left_out',
      { columns: listOf(left.map((one) => one.header)) })}</p>`}
    <details><summary>${t('import.columns')}</summary><div class="import-map">${columns.filter((one) => one.header)
      .map((one, index) => html`<label key=${`${index} ${one.header}`}><span>${one.header}</span>
        <select disabled=${busy} value=${fieldOf(one.field)} onChange=${(event) => map(one.header, event.target.value)}>
          <option value="" selected=${!one.field}>${t('import.ignore')}</option>
          ${Object.keys(FIELDS).map((field) => html`<option key=${field} value=${field}
            selected=${field === fieldOf(one.field)}>${fieldName(field)}</option>`)}</select></label>`)}</div></details>
    ${may('manage_cluster') && html`<${Check} label=${t('import.make_sites')} checked=${Boolean(options.make_sites)}
      disabled=${busy} onChange=${(event) => onOptions({ ...options, make_sites: event.target.checked })} />`}
    <${Check} label=${t('import.keep_drafts')} checked=${Boolean(options.keep_drafts)} disabled=${busy}
      onChange=${(event) => onOptions({ ...options, keep_drafts: event.target.checked })} />
    ${preview.new_sites.length > 0 && html`<${Note} icon="place">
      ${t('import.new_sites', { sites: listOf(preview.new_sites) })}<//>`}</section>`;
}

function Records({ preview }) {
  const counts = preview.totals;
  const [verdict, setVerdict] = useState(VERDICTS.find((one) => counts[one] > 0) ?? 'new');
  const [shown, setShown] = useState(PAGE);
  const records = preview.records.filter((one) => one.verdict === verdict);
  return html`<div class="filters"><div class="pills" role="group" aria-label=${t('import.verdicts')}>
    ${VERDICTS.map((one) => html`<button type="button" class="pill" key=${one} disabled=${!counts[one]}
      aria-pressed=${one === verdict ? 'true' : 'false'} onClick=${() => { setVerdict(one); setShown(PAGE); }}>
      ${t(`state.${one}`)} ${numberOf(counts[one])}</button>`)}</div></div>
    ${records.length > 0 && html`<ul class="rows panel">${records.slice(0, shown).map((one) => html`<${Row}
      key=${one.line} record=${one} />`)}</ul>`}
    ${records.length > shown && html`<div class="more"><${Button}
      onClick=${() => setShown(shown + PAGE)}>${t('common.more')}<//></div>`}`;
}

function Row({ record }) {
  const { values } = record;
  const names = language.value === 'en' ? [values.name_en, values.name_zh] : [values.name_zh, values.name_en];
  const name = names.find(Boolean) ?? record.code ?? t('import.no_name');
  const about = `${t('import.line', { line: record.line })}${record.code ? ` \u00b7 ${record.code}` : ''}${
    values.quantity > 0 ? ` \u00b7 ${t('listing.quantity', { n: values.quantity })}` : ''}`;
  return html`<${Verdict} name=${name} about=${about} of=${record} />`;
}

function Take({ preview, busy, onTake, onMend }) {
  const { totals } = preview;
  const count = totals.new + totals.changed;
  return html`<div class="import-take"><p class="soft" role="status">${count ? t('import.will',
    { made: numberOf(totals.new), changed: numberOf(totals.changed) }) : t('import.nothing_to_do')}
    ${totals.refused > 0 ? ` ${t('import.will_not', { n: totals.refused })}` : ''}</p>
    <div class="actions">${totals.refused > 0 && html`<${Button} icon="edit" disabled=${busy}
      onClick=${onMend}>${t('import.mend')}<//>`}
    <${Button} look="main" icon="check" busy=${busy} busyText=${t('import.taking')} disabled=${!count}
      onClick=${onTake}>${t('import.take', { n: count })}<//></div></div>`;
}
