// A new drama, in a sheet; fetched when it is first asked for.
import { html, useWrite } from '../dom.js';
import { api } from '../api.js';
import { t } from '../t.js';
import { Button } from './button.js';
import { Field, readForm, Select } from './field.js';
import { ProblemNote } from './note.js';
import { Sheet } from './sheet.js';

export const styles = ['order'];

/** @param {{onMade: (production: any) => void, onClose: () => void}} props */
export default function NewProduction({ onMade, onClose }) {
  const write = useWrite();
  const save = (event) => {
    const form = Object.fromEntries(Object.entries(readForm(event)).filter(([, value]) => value !== ''));
    write.run(async () => onMade(await api.addProduction(form)));
  };
  return html`<${Sheet} title=${t('production.new')} onClose=${onClose}><form class="stack" onSubmit=${save}>
    <${Field} label=${t('production.title')} name="title" required maxlength="120" problem=${write.problem} autofocus />
    <div class="pair"><${Select} label=${t('production.class')} name="filing_class" value=""
      options=${[['', t('production.class_none')], ['key', t('filing.key')], ['ordinary', t('filing.ordinary')],
      ['other', t('filing.other')]]} problem=${write.problem} />
      <${Field} label=${t('production.number')} name="filing_number" maxlength="80" problem=${write.problem} optional />
      </div>
    <div class="pair"><${Field} label=${t('production.starts')} name="starts_on" type="date" problem=${write.problem}
      optional /><${Field} label=${t('production.ends')} name="ends_on" type="date" problem=${write.problem} optional />
    </div>
    <${ProblemNote} problem=${write.problem} />
    <${Button} look="main" type="submit" busy=${write.busy} busyText=${t('common.saving')}>${t('production.save')}<//>
      </form><//>`;
}
