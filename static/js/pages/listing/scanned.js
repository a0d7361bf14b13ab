// The unit whose label was scanned, above its listing.
import { html, useLoad, useWrite } from '../../dom.js';
import { api } from '../../api.js';
import { t } from '../../t.js';
import { showMoment } from '../../time.js';
import { toast } from '../../toast.js';
import { Tag } from '../../parts/chip.js';
import { Loaded, Note, ProblemNote } from '../../parts/note.js';
import { Service } from './unit.js';

/** @param {{code: string, listing: any, onChange: (listing: any) => void}} props */
export function Scanned({ code, listing, onChange }) {
  const found = useLoad((signal) => api.unit(code, signal), [code]);
  const write = useWrite();
  const turn = (change, said) => write.run(async () => {
    await change();
    found.set(await api.unit(code));
    onChange({ ...listing });
    toast(t(said), { tone: 'good' });
  });
  if (found.problem?.status === 404) return html`<${Note} icon="warning">${t('scan.no_unit', { code })}<//>`;
  return html`<section class="panel scanned"><${Loaded} of=${found} rows=${1}>${(unit) => html`
    <div class="scanned-head"><h2>${t('unit.one', { code: unit.code })}</h2>
      <${Tag} icon=${unit.in_service ? 'check' : 'closed'} tone=${unit.in_service ? 'good' : 'bad'}>${t(unit.in_service
        ? 'unit.in_service' : 'unit.out')}<//></div>
    <p class="soft">${[t(`unit.${unit.condition}`), unit.serial && t('unit.serial_is', { serial: unit.serial }),
      unit.note].filter(Boolean).join(' \u00b7 ')}</p>
    ${unit.outage && html`<p>${unit.outage.reason} \u00b7 ${unit.outage.end ? t('unit.until',
      { moment: showMoment(unit.outage.end) }) : t('closure.endless')}</p>`}
    ${listing.can_edit && html`<${Service} unit=${unit} write=${write} turn=${turn} />`}
    <${ProblemNote} problem=${write.problem} />`}<//></section>`;
}
