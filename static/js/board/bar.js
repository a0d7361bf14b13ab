// The bar above the board: which days, how near, what is shown and how.
import { html } from '../dom.js';
import { place, replaceQuery } from '../router.js';
import { cluster } from '../session.js';
import { t } from '../t.js';
import { addDays, today } from '../time.js';
import { Button, IconButton } from '../parts/button.js';
import { kindName } from '../parts/chip.js';
import { Icon } from '../parts/icon.js';

/** @param {{zoom: string, at: string, days: number, group: string, groups: string[], wide: boolean, asList: boolean, waits: number, withQueue: boolean, loading: boolean, onDay: (day: string) => void}} props */
export function BoardBar({ zoom, at, days, group, groups, wide, asList, waits, withQueue, loading, onDay }) {
  const query = place.value.query;
  const kinds = cluster.value.kinds.map((one) => one.kind);
  return html`<div class="board-bar" role="group" aria-label=${t('board.what')}>
    <div class="board-when">
      <${IconButton} icon="left" label=${t('board.earlier')} onClick=${() => onDay(addDays(at, -days))} />
      <${Button} onClick=${() => onDay(today())}>${t('board.today')}<//>
      <${IconButton} icon="right" label=${t('board.later')} onClick=${() => onDay(addDays(at, days))} />
      <input type="date" aria-label=${t('board.day')} value=${at} onChange=${(event) => event.target.value &&
        onDay(event.target.value)} />
    </div>
    ${wide && html`<${Choice} label=${t('board.zoom')} of=${['day', 'fortnight', 'month']} chosen=${zoom} words="board.zoom_"
      onChoose=${(one) => replaceQuery({ zoom: one === 'fortnight' ? null : one })} />
    <${Choice} label=${t('board.view')} of=${['board', 'list']} chosen=${asList ? 'list' : 'board'} words="board.view_"
      onChoose=${(one) => replaceQuery({ view: one === 'board' ? null : one })} />`}
    <div class="board-narrow">
      ${wide && !asList && html`<select aria-label=${t('board.group')} value=${group}
        onChange=${(event) => replaceQuery({ group: event.target.value === 'category' ? null : event.target.value })}>
        ${groups.map((one) => html`<option key=${one} value=${one} selected=${one === group}>${t(`board.group_${one}`)}</option>`)}
        </select>`}
      <select aria-label=${t('board.kind')} value=${query.get('kind') ?? ''}
        onChange=${(event) => replaceQuery({ kind: event.target.value })}>
        <option value="" selected=${!query.get('kind')}>${t('board.all_kinds')}</option>
        ${kinds.map((one) => html`<option key=${one} value=${one} selected=${one === query.get('kind')}>${kindName(one)}</option>`)}
        </select>
      <input type="search" placeholder=${t('board.search')} aria-label=${t('board.search')} value=${query.get('q') ?? ''}
        onChange=${(event) => replaceQuery({ q: event.target.value.trim() })} />
      ${wide && html`<button type="button" class="pill" aria-pressed=${withQueue ? 'true' : 'false'}
        onClick=${() => replaceQuery({ queue: withQueue ? 'shut' : 'open' })}><${Icon} name="approvals" size=${18} />
        ${t('nav.approvals')}${waits > 0 && ` ${waits}`}</button>`}
    </div>
    <span class="board-loading" role="status">${loading && t('common.loading')}</span>
  </div>`;
}

const Choice = ({ label, of, chosen, words, onChoose }) => html`<div class="board-choice" role="group" aria-label=${label}>
  ${of.map((one) => html`<button type="button" key=${one} aria-pressed=${one === chosen ? 'true' : 'false'}
    onClick=${() => onChoose(one)}>${t(words + one)}</button>`)}</div>`;
