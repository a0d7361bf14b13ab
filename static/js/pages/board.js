// The board of those who keep listings: listings × days, what waits beside it; a list for ears and for phones.
import { html, useLoad, useRef, useState } from '../dom.js';
import { api } from '../api.js';
import { place, replaceQuery } from '../router.js';
import { may } from '../session.js';
import { nameOf, t } from '../t.js';
import { addDays, daysBetween, showSpan, today } from '../time.js';
import { toast } from '../toast.js';
import { categoryName, kindName } from '../parts/chip.js';
import { Head } from '../parts/shell.js';
import { Icon } from '../parts/icon.js';
import { Empty, ProblemNote, Waiting } from '../parts/note.js';
import { useWide } from '../parts/wide.js';
import { Agenda } from '../board/agenda.js';
import { moveLine } from '../board/moves.js';
import { Peek } from '../board/peek.js';
import { openLines, Queue, useQueue } from '../board/queue.js';
import { Timeline, ZOOMS } from '../board/timeline.js';
import { useBoard } from '../board/use-board.js';
import { Verdict } from '../board/verdict.js';
import { BoardBar } from '../board/bar.js';

export const styles = ['order', 'basket', 'board', 'series'];

/** The days that are loaded at a time, and how many of them lie before the one that is looked at. */
const LOADED_DAYS = 31;
const DAYS_BEFORE = 8;
const WIDE = '(min-width: 900px)';

const GROUPS = {
  none: null,
  kind: (listing) => ({ key: listing.kind, name: kindName(listing.kind) }),
  category: (listing) => ({ key: `${listing.kind} ${listing.category}`,
    name: `${kindName(listing.kind)} \u00b7 ${categoryName(listing.category)}` }),
  site: (listing) => ({ key: listing.site.id, name: nameOf(listing.site) }),
  owner: (listing) => ({ key: listing.owner.id, name: nameOf(listing.owner) }),
};

export default function Board() {
  if (!may('publish')) return html`<${Head} title=${t('nav.board')} /><${Empty} icon="board" title=${t('board.not_yours')}
    href="/" label=${t('missing.home')} />`;
  return html`<${Shown} />`;
}

function Shown() {
  const wide = useWide(WIDE);
  const query = place.value.query;
  const zoom = wide ? oneOf(Object.keys(ZOOMS), query.get('zoom'), 'fortnight') : 'day';
  const at = /^\d{4}-\d\d-\d\d$/.test(query.get('at') ?? '') ? query.get('at') : today();
  const asList = !wide || query.get('view') === 'list';
  const groupName = oneOf(Object.keys(GROUPS), query.get('group'), 'category');
  const first = useFirstDay(at, ZOOMS[zoom].days, wide);
  const { board, problem, loading, reload, refresh } = useBoard({ from: first, days: wide ? LOADED_DAYS : 1,
    ...(query.get('kit') ? { listings: query.get('kit') }
    : { kind: query.get('kind'), q: query.get('q'), site: query.get('site') }) });
  const queue = useQueue(wide);
  const waits = queue.value?.items.length ?? 0;
  const withQueue = wide && (query.get('queue') ? query.get('queue') === 'open' : waits > 0);
  const [looked, setLooked] = useState(null);
  const [chosen, setChosen] = useState(null);
  const [verdict, setVerdict] = useState(null);
  const found = chosen && findAgain(board, chosen);
  const goTo = (day) => replaceQuery({ at: day === today() ? null : day });

  const ask = async (what, to, said) => {
    const { booking, back } = await moveLine(what, { ...to, listing: to.listing.id });
    setVerdict(null);
    refresh(booking.lines.map((line) => line.listing.id).concat(back ? [back.to.listing] : []));
    toast(t(said, { listing: nameOf(to.listing), span: showSpan(to) }), { tone: 'good',
      action: back && said === 'board.moved' ? { label: t('common.undo'),
        run: () => undo(back, to.listing) } : undefined });
  };
  const whatOf = ({ line }) => ({ booking: line.booking, version: line.version, line: line.id });
  const undo = (back, from) => {
    const row = board.rows.find((one) => one.listing.id === back.to.listing);
    ask(back.what, { ...back.to, listing: row?.listing ?? from }, 'board.put_back')
      .catch((refusal) => setVerdict({ problem: refusal }));
  };
  const move = (one, to) => ask(whatOf(one), to, 'board.moved');
  const dropped = (one, to) => move(one, to).catch((refusal) => {
    if (refusal.code === 'version_stale') refresh([one.row.listing.id]);
    setVerdict({ problem: refusal, found: one, to });
  });

  const told = verdict && html`<${Verdict} verdict=${verdict} onMove=${dropped} onClose=${() => setVerdict(null)} />`;
  const withSide = withQueue || found || (verdict && !asList);
  return html`<div class="board-page" data-list=${asList ? '' : undefined}>
    <div class="board-top"><${Head} title=${t('nav.board')} /><${BoardBar} zoom=${zoom} at=${at} groups=${Object.keys(GROUPS)} group=${groupName} wide=${wide} asList=${asList}
      waits=${waits} withQueue=${withQueue} onDay=${goTo} loading=${loading} days=${ZOOMS[zoom].days} /></div>
    ${query.get('kit') && html`<${PartsOf} kit=${query.get('kit')} />`}
    <${ProblemNote} problem=${problem} retry=${reload} />
    ${asList && told}
    <div class="board-split" data-side=${withSide ? '' : undefined}>
      <div class="board-main">
        ${!board ? !problem && html`<${Waiting} rows=${6} />`
        : board.rows.length === 0 && !loading ? html`<${Empty} icon="board" title=${t('board.empty')}>${t('board.empty_why')}<//>`
        : asList ? html`<${Agenda} key=${at + zoom} board=${board} dates=${daysFrom(at, ZOOMS[zoom].days)} onMove=${move} />`
        : html`<${Timeline} board=${board} zoom=${zoom} groupOf=${GROUPS[groupName]} groupName=${groupName} at=${at}
          lit=${looked && { id: looked.booking.id, lines: openLines(looked.booking), glance: looked.glance }} chosen=${found?.line.id ?? null}
          onChoose=${(one) => setChosen({ line: one.line.id, listing: one.row.listing.id })} onMove=${dropped}
          onDay=${(day) => day && day !== at && goTo(day)} />`}
      </div>
      ${withSide && html`<aside class="board-side" aria-label=${t('board.side')}>
        ${!asList && told}
        ${found && html`<${Peek} found=${found} board=${board} onMove=${move} onClose=${() => setChosen(null)} />`}
        ${withQueue && html`<section><h2 class="board-side-title">${t('nav.approvals')}</h2>
          <${Queue} found=${queue} onLook=${(booking, glance = false) => setLooked(booking && { booking, glance })} /></section>`}
      </aside>`}
    </div>
  </div>`;
}

/** A kit has no row of its own: those of its parts stand for it. */
function PartsOf({ kit }) {
  const found = useLoad((signal) => api.listing(kit, signal), [kit]);
  return html`<p class="board-kit"><${Icon} name="kit" size=${18} />
    <span>${t('board.parts_of')} <a href=${`/listings/${kit}`}>${found.value ? nameOf(found.value) : ''}</a></span>
    <button type="button" class="pill" onClick=${() => replaceQuery({ kit: null })}>${t('board.all')}</button></p>`;
}

const oneOf = (all, wish, otherwise) => (all.includes(wish) ? wish : otherwise);
const daysFrom = (day, count) => Array.from({ length: count }, (_, ahead) => addDays(day, ahead));

/** A line by its id in a board that may be another one by now. */
function findAgain(board, { line, listing }) {
  const row = board?.rows.find((one) => one.listing.id === listing);
  const same = row?.lines.find((one) => one.id === line);
  return same ? { row, line: same } : null;
}

// The first loaded day stays while what is looked at lies within; so scrolling and zooming load nothing.
function useFirstDay(at, span, wide) {
  const first = useRef(null);
  if (!wide) return at;
  const inside = first.current && daysBetween(first.current, at) >= 0 && daysBetween(first.current, at) + span <= LOADED_DAYS;
  if (!inside) first.current = addDays(at, -Math.min(DAYS_BEFORE, LOADED_DAYS - span));
  return first.current;
}
