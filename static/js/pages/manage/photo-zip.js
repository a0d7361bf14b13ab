// Photos out of a ZIP, named by the codes of their listings: see which would go where, take them in.
import { html, useRef, useState, useWrite } from '../../dom.js';
import { api } from '../../api.js';
import { numberOf, t } from '../../t.js';
import { toast } from '../../toast.js';
import { Button } from '../../parts/button.js';
import { Chip } from '../../parts/chip.js';
import { ProblemNote } from '../../parts/note.js';

const VERDICTS = ['refused', 'new', 'unchanged', 'skipped'];
const PAGE = 50;
/** Each time the server takes in what it can in a quarter of a minute; a ZIP has 5,000 files at most. */
const MOST_TURNS = 200;

export function PhotoZip() {
  const [file, setFile] = useState(null);
  const [preview, setPreview] = useState(null);
  const [done, setDone] = useState(null);
  const look = useWrite();
  const take = useWrite();
  const choose = (chosen) => {
    if (!chosen) return;
    setFile(chosen);
    setPreview(null);
    take.clear();
    look.run(async () => setPreview(await api.previewPhotos(chosen)));
  };
  const apply = () => take.run(async () => {
    let stored = 0;
    for (let turn = 0; turn < MOST_TURNS; turn += 1) {
      const answer = await api.importPhotos(file);
      stored += answer.stored;
      setDone({ stored, left: answer.left });
      if (!answer.left) break;
    }
    setDone(null);
    toast(t('photo_zip.done', { n: numberOf(stored) }), { tone: 'good' });
    setPreview(await api.previewPhotos(file));
  });
  return html`<${Choose} file=${file} busy=${look.busy} onFile=${choose} />
    <${ProblemNote} problem=${look.problem} />
    ${preview && html`<${Files} preview=${preview} />
      <${ProblemNote} problem=${take.problem} />
      ${done && html`<progress class="photo-progress" max=${done.stored + done.left} value=${done.stored}
        aria-label=${t('photo_zip.taking')}></progress>`}
      <div class="import-take"><p class="soft" role="status">${done ? t('photo_zip.so_far', { n: numberOf(done.stored),
          left: numberOf(done.left) }) : t('photo_zip.will', { n: numberOf(preview.totals.new) })}</p>
        <${Button} look="main" icon="check" busy=${take.busy} busyText=${t('photo_zip.taking')}
          disabled=${!preview.totals.new || look.busy} onClick=${apply}>${t('photo_zip.take')}<//></div>`}`;
}

function Choose({ file, busy, onFile }) {
  const input = useRef(null);
  return html`<section class="panel import-file"><div><h2>${t('photo_zip.title')}</h2>
      <p class="soft">${t('photo_zip.about')}</p></div>
    <div class="actions"><${Button} icon="photo" busy=${busy} busyText=${t('import.looking')}
      onClick=${() => input.current.click()}>${t('photo_zip.choose')}<//>
      <input ref=${input} type="file" class="unseen" tabindex="-1" aria-label=${t('photo_zip.choose')}
        accept=".zip,application/zip" onChange=${(event) => { onFile(event.target.files[0]); event.target.value = ''; }} />
      ${file && html`<b class="import-name">${file.name}</b>`}</div></section>`;
}

function Files({ preview }) {
  const { totals, records } = preview;
  const [verdict, setVerdict] = useState(VERDICTS.find((one) => totals[one] > 0) ?? 'new');
  const [shown, setShown] = useState(PAGE);
  const found = records.filter((one) => one.verdict === verdict);
  return html`<div class="filters"><div class="pills" role="group" aria-label=${t('import.verdicts')}>
    ${VERDICTS.map((one) => html`<button type="button" class="pill" key=${one} disabled=${!totals[one]}
      aria-pressed=${one === verdict ? 'true' : 'false'} onClick=${() => { setVerdict(one); setShown(PAGE); }}>
      ${t(`state.${one}`)} ${numberOf(totals[one])}</button>`)}</div></div>
    ${found.length > 0 && html`<ul class="rows panel">${found.slice(0, shown).map((one) => html`<li key=${one.name}>
      <div><b>${one.name}</b>${one.code && html`<small>${one.code}</small>`}
        ${one.issue && html`<small class=${one.verdict === 'refused' ? 'bad' : undefined}>${one.issue.reason}</small>`}</div>
      <${Chip} state=${one.verdict} /></li>`)}</ul>`}
    ${found.length > shown && html`<div class="more"><${Button}
      onClick=${() => setShown(shown + PAGE)}>${t('common.more')}<//></div>`}`;
}
