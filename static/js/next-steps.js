// From a refusal to what can be done about it in one tap. Only offers: the server checks each again.
import { nameOf, t } from './t.js';
import { addMinutes, instant, local, showMinutes, showMoment, showSpan } from './time.js';

/**
 * @param {any} refusal as the server wrote it
 * @param {{span: {start: string, end: string}, units: number}} line its span in local moments
 * @param {{earlier?: {start: string, end: string}, later?: {start: string, end: string}}} near free spans nearby (instants), as far as found
 * @returns {{label: string, change: {span?: {start: string, end: string}, units?: number}}[]}
 */
export function nextSteps(refusal, line, { earlier, later }) {
  const steps = [];
  const moveTo = (span) => span &&
    steps.push({ label: t('step.later', { span: showSpan(span) }),
    change: { span: { start: local(span.start), end: local(span.end) } } });
  const move = (start, label) => {
    const minutes = (Date.parse(`${line.span.end}:00Z`) - Date.parse(`${line.span.start}:00Z`)) / 60_000;
    steps.push({ label, change: { span: { start, end: addMinutes(start, minutes) } } });
  };
  const until = (end, label) => steps.push({ label, change: { span: { ...line.span, end } } });
  switch (refusal.code) {
    case 'clash': {
      const least = Math.max(0, line.units - Math.max(...(refusal.shortages ?? []).map((one) => one.short), 0));
      if (least > 0 && least < line.units) steps.push({ label: t('step.fewer', { n: least }), change: { units: least } });
      moveTo(earlier);
      moveTo(later);
      break;
    }
    case 'closed': moveTo(earlier); moveTo(later); break;
    case 'too_many_units': steps.push({ label: t('step.units', { n: refusal.quantity }),
      change: { units: refusal.quantity } }); break;
    case 'too_soon': if (refusal.earliest_start) move(onHalfHour(local(refusal.earliest_start)),
      t('step.start_at', { moment: showMoment(instant(onHalfHour(local(refusal.earliest_start)))) })); break;
    case 'in_the_past': if (later) move(local(later.start), t('step.start_at', { moment: showMoment(later.start) })); break;
    case 'too_far': if (refusal.latest_start) move(local(refusal.latest_start),
      t('step.start_at', { moment: showMoment(refusal.latest_start) })); break;
    case 'too_short': until(addMinutes(line.span.start, refusal.minimum_minutes),
      t('step.stretch', { length: showMinutes(refusal.minimum_minutes) })); break;
    case 'too_long': until(addMinutes(line.span.start, refusal.maximum_minutes),
      t('step.shorten', { length: showMinutes(refusal.maximum_minutes) })); break;
    case 'off_step': until(addMinutes(line.span.start, roundUp(line.span, refusal.step_minutes)),
      t('step.round', { length: showMinutes(roundUp(line.span, refusal.step_minutes)) })); break;
    case 'outside_hours': for (const open of (refusal.open ?? []).slice(0, 2)) steps.push(...within(refusal.which, open,
      line)); break;
    case 'night_barred': if (line.span.start.slice(11) < refusal.night.start &&
      line.span.start.slice(11) >= refusal.night.end) until(`${line.span.start.slice(0, 10)}T${refusal.night.start}`,
      t('step.until', { time: refusal.night.start })); break;
    default: break;
  }
  return steps.filter((step) => !step.change.span || step.change.span.start < step.change.span.end);
}

const onHalfHour = (moment) => (/:(00|30)$/.test(moment) ? moment
  : addMinutes(moment, 30 - (Number(moment.slice(14)) % 30)));

function roundUp({ start, end }, step) {
  const minutes = (Date.parse(`${end}:00Z`) - Date.parse(`${start}:00Z`)) / 60_000;
  return Math.ceil(minutes / step) * step;
}

function within(which, open, { span }) {
  const from = local(open.start);
  const to = local(open.end);
  if (which === 'end') return [{ label: t('step.end_at', { moment: showMoment(open.end) }),
    change: { span: { ...span, end: to } } }];
  if (which === 'start') return [{ label: t('step.start_at', { moment: showMoment(open.start) }),
    change: { span: { ...span, start: from } } }];
  return [{ label: t('step.within', { span: showSpan(open) }), change: { span: { start: from, end: to } } }];
}

/** Who is in the way, as far as we may know. */
export function holderText(holder) {
  const who = holder.mine ? t('clash.own', { reference: holder.booking ?? '' }) : holder.company
    ? nameOf(holder.company) : t('clash.someone');
  return t('clash.holder', { who, span: showSpan(holder), n: holder.units });
}
