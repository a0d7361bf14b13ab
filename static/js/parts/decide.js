// The owner's decision on the lines that ask for it.
import { html, useState, useWrite } from '../dom.js';
import { api, newKey } from '../api.js';
import { nameOf, t } from '../t.js';
import { showSpan } from '../time.js';
import { toast } from '../toast.js';
import { Button } from './button.js';
import { Field } from './field.js';
import { inGroups, KitHead } from './kit.js';
import { ProblemNote } from './note.js';
import { Sum } from './price.js';
import { Scope } from './scope.js';

/** @param {{booking: any, onChange: (booking: any) => void}} props */
export function Decide({ booking, onChange }) {
  const open = booking.lines.filter((line) => line.can_decide);
  const [chosen, setChosen] = useState(() => open.map((line) => line.id));
  const [declining, setDeclining] = useState(false);
  const [reason, setReason] = useState('');
  const [scope, setScope] = useState('one');
  const [key] = useState(newKey);
  const write = useWrite();
  const decide = (verdict) => write.run(async () => {
    const body = scope === 'one' ? { verdict, lines: chosen } : { verdict, scope };
    if (reason.trim()) body.reason = reason.trim();
    const next = await api.decide(booking.id, body, `${key}-${verdict}-${scope}-${chosen.length}`);
    toast(t(`decide.done_${verdict}`, { reference: booking.reference }), { tone: 'good' });
    onChange(next);
  });
  const tick = (id, on) => setChosen(on ? [...chosen, id] : chosen.filter((one) => one !== id));
  const one = (line) => html`<li key=${line.id} class="check">
    <input type="checkbox" id=${`decide-${line.id}`} checked=${chosen.includes(line.id)}
      onChange=${(event) => tick(line.id, event.target.checked)} />
    <label for=${`decide-${line.id}`}><b>${nameOf(line.listing)}${line.units > 1 && ` \u00d7 ${line.units}`}</b>
      <span>${showSpan(line)}${line.price && html` \u00b7 <${Sum} money=${line.price.total} />`}</span></label></li>`;
  return html`<div class="decide">
    <ul class="decide-lines">${inGroups(open).map((group) => (group.kit ? html`<li class="kit-group"
      key=${group.lines[0].id}><${KitHead} kit=${group.kit} /><ul class="decide-lines">${group.lines.map(one)}</ul></li>`
      : one(group.lines[0])))}</ul>
    <${Scope} booking=${booking} value=${scope} onChange=${setScope} />
    ${declining && html`<${Field} label=${t('decide.reason')} name="reason" maxlength="500" value=${reason}
      onInput=${(event) => setReason(event.target.value)} hint=${t('decide.reason_hint')} problem=${write.problem} />`}
    <${ProblemNote} problem=${write.problem} />
    <div class="actions">
      ${declining ? html`<${Button} look="danger" icon="close" busy=${write.busy} disabled=${!chosen.length}
        onClick=${() => decide('decline')}>${t('decide.decline_now')}<//><${Button} look="quiet"
        onClick=${() => setDeclining(false)}>${t('common.back')}<//>`
      : html`<${Button} look="main" icon="check" busy=${write.busy} disabled=${!chosen.length}
        onClick=${() => decide('grant')}>${t('decide.grant')}<//><${Button} look="plain" icon="close"
        disabled=${write.busy || !chosen.length} onClick=${() => setDeclining(true)}>${t('decide.decline')}<//>`}
    </div></div>`;
}
