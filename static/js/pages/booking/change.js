// Changing times and units of what stands. The old claim stays until the new one is granted.
import { html, useState, useWrite } from '../../dom.js';
import { api, newKey } from '../../api.js';
import { nameOf, t } from '../../t.js';
import { addMinutes, instant, local, showMinutes } from '../../time.js';
import { toast } from '../../toast.js';
import { Button, IconButton, Units } from '../../parts/button.js';
import { Note, ProblemNote } from '../../parts/note.js';
import { Refused } from '../../parts/refusal.js';
import { Dates, clashing } from '../../parts/dates.js';
import { Repairs } from '../../parts/repairs.js';
import { Scope } from '../../parts/scope.js';
import { Sheet } from '../../parts/sheet.js';
import { SpanInput, wallMinutes } from '../../parts/span-input.js';

const LIVE = ['requested', 'confirmed', 'held', 'queued', 'out'];

const linesOf = (booking) => booking.lines.filter((line) => LIVE.includes(line.state)).map((line) => ({ id: line.id,
  listing: line.listing, kit: line.kit, units: line.units, span: { start: local(line.start), end: local(line.end) } }));

/** A line as a repair has it. */
function mended(line, { body, parts }, index) {
  const wanted = body.lines[index];
  const listing = line.listing.id === wanted.listing ? line.listing
    : parts.find((part) => part.listing.id === wanted.listing).listing;
  return { ...line, listing, units: wanted.units, span: { start: local(wanted.start), end: local(wanted.end) } };
}

/** @param {{booking: any, onDone: (booking: any) => void, onStale: () => void, onClose: () => void}} props */
export function Change({ booking, onDone, onStale, onClose }) {
  const [lines, setLines] = useState(() => linesOf(booking));
  const [key, setKey] = useState(newKey);
  const [scope, setScope] = useState('one');
  // The version these lines were read at: news of a later one must not make a stale edit look fresh.
  const [version] = useState(booking.version);
  const write = useWrite();
  const set = (id, change) => { setLines(lines.map((line) => (line.id === id ? { ...line, ...change }
    : line))); setKey(newKey()); };
  const drop = (id) => { setLines(lines.filter((line) => line.id !== id)); setKey(newKey()); };
  const send = (body, once) => write.run(async () => {
    onDone(await api.changeBooking(booking.id, version, body, once));
    toast(t('change.done'), { tone: 'good' });
  });
  const save = () => send({ ...(scope !== 'one' && { scope }), lines: lines.map((line) => ({ id: line.id, listing: line.listing.id, units: line.units,
    start: instant(line.span.start), end: instant(line.span.end) })) }, `${key}-${scope}`);
  const refused = write.problem?.refusals ?? [];
  const repairs = write.problem?.repairs ?? [];
  // A repair that mends only its own line is no change yet: it goes in here, to be saved with the rest.
  const mend = (repair) => {
    if (repair.complete) return send(repair.body, newKey());
    setKey(newKey());
    return setLines(lines.map((line, index) => mended(line, repair, index)));
  };
  const stale = write.problem?.code === 'version_stale';
  const foot = html`<${Button} look="quiet" onClick=${onClose}>${t('change.keep')}<//>
    ${stale ? html`<${Button} look="main" onClick=${() => { onStale(); onClose(); }}>${t('change.reload')}<//>`
      : html`<${Button} look="main" busy=${write.busy} busyText=${t('common.saving')}
        disabled=${lines.some((line) => !(wallMinutes(line.span) > 0))} onClick=${save}>${t('change.save')}<//>`}`;
  return html`<${Sheet} wide title=${t('change.title')} onClose=${onClose} foot=${foot}>
    <${Note}>${t('change.safe')}<//>
    ${write.problem && html`<${ProblemNote} problem=${write.problem} />`}
    ${clashing(write.problem?.dates ?? []) > 0 && html`<${Dates}
      dates=${write.problem.dates.filter((date) => date.refusals.length)} />
      <${Repairs} repairs=${repairs} onApply=${mend} busy=${write.busy} />`}
    <${Scope} booking=${booking} value=${scope} onChange=${setScope} />
    ${refused.length > 1 && html`<${Repairs} repairs=${repairs.filter((one) => one.line === null)} onApply=${mend}
      busy=${write.busy} />`}
    <ul class="change-lines">${lines.map((line, index) => html`<li key=${line.id}>
      <div class="change-head"><b>${nameOf(line.listing)}${line.kit &&
        html` <small class="soft">${t('kit.one')} ${nameOf(line.kit)}</small>`}</b>
        ${lines.length > 1 && html`<${IconButton} icon="trash" label=${t('change.drop', { name: nameOf(line.listing) })}
        onClick=${() => drop(line.id)} />`}</div>
      <${SpanInput} value=${line.span} onChange=${(span) => set(line.id, { span })} legend=${null} />
      <div class="pills">${[60, 120].map((minutes) => html`<button type="button" class="pill" key=${minutes}
        onClick=${() => set(line.id, { span: { ...line.span, end: addMinutes(line.span.end, minutes) } })}>
        ${t('change.longer', { length: showMinutes(minutes) })}</button>`)}</div>
      <div class="order-units"><span>${t('units.label')}</span><${Units} value=${line.units}
        onChange=${(units) => set(line.id, { units })} label=${t('units.of', { name: nameOf(line.listing) })} /></div>
      ${refused.some((one) => one.line === index) && html`<${Refused}
        refusals=${refused.filter((one) => one.line === index)} busy=${write.busy} onRepair=${mend}
        repairs=${repairs.filter((one) => one.line === index && (one.complete || one.body.lines.length === lines.length))} />`}
    </li>`)}</ul><//>`;
}
