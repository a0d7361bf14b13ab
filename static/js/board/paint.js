// Draws what is in sight of the board and nothing else: one element for each booking, none for a cell, one
// repaint for each frame however much was asked for. Elements whose row did not change are kept.
import { across, arrange, dayAt, entriesBetween, entryAt, linesBetween, msAt, scaleOf, SIZES, topsOf, xOf } from './layout.js';
import { barLabel, barText, closureText, dayHead, rowHead } from './words.js';

const NAME_WIDTH = 196;
const HEAD_HEIGHT = 44;
const BEYOND_ROWS = 160;
const BEYOND_TIME = 240;
/** Narrower than this a bar has no room for a word. */
const LEAST_FOR_WORDS = 30;
const LEAST_FOR_SIGN = 18;
const LEAST_CLOSED = 18;
const LEAST_FOR_WEEKDAY = 40;

function make(tag, name, parent) {
  const element = document.createElement(tag);
  element.className = name;
  parent?.append(element);
  return element;
}

/** @param {HTMLElement} scroller the box that scrolls both ways */
export function createPainter(scroller) {
  const sheet = make('div', 'board-sheet', scroller);
  const days = make('div', 'board-days', sheet);
  const body = make('div', 'board-body', sheet);
  const columns = make('div', 'board-columns', body);
  const nowLine = make('div', 'board-now', body);
  make('div', 'board-corner', days);
  sheet.style.setProperty('--board-name', `${NAME_WIDTH}px`);
  sheet.style.setProperty('--board-head', `${HEAD_HEIGHT}px`);

  /** What is shown: board, entries, tops, scale and the looks. */
  let shown = null;
  let frame = 0;
  let ghost = null;
  let inTabOrder = null;
  const nodes = new Map();
  const headed = new Map();
  const lineOfBar = new WeakMap();

  const timeWidth = () => Math.max(200, scroller.clientWidth - NAME_WIDTH);

  /**
   * Takes what is to be shown; it is drawn with the next frame.
   * @param {{board: any, zoomDays: number, groupOf: any, lit: string|null, chosen: string|null, now: number}} next
   */
  function show(next) {
    /** @type {any[]} */
    const entries = arrange(next.board.rows, next.groupOf);
    const day = shown && dayInSight();
    const scale = scaleOf(next.board.start, next.board.until, next.zoomDays, timeWidth());
    // Place of each entry by what it shows, for those who look for a row.
    const places = new Map(entries.map((entry, place) => [entry.row ? entry.row.listing.id : entry.group.key, place]));
    shown = { ...next, entries, places, tops: topsOf(entries), scale, looks: `${next.lit} ${next.chosen}` };
    sheet.style.width = `${NAME_WIDTH + Math.ceil(scale.width)}px`;
    body.style.height = `${shown.tops[entries.length]}px`;
    nowLine.hidden = next.now < scale.start || next.now >= scale.until;
    nowLine.style.left = `${NAME_WIDTH + xOf(scale, next.now)}px`;
    for (const element of headed.values()) for (const one of element) one.remove();
    headed.clear();
    if (day && next.board.dates.includes(day)) toDay(day);
    schedule();
  }

  function schedule() {
    frame ||= requestAnimationFrame(() => { frame = 0; if (shown) paint(); });
  }

  function paint() {
    const focused = lineOfBar.get(document.activeElement);
    const { scrollTop, scrollLeft } = scroller;
    const from = msAt(shown.scale, scrollLeft - BEYOND_TIME);
    const to = msAt(shown.scale, scrollLeft + timeWidth() + BEYOND_TIME);
    const [first, last] = entriesBetween(shown.tops, scrollTop - BEYOND_ROWS, scrollTop + scroller.clientHeight + BEYOND_ROWS);
    const wanted = new Set();
    for (let place = first; place < last; place += 1) wanted.add(paintEntry(place, from, to));
    for (const [key, node] of nodes) if (!wanted.has(key)) { node.element.remove(); nodes.delete(key); }
    paintDays(from, to);
    // It must not be seen through the names of the rows, under which it has gone.
    nowLine.style.visibility = xOf(shown.scale, shown.now) < scrollLeft ? 'hidden' : '';
    if (focused && !lineOfBar.has(document.activeElement)) focusAgain(focused);
    keepOneInTabOrder();
  }

  // A row that has changed is drawn anew; whoever walks it by keyboard stays on the same booking.
  function focusAgain({ line, row }) {
    const entry = shown.entries[shown.places.get(row.listing.id)];
    nodes.get(entry?.row)?.bars.get(line.id)?.focus({ preventScroll: true });
  }

  function paintEntry(place, from, to) {
    const entry = shown.entries[place];
    const key = entry.row ?? entry.group.key;
    let node = nodes.get(key);
    if (!node) {
      node = entry.row ? rowNode(entry.row) : groupNode(entry);
      nodes.set(key, node);
    }
    if (node.top !== shown.tops[place]) {
      node.top = shown.tops[place];
      node.element.style.transform = `translateY(${node.top}px)`;
      node.element.style.height = `${entry.height}px`;
    }
    if (entry.row) paintLines(node, entry.row, from, to);
    else node.count.textContent = String(entry.count);
    return key;
  }

  function groupNode({ group }) {
    const element = make('div', 'board-group', body);
    const name = make('div', 'board-group-name', element);
    make('b', '', name).textContent = group.name;
    return { element, count: make('span', '', name) };
  }

  function rowNode(row) {
    const element = make('div', 'board-row', body);
    const name = make('div', 'board-name', element);
    const words = rowHead(row.listing);
    const link = make('a', '', name);
    link.href = `/listings/${row.listing.id}`;
    link.textContent = words.name;
    make('small', '', name).textContent = words.note;
    return { element, bars: new Map(), scale: null };
  }

  function paintLines(node, row, from, to) {
    if (node.scale !== shown.scale) {
      for (const bar of node.bars.values()) bar.remove();
      node.bars.clear();
      node.scale = shown.scale;
    }
    const wanted = new Set();
    for (const closure of row.closures) {
      if (closure.from >= to || closure.to <= from) continue;
      wanted.add(closure.id);
      if (!node.bars.has(closure.id)) node.bars.set(closure.id, closureBar(node, row, closure));
    }
    for (const line of linesBetween(row, from, to)) {
      wanted.add(line.id);
      if (!node.bars.has(line.id)) node.bars.set(line.id, lineBar(node, row, line));
    }
    for (const [id, bar] of node.bars) {
      if (!wanted.has(id) && bar !== document.activeElement) { bar.remove(); node.bars.delete(id); }
    }
    if (node.lookedAt !== shown.looks) {
      node.lookedAt = shown.looks;
      for (const bar of node.bars.values()) light(bar);
    }
  }

  function closureBar(node, row, closure) {
    const bar = make('div', 'board-closure', node.element);
    const place = across(shown.scale, closure.from, closure.to);
    if (!place) return bar;
    // Some units of many take their share of the row, at its foot.
    const share = closure.units ? Math.min(1, closure.units / row.listing.quantity) : 1;
    const height = Math.max(LEAST_CLOSED, Math.round((row.height - 1) * share));
    setPlace(bar, place, row.height - 1 - height, height);
    if (place.width > LEAST_FOR_WORDS) bar.textContent = closureText(closure);
    return bar;
  }

  function lineBar(node, row, line) {
    const bar = make('button', 'bar', node.element);
    bar.type = 'button';
    bar.tabIndex = -1;
    bar.dataset.state = line.state;
    if (line.mine) bar.dataset.mine = '';
    if (line.late_until) bar.dataset.late = '';
    if (line.can_change) bar.dataset.movable = '';
    // Words of a span are dear, and a row scrolls by more than once.
    line.label ??= barLabel(line, row.listing, shown.board);
    bar.setAttribute('aria-label', line.label);
    lineOfBar.set(bar, { line, row });
    light(bar);
    const place = across(shown.scale, line.from, line.to);
    if (!place) return bar;
    setPlace(bar, place, SIZES.pad + line.lane * (row.lane + SIZES.gap), row.lane);
    // Set-up and turnaround are the bar's own padding: hatched, while its body is what was asked for.
    const before = Math.round((line.starts - line.from) * shown.scale.perMs);
    const after = Math.round((line.to - line.ends) * shown.scale.perMs);
    bar.style.paddingLeft = `${Math.max(0, before)}px`;
    bar.style.paddingRight = `${Math.max(0, Math.min(after, place.width - 3))}px`;
    if (place.width - before - after > LEAST_FOR_SIGN && row.lane >= 16) bar.dataset.sign = '';
    if (place.width - before - after > LEAST_FOR_WORDS && row.lane >= 16) bar.textContent = barText(line, shown.board);
    return bar;
  }

  function setPlace(element, { x, width }, top, height) {
    element.style.left = `${NAME_WIDTH + x}px`;
    element.style.width = `${width}px`;
    element.style.top = `${top}px`;
    element.style.height = `${height}px`;
  }

  function light(bar) {
    const found = lineOfBar.get(bar);
    if (!found) return;
    bar.toggleAttribute('data-lit', Boolean(shown.lit) && found.line.booking === shown.lit);
    bar.toggleAttribute('data-chosen', found.line.id === shown.chosen);
  }

  function paintDays(from, to) {
    const { starts, dates } = shown.board;
    const first = dayAt(starts, from);
    const last = dayAt(starts, to);
    for (const [place, pair] of headed) {
      if (place >= first && place <= last) continue;
      for (const one of pair) one.remove();
      headed.delete(place);
    }
    for (let place = first; place <= last; place += 1) {
      if (headed.has(place) || starts[place] === undefined) continue;
      headed.set(place, dayNodes(place, dates[place]));
    }
  }

  function dayNodes(place, date) {
    const words = dayHead(date, shown.scale.perDay < LEAST_FOR_WEEKDAY);
    const end = shown.board.starts[place + 1] ?? shown.board.until;
    const { x, width } = across(shown.scale, shown.board.starts[place], end);
    const head = make('div', 'board-day', days);
    make('span', '', head).textContent = words.above;
    make('b', '', head).textContent = words.day;
    const column = make('div', 'board-column', columns);
    for (const one of [head, column]) {
      one.style.left = `${NAME_WIDTH + x}px`;
      one.style.width = `${width + 1}px`;
      if (words.weekend) one.dataset.weekend = '';
      if (words.today) one.dataset.today = '';
    }
    column.style.backgroundSize = shown.zoomDays === 1 ? `${(shown.scale.perDay / 24).toFixed(3)}px 100%` : '0 0';
    return shown.zoomDays === 1 ? [head, column, hoursOf(head)] : [head, column];
  }

  function hoursOf(head) {
    const hours = make('div', 'board-hours', head);
    for (let hour = 3; hour < 24; hour += 3) {
      const mark = make('i', '', hours);
      mark.textContent = String(hour).padStart(2, '0');
      mark.style.left = `${(hour / 24) * shown.scale.perDay}px`;
    }
    return hours;
  }

  // Tab comes to the board once; the arrow keys go on from there.
  function keepOneInTabOrder() {
    const focused = lineOfBar.has(document.activeElement) ? document.activeElement : null;
    const kept = inTabOrder?.isConnected ? inTabOrder : null;
    const current = focused ?? body.querySelector('.bar[data-chosen]') ?? kept ?? body.querySelector('.bar');
    if (inTabOrder !== current && inTabOrder) inTabOrder.tabIndex = -1;
    inTabOrder = current ?? null;
    if (current) current.tabIndex = 0;
  }

  /** Scrolls to the beginning of a day. */
  function toDay(date) {
    const start = shown.board.starts[shown.board.dates.indexOf(date)];
    if (start !== undefined) scroller.scrollLeft = Math.round(xOf(shown.scale, start));
  }

  /** The first day that is mostly in sight. */
  function dayInSight() {
    const { starts, dates } = shown.board;
    return dates[dayAt(starts, msAt(shown.scale, scroller.scrollLeft + shown.scale.perDay / 3))];
  }

  /** Brings a line into sight. @returns {HTMLElement|undefined} its bar */
  function reveal(listingId, line) {
    const place = shown.places.get(listingId);
    if (place === undefined) return undefined;
    const top = shown.tops[place];
    const height = scroller.clientHeight - HEAD_HEIGHT;
    if (top < scroller.scrollTop || top + shown.entries[place].height > scroller.scrollTop + height) {
      scroller.scrollTop = Math.max(0, top - height / 3);
    }
    const x = xOf(shown.scale, line.starts);
    const end = xOf(shown.scale, line.ends);
    if (x < scroller.scrollLeft || Math.min(end, x + 80) > scroller.scrollLeft + timeWidth()) {
      scroller.scrollLeft = Math.max(0, x - timeWidth() / 4);
    }
    paint();
    return nodes.get(shown.entries[place].row)?.bars.get(line.id);
  }

  /** Shows where something would stand, in words too; nothing takes it away. */
  function setGhost(next) {
    if (!next) { ghost?.remove(); ghost = null; return; }
    ghost ??= make('div', 'board-ghost', body);
    const place = shown.places.get(next.listingId);
    const span = across(shown.scale, next.start, next.end);
    ghost.hidden = place === undefined || !span;
    if (ghost.hidden) return;
    setPlace(ghost, span, shown.tops[place] + SIZES.pad, shown.entries[place].height - 2 * SIZES.pad);
    ghost.dataset.say = next.text;
  }

  const resized = new ResizeObserver(() => { if (shown) show({ ...shown }); });
  resized.observe(scroller);
  scroller.addEventListener('scroll', schedule, { passive: true });

  return {
    show, schedule, toDay, dayInSight, reveal, setGhost,
    /** The line and row of a bar. */
    lineOf: (bar) => lineOfBar.get(bar),
    /** The row under a height of the screen. */
    rowAt: (clientY) => {
      const place = entryAt(shown.tops, clientY - body.getBoundingClientRect().top);
      return place < 0 ? null : shown.entries[place].row ?? null;
    },
    entries: () => shown.entries,
    placeOf: (listingId) => shown.places.get(listingId),
    scale: () => shown.scale,
    starts: () => shown.board.starts,
    end: () => { cancelAnimationFrame(frame); resized.disconnect(); sheet.remove(); },
  };
}
