// Labels to print: which listings, on which sheet, how many times, from which place on. All of it lives in the address.
import { html, useEffect, useLoad, useState, useStill } from '../dom.js';
import { api } from '../api.js';
import { place, replaceQuery } from '../router.js';
import { may } from '../session.js';
import { nameOf, numberOf, t } from '../t.js';
import { Button } from '../parts/button.js';
import { Check, Field, Select } from '../parts/field.js';
import { Head } from '../parts/shell.js';
import { Empty, Loaded, Note } from '../parts/note.js';
import { paged, placesOf, sizeOf, SIZES } from './labels/sizes.js';

export const styles = ['order', 'labels'];

const FILTERS = ['codes', 'units_of', 'q', 'kind', 'category', 'site', 'owner', 'tag', 'state'];
const MOST_COPIES = 50;
const SEARCH_WAIT_MS = 300;
/** What a browser lays out and a printer takes in one go. */
const MOST_LABELS = 2000;
const ROWS = 30;

const whole = (text, most) => Math.max(1, Math.min(most, Math.floor(Number(text)) || 1));

export default function Labels() {
  const { query } = place.value;
  const filters = Object.fromEntries(FILTERS.map((name) => [name, query.get(name) ?? undefined]));
  const found = useLoad((signal) => api.labels(filters, signal), [JSON.stringify(filters)]);
  if (!may('publish')) return html`<${Head} title=${t('labels.title')} /><${Empty} icon="print"
    title=${t('manage.not_yours')} href="/" label=${t('missing.home')} />`;
  const back = filters.units_of ? { href: `/listings/${filters.units_of}`, label: filters.units_of }
    : { href: '/manage', label: t('nav.manage') };
  return html`<${Head} title=${t('labels.title')} back=${back} />
    ${filters.codes || filters.units_of ? html`<p class="labels-all no-print"><a href="/labels">${t('labels.all')}</a></p>`
      : html`<${Search} value=${query.get('q') ?? ''} />`}
    <${Loaded} of=${found} rows=${2} tall>${(labels) => (labels.length === 0
      ? html`<${Empty} icon="print" title=${t('labels.none')} href="/labels" label=${t('labels.all')} />`
      : html`<${Desk} key=${JSON.stringify(filters)} labels=${labels} query=${query} />`)}<//>`;
}

function Search({ value }) {
  const [text, setText] = useState(value);
  const still = useStill(text, SEARCH_WAIT_MS);
  useEffect(() => { if (still.trim() !== value) replaceQuery({ q: still.trim() || null }); }, [still]);
  return html`<div class="labels-search no-print"><${Field} label=${t('labels.search')} name="q" type="search"
    value=${text} onInput=${(event) => setText(event.target.value)} /></div>`;
}

/** What is printed, how, and what it will look like. */
function Desk({ labels, query }) {
  const [left, setLeft] = useState(() => new Set());
  const size = sizeOf(query.get('size'));
  const copies = whole(query.get('copies'), MOST_COPIES);
  const start = whole(query.get('start'), placesOf(size));
  const chosen = labels.filter((one) => !left.has(one.code));
  const count = chosen.length * copies;
  const pages = count > MOST_LABELS ? [] : paged(chosen, { size, copies, start });
  return html`<div class="labels">
    <div class="labels-desk no-print">
      <section class="panel stack"><h2>${t('labels.how')}</h2><${How} size=${size} copies=${copies} start=${start} />
        <p class="soft" role="status">${t('labels.will', { n: numberOf(count), pages: numberOf(pages.length) })}</p>
        ${count > MOST_LABELS && html`<${Note} tone="wait">${t('labels.too_many', { n: numberOf(MOST_LABELS) })}<//>`}
        <${Button} look="main" icon="print" disabled=${!pages.length}
          onClick=${() => print()}>${t('labels.print')}<//>
        <p class="field-hint">${t('labels.hint')}</p></section>
      <${Which} labels=${labels} left=${left} onChange=${setLeft} />
    </div>
    <section class="labels-pages" aria-label=${t('labels.preview')} tabindex="0">
      ${pages.map((page, number) => html`<${Sheet} key=${number} page=${page} size=${size} />`)}</section></div>`;
}

function How({ size, copies, start }) {
  const set = (name) => (event) => replaceQuery({ [name]: event.target.value });
  return html`<${Select} label=${t('labels.size')} name="size" value=${size.name}
      options=${SIZES.map((one) => [one.name, t(`labels.size_${one.name}`)])}
      onChange=${(event) => replaceQuery({ size: event.target.value, start: null })} />
    <div class="pair"><${Field} label=${t('labels.copies')} name="copies" type="number" inputmode="numeric" min="1"
      max=${MOST_COPIES} value=${copies} onChange=${set('copies')} />
    ${placesOf(size) > 1 && html`<${Field} label=${t('labels.start')} name="start" type="number" inputmode="numeric"
      min="1" max=${placesOf(size)} value=${start} hint=${t('labels.start_hint')} onChange=${set('start')} />`}</div>`;
}

function Which({ labels, left, onChange }) {
  const [shown, setShown] = useState(ROWS);
  const turn = (code) => {
    const next = new Set(left);
    if (!next.delete(code)) next.add(code);
    onChange(next);
  };
  return html`<section class="panel labels-which"><div class="labels-which-head"><h2>${t('labels.which')}</h2>
      <${Button} look="quiet" onClick=${() => onChange(left.size ? new Set()
        : new Set(labels.map((one) => one.code)))}>${t(left.size ? 'labels.choose_all' : 'labels.choose_none')}<//></div>
    <div class="labels-list" role="group" aria-label=${t('labels.which')}>${labels.slice(0, shown).map((one) => html`<${Check}
      key=${one.code} label=${nameOf(one)} hint=${one.code} checked=${!left.has(one.code)}
      onChange=${() => turn(one.code)} />`)}</div>
    ${labels.length > shown && html`<${Button} onClick=${() => setShown(shown + 200)}>${t('common.more')}<//>`}</section>`;
}

const Sheet = ({ page, size }) => html`<div class="label-sheet" data-size=${size.name}>
  ${page.map((label, at) => html`<div class="label" key=${at}>${label && html`<${Label} label=${label} />`}</div>`)}</div>`;

/** Both names, whatever the reader speaks: a label is for everybody. */
function Label({ label }) {
  const { side, path } = label.qr;
  return html`<svg class="label-code" viewBox=${`0 0 ${side} ${side}`} role="img" aria-label=${label.address}><path
      d=${path} /></svg>
    <div class="label-words"><b class="label-number">${label.code}</b>
      <span class="label-name" lang="zh-CN">${label.name_zh}</span><span lang="en">${label.name_en}</span>
      <small>${nameOf(label.owner)}</small></div>`;
}
