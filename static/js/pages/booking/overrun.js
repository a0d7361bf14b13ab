// The shoot runs late: what it comes to first, for whoever says it and for whoever comes after; then one tap.
import { html, useLoad, useState, useWrite } from '../../dom.js';
import { api, newKey } from '../../api.js';
import { nameOf, t } from '../../t.js';
import { minutesOf, showMinutes, showMoment, showSpan } from '../../time.js';
import { showMoney } from '../../money.js';
import { toast } from '../../toast.js';
import { Button } from '../../parts/button.js';
import { Loaded, Note, ProblemNote } from '../../parts/note.js';
import { Sheet } from '../../parts/sheet.js';

const CHOICES = [15, 30, 60, 120];

/** @param {{booking: any, line: any, onDone: (booking: any) => void, onClose: () => void}} props `line` is under way */
export function Overrun({ booking, line, onDone, onClose }) {
  const [minutes, setMinutes] = useState(30);
  const [key, setKey] = useState(newKey);
  const write = useWrite();
  const wish = { line: line.id, seen_end: line.end, minutes };
  const found = useLoad((signal) => api.foreseeOverrun(booking.id, wish, signal), [line.id, minutes]);
  const choose = (next) => { setMinutes(next); setKey(newKey()); };
  const say = () => write.run(async () => {
    onDone(await api.runLate(booking.id, wish, key));
    toast(t(minutes ? 'overrun.done' : 'overrun.back_done'), { tone: 'good' });
  });
  const choices = line.late_until ? [0, ...CHOICES] : CHOICES;
  const foot = html`<${Button} look="quiet" onClick=${onClose}>${t('change.keep')}<//><${Button} look="main" icon="clock"
    busy=${write.busy} busyText=${t('common.saving')} disabled=${found.loading || !found.value}
    onClick=${say}>${t(minutes ? 'overrun.confirm' : 'overrun.back', { length: showMinutes(minutes) })}<//>`;
  return html`<${Sheet} title=${t('overrun.title')} onClose=${onClose} foot=${foot}>
    <p>${t('extend.now', { name: nameOf(line.listing), moment: showMoment(line.end) })}</p>
    <div class="pills" role="group" aria-label=${t('overrun.how_long')}>${choices.map((one) => html`<button type="button"
      class="pill" key=${one} aria-pressed=${one === minutes ? 'true' : 'false'} onClick=${() => choose(one)}>
      ${one ? t('overrun.by', { length: showMinutes(one) }) : t('overrun.not')}</button>`)}</div>
    <div aria-live="polite"><${Loaded} of=${found} rows=${1}>${(answer) => html`<${Answer} answer=${answer}
      line=${line} />`}<//></div>
    <${ProblemNote} problem=${write.problem} />
  <//>`;
}

function Answer({ answer, line }) {
  const longer = answer.end > line.end;
  const fee = answer.fee.amount ? t('extend.fee', { money: showMoney(answer.fee) }) : t('extend.no_fee');
  return html`${longer && html`<${Note} tone="good" icon="check"><p><b>${t('overrun.moves',
      { moment: showMoment(answer.end) })}</b></p><p>${fee}</p><//>`}
    ${answer.until > answer.end && html`<${Note} tone=${answer.waiting.length ? 'bad' : 'wait'} icon="warning">
      <p><b>${t('overrun.beyond', { length: showMinutes(minutesOf({ start: answer.end, end: answer.until })),
        moment: showMoment(answer.end) })}</b></p>
      ${answer.waiting.length > 0 && html`<p>${t('overrun.waiting')}</p><ul>${answer.waiting.map((one) => html`<li
        key=${one.holder.start}>${t('overrun.waits', { who: whoOf(one.holder), span: showSpan(one.holder),
        length: showMinutes(one.minutes) })}</li>`)}</ul>`}<//>`}`;
}

const whoOf = (holder) => (holder.company ? nameOf(holder.company) : t('clash.someone'));
