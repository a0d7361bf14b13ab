// Another hour on set: what it costs first, then one tap. Sent twice, it is done once.
import { html, useLoad, useState, useWrite } from '../../dom.js';
import { api, newKey } from '../../api.js';
import { nameOf, t } from '../../t.js';
import { showMinutes, showMoment } from '../../time.js';
import { toast } from '../../toast.js';
import { Button } from '../../parts/button.js';
import { Loaded, Note, ProblemNote } from '../../parts/note.js';
import { Refused } from '../../parts/refusal.js';
import { showMoney } from '../../money.js';
import { Sheet } from '../../parts/sheet.js';

const CHOICES = [30, 60, 120, 180];
const LIVE = ['requested', 'confirmed', 'held', 'out'];

/** @param {{booking: any, onDone: (booking: any) => void, onClose: () => void}} props */
export function Extend({ booking, onDone, onClose }) {
  const live = booking.lines.filter((line) => LIVE.includes(line.state)).sort((one,
    other) => (one.end < other.end ? 1 : -1));
  const [line, setLine] = useState(live[0]);
  const [minutes, setMinutes] = useState(60);
  const [key, setKey] = useState(newKey);
  const write = useWrite();
  const wish = { minutes, line: line.id, seen_end: line.end };
  const found = useLoad((signal) => api.extension(booking.id, wish, signal), [line.id, minutes]);
  const choose = (next) => { setMinutes(next); setKey(newKey()); };
  const extend = () => write.run(async () => {
    onDone(await api.extend(booking.id, wish, key));
    toast(t('extend.done', { length: showMinutes(minutes) }), { tone: 'good' });
  });
  const foot = html`<${Button} look="quiet" onClick=${onClose}>${t('change.keep')}<//><${Button} look="main" icon="plus"
    busy=${write.busy} busyText=${t('common.saving')} disabled=${found.loading || !found.value?.possible}
    onClick=${extend}>${t('extend.confirm', { length: showMinutes(minutes) })}<//>`;
  return html`<${Sheet} title=${t('change.extend')} onClose=${onClose} foot=${foot}>
    ${live.length > 1 && html`<div class="pills">${live.map((one) => html`<button type="button" class="pill" key=${one.id}
      aria-pressed=${one.id === line.id ? 'true' : 'false'} onClick=${() => { setLine(one); setKey(newKey()); }}>
      ${nameOf(one.listing)}</button>`)}</div>`}
    <p>${t('extend.now', { name: nameOf(line.listing), moment: showMoment(line.end) })}</p>
    <div class="pills">${CHOICES.map((one) => html`<button type="button" class="pill" key=${one}
      aria-pressed=${one === minutes ? 'true' : 'false'} onClick=${() => choose(one)}>
      ${t('change.longer', { length: showMinutes(one) })}</button>`)}</div>
    <div aria-live="polite"><${Loaded} of=${found} rows=${1}>${(answer) => html`<${Answer} answer=${answer}
      onLess=${choose} />`}<//></div>
    <${ProblemNote} problem=${write.problem} />
  <//>`;
}

function Answer({ answer, onLess }) {
  if (answer.possible) {
    const fee = answer.fee?.amount ? t('extend.fee', { money: showMoney(answer.fee) }) : t('extend.no_fee');
    return html`<${Note} tone=${answer.fee?.amount ? 'wait' : 'good'} icon="clock"><p><b>${fee}</b></p>
      <p>${t('extend.until', { moment: showMoment(answer.end) })}</p><//>`;
  }
  return html`<${Refused} refusals=${answer.refusals} /><p>${answer.detail}</p>
    ${answer.possible_minutes > 0 && html`<${Button} look="plain" onClick=${() => onLess(answer.possible_minutes)}>
      ${t('extend.less', { length: showMinutes(answer.possible_minutes) })}<//>`}`;
}
