// What one bar stands for, and what can be done with it, beside the board.
import { html, useEffect, useRef, useState } from '../dom.js';
import { nameOf, t } from '../t.js';
import { showMoment, showSpan } from '../time.js';
import { Button, IconButton } from '../parts/button.js';
import { Chip } from '../parts/chip.js';
import { Clock } from '../parts/hold.js';
import { MoveSheet } from './move-sheet.js';
import { whoseLine } from './words.js';

/** @param {{found: {line: any, row: any}, board: any, onMove: (found: any, place: any) => Promise<any>, onClose: () => void}} props */
export function Peek({ found, board, onMove, onClose }) {
  const [moving, setMoving] = useState(false);
  const box = useRef(null);
  const { line, row } = found;
  const booking = line.booking && board.bookings.get(line.booking);
  useEffect(() => { box.current?.scrollIntoView({ block: 'nearest' }); }, [line.id]);
  return html`<section class="peek" ref=${box} aria-label=${t('peek.label')}>
    <header><h2>${nameOf(row.listing)}${line.units > 1 && ` \u00d7 ${line.units}`}</h2>
      <${IconButton} icon="close" label=${t('common.close')} onClick=${onClose} /></header>
    <p class="hold"><${Chip} state=${line.state} />${line.expires_at && html`<${Clock} until=${line.expires_at} />`}</p>
    <dl class="pairs">
      <div><dt>${t('booking.when')}</dt><dd>${showSpan(line)}</dd></div>
      ${(line.claim_start !== line.start || line.claim_end !== line.end) && html`<div><dt>${t('peek.claim')}</dt>
        <dd>${showSpan({ start: line.claim_start, end: line.claim_end })}</dd></div>`}
      ${line.late_until && html`<div><dt>${t('overrun.short')}</dt><dd>${showMoment(line.late_until)}</dd></div>`}
      <div><dt>${t('form.company')}</dt><dd>${whoseLine(line, board)}</dd></div>
      ${booking && html`<div><dt>${t('basket.production')}</dt><dd>${booking.title || booking.production}</dd></div>`}
    </dl>
    <div class="actions">
      ${booking && html`<a class="btn btn-plain" href=${`/bookings/${booking.reference}`}>${booking.reference}</a>`}
      ${line.can_change && html`<${Button} icon="clock" onClick=${() => setMoving(true)}>${t('peek.move')}<//>`}
    </div>
    ${moving && html`<${MoveSheet} found=${found} onMove=${onMove} onClose=${() => setMoving(false)} />`}
  </section>`;
}
