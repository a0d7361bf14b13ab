// How far ahead each kind of company may book, for the whole cluster.
import { html, useLoad, useState, useWrite } from '../../dom.js';
import { api } from '../../api.js';
import { listOf, t } from '../../t.js';
import { toast } from '../../toast.js';
import { Button } from '../../parts/button.js';
import { Field, readForm } from '../../parts/field.js';
import { ProblemNote } from '../../parts/note.js';
import { Sheet } from '../../parts/sheet.js';

const KINDS = ['crew', 'owner', 'operator'];

/** A line that says what holds, with the way to change it. */
export function Horizons() {
  const found = useLoad((signal) => api.horizons(signal), []);
  const [open, setOpen] = useState(false);
  if (!found.value) return null;
  const set = KINDS.filter((kind) => found.value[kind]);
  const says = (kind) => t('horizons.of_kind', { kind: t(`company.${kind}`), n: found.value[kind] });
  const saved = () => { setOpen(false); found.reload(); toast(t('keep.saved'), { tone: 'good' }); };
  return html`<div class="bar"><p class="soft">${t('horizons.title')}: ${set.length ? listOf(set.map(says))
    : t('horizons.none')}</p><${Button} look="quiet" icon="edit" onClick=${() => setOpen(true)}>${t('horizons.edit')}<//></div>
    ${open && html`<${Form} horizons=${found.value} onSaved=${saved} onClose=${() => setOpen(false)} />`}`;
}

function Form({ horizons, onSaved, onClose }) {
  const write = useWrite();
  const save = (event) => {
    const form = readForm(event);
    const body = Object.fromEntries(KINDS.map((kind) => [kind, form[kind] === '' ? null : Number(form[kind])]));
    write.run(async () => { await api.setHorizons(body); onSaved(); });
  };
  return html`<${Sheet} title=${t('horizons.title')} onClose=${onClose}><form class="stack" onSubmit=${save}>
    <p class="field-hint">${t('horizons.about')}</p>
    ${KINDS.map((kind) => html`<${Field} key=${kind} label=${t('horizons.days_of', { kind: t(`company.${kind}`) })} name=${kind}
      type="number" min="1" inputmode="numeric" value=${horizons[kind] ?? ''} problem=${write.problem} optional />`)}
    <${ProblemNote} problem=${write.problem} /><${Button} look="main" type="submit" busy=${write.busy}
      busyText=${t('common.saving')}>${t('common.save')}<//></form><//>`;
}
