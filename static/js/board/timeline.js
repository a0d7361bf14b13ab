// The board itself as a part of the page: the page says what to show, painter, pointer and keys do the rest.
import { html, useEffect, useLayoutEffect, useRef, useState } from '../dom.js';
import { nameOf, t } from '../t.js';
import { now, showSpan } from '../time.js';
import { createPainter } from './paint.js';
import { hearKeys } from './keys.js';
import { hearPointer } from './pointer.js';

const MINUTE_MS = 60_000;
const SETTLED_MS = 250;

/** Days that fill the width, and the steps a bar moves by. */
export const ZOOMS = { day: { days: 1, step: 30 }, fortnight: { days: 14, step: 60 }, month: { days: 31, step: 1440 } };

/**
 * @param {{board: any, zoom: keyof typeof ZOOMS, groupOf: any, groupName: string, at: string, lit: {id: string, lines: any[], glance: boolean}|null, chosen: string|null,
 *   onChoose: (found: any) => void, onMove: (found: any, place: any) => void, onDay: (date: string) => void}} props
 */
export function Timeline(props) {
  const box = useRef(null);
  const painter = useRef(null);
  const latest = useRef(props);
  const [told, setTold] = useState('');
  latest.current = props;
  const { board, zoom, groupName, at, lit, chosen } = props;

  useLayoutEffect(() => {
    const scroller = box.current;
    painter.current = createPainter(scroller);
    const how = {
      step: () => ZOOMS[latest.current.zoom].step,
      say: ({ listing, start, end }) => t('board.to', { listing: nameOf(listing),
        span: showSpan({ start: iso(start), end: iso(end) }) }),
      tell: setTold,
      drop: (found, place) => latest.current.onMove(found, { listing: place.listing, start: iso(place.start),
        end: iso(place.end) }),
    };
    const stops = [hearPointer(scroller, painter.current, how), hearKeys(scroller, painter.current, how)];
    const choose = (event) => {
      const found = painter.current.lineOf(event.target.closest('.bar'));
      if (found) latest.current.onChoose(found);
    };
    // What a bar is too narrow to say is told where the mouse rests.
    const tell = ({ target }) => { if (target.matches?.('.bar') && !target.title) target.title = target.getAttribute('aria-label'); };
    let timer = 0;
    const settle = () => {
      clearTimeout(timer);
      timer = setTimeout(() => latest.current.onDay(painter.current.dayInSight()), SETTLED_MS);
    };
    scroller.addEventListener('click', choose);
    scroller.addEventListener('pointerover', tell);
    scroller.addEventListener('scroll', settle, { passive: true });
    return () => {
      clearTimeout(timer);
      for (const stop of stops) stop();
      scroller.removeEventListener('click', choose);
      scroller.removeEventListener('pointerover', tell);
      scroller.removeEventListener('scroll', settle);
      painter.current.end();
    };
  }, []);

  const draw = () => painter.current.show({ board: latest.current.board, zoomDays: ZOOMS[latest.current.zoom].days,
    groupOf: latest.current.groupOf, lit: latest.current.lit?.id ?? null, chosen: latest.current.chosen, now: now().getTime() });
  useLayoutEffect(draw, [board, zoom, groupName, lit?.id, chosen]);
  // Only a day the reader asked for is gone to; where the reader scrolled is left alone.
  useLayoutEffect(() => { if (painter.current.dayInSight() !== at) painter.current.toDay(at); }, [at, zoom, board.start]);
  useEffect(() => {
    if (lit?.glance) return;
    const line = lit?.lines.find((one) => painter.current.placeOf(one.listing.id) !== undefined);
    if (line) painter.current.reveal(line.listing.id, { id: line.id, starts: Date.parse(line.start), ends: Date.parse(line.end) });
  }, [lit?.id, lit?.glance]);
  useEffect(() => {
    const timer = setInterval(draw, MINUTE_MS);
    return () => clearInterval(timer);
  }, []);

  return html`<div class="board-scroll" ref=${box} tabindex="0" role="region" aria-label=${t('board.label')}
    aria-describedby="board-keys" data-zoom=${zoom}></div>
    <${Legend} />
    <p class="unseen" id="board-keys">${t('board.keys')}</p>
    <p class="unseen" role="status" aria-live="assertive">${told}</p>`;
}

const STATES = ['confirmed', 'requested', 'out'];

/** Every look of the board with its word. */
const Legend = () => html`<ul class="legend board-legend" aria-label=${t('legend.label')}>
  ${STATES.map((state) => html`<li key=${state}><i class="bar" data-state=${state} aria-hidden="true"></i>
    ${t(`board.legend_${state}`)}</li>`)}
  <li><i class="bar" data-mine="" aria-hidden="true"></i>${t('board.legend_mine')}</li>
  <li><i class="bar" data-part="turnaround" aria-hidden="true"></i>${t('board.legend_turnaround')}</li>
  <li><i class="board-closure" aria-hidden="true"></i>${t('board.legend_closed')}</li></ul>`;

const iso = (ms) => new Date(ms).toISOString().replace('.000Z', 'Z');
