// What can be done with a hold or a place in line: confirm, challenge, let go. The terms first, then the button.
import { html, useState, useWrite } from '../../dom.js';
import { api, newKey } from '../../api.js';
import { cluster } from '../../session.js';
import { nameOf, t } from '../../t.js';
import { showSpan } from '../../time.js';
import { toast } from '../../toast.js';
import { Button } from '../../parts/button.js';
import { Check } from '../../parts/field.js';
import { HoldOf } from '../../parts/hold.js';
import { Note, ProblemNote } from '../../parts/note.js';
import { Sheet } from '../../parts/sheet.js';
import { Sum } from '../../parts/price.js';

const inState = (booking, state) => booking.lines.filter((line) => line.state === state);

function Lines({ lines, chosen, onChoose }) {
  const words = (line) => html`<b>${nameOf(line.listing)}${line.units > 1 && ` \u00d7 ${line.units}`}</b>
    <span class="soft">${showSpan(line)}${line.price && html` \u00b7 <${Sum} money=${line.price.total} />`}</span>
    <${HoldOf} line=${line} />`;
  if (!chosen) return html`<ul class="hold-lines">${lines.map((line) => html`<li key=${line.id}>${words(line)}</li>`)}</ul>`;
  return html`<ul class="hold-lines">${lines.map((line) => html`<li key=${line.id}>
    <${Check} label=${words(line)} checked=${chosen.includes(line.id)}
      onChange=${(event) => onChoose(event.target.checked ? [...chosen, line.id]
      : chosen.filter((one) => one !== line.id))} /></li>`)}</ul>`;
}

/** @param {{booking: any, onDone: (booking: any) => void, onClose: () => void}} props */
export function Confirm({ booking, onDone, onClose }) {
  const [key] = useState(newKey);
  const held = inState(booking, 'held');
  const waits = inState(booking, 'queued').length;
  const [chosen, setChosen] = useState(() => held.map((line) => line.id));
  const write = useWrite();
  const confirm = () => write.run(async () => {
    const next = await api.confirm(booking.id, { lines: chosen }, `${key}-${chosen.length}`);
    toast(t(next.state === 'requested' ? 'basket.asked' : 'hold.confirmed', { reference: booking.reference }),
      { tone: 'good' });
    onDone(next);
  });
  const foot = html`<${Button} look="quiet" onClick=${onClose}>${t('hold.not_yet')}<//><${Button} look="main" icon="check"
    busy=${write.busy} disabled=${!chosen.length} onClick=${confirm}>${t('hold.confirm')}<//>`;
  return html`<${Sheet} title=${t('hold.confirm')} onClose=${onClose} foot=${foot}>
    <p>${t('hold.confirm_terms')}</p>
    <${Lines} lines=${held} chosen=${held.length > 1 || waits ? chosen : null} onChoose=${setChosen} />
    ${waits > 0 && html`<${Note} tone="wait" icon="wait">${t('hold.confirm_part', { n: waits })}<//>`}
    <${ProblemNote} problem=${write.problem} />
  <//>`;
}

/** @param {{booking: any, onDone: (booking: any) => void, onClose: () => void}} props */
export function Challenge({ booking, onDone, onClose }) {
  const [key] = useState(newKey);
  const write = useWrite();
  const challenge = () => write.run(async () => {
    const next = await api.challenge(booking.id, key);
    toast(t('hold.challenge_sent'), { tone: 'good' });
    onDone(next);
  });
  const foot = html`<${Button} look="quiet" onClick=${onClose}>${t('hold.not_yet')}<//><${Button} look="main" icon="send"
    busy=${write.busy} onClick=${challenge}>${t('hold.challenge')}<//>`;
  const { challenge_hours: hours, hold_hours: fresh } = cluster.value;
  return html`<${Sheet} title=${t('hold.challenge')} onClose=${onClose} foot=${foot}>
    <p>${t('hold.challenge_terms', { hours })}</p><p>${t('hold.challenge_outcome', { hours: fresh })}</p>
    <${Lines} lines=${inState(booking, 'queued')} />
    <${ProblemNote} problem=${write.problem} />
  <//>`;
}

/** @param {{booking: any, onDone: (booking: any) => void, onClose: () => void}} props */
export function LetGo({ booking, onDone, onClose }) {
  const [key] = useState(newKey);
  const lines = [...inState(booking, 'held'), ...inState(booking, 'queued')];
  const [chosen, setChosen] = useState(() => lines.map((line) => line.id));
  const write = useWrite();
  const letGo = () => write.run(async () => {
    const next = await api.letGo(booking.id, chosen, `${key}-${chosen.length}`);
    toast(t('hold.let_go_done', { reference: booking.reference }), { tone: 'good' });
    onDone(next);
  });
  const foot = html`<${Button} look="quiet" onClick=${onClose}>${t('cancel.keep')}<//><${Button} look="danger"
    busy=${write.busy} disabled=${!chosen.length} onClick=${letGo}>${t('hold.let_go')}<//>`;
  return html`<${Sheet} title=${t('hold.let_go')} onClose=${onClose} foot=${foot}>
    <p>${t('hold.let_go_terms')}</p>
    <${Lines} lines=${lines} chosen=${lines.length > 1 ? chosen : null} onChoose=${setChosen} />
    <${ProblemNote} problem=${write.problem} />
  <//>`;
}
