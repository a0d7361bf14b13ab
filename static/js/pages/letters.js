// Letters: in a demo a mailbox of everyone's; for managers the outbox with what could not be sent.
import { html, useEffect, useLoad, useState, useWrite } from '../dom.js';
import { api } from '../api.js';
import { place, replaceQuery } from '../router.js';
import { cluster, may, me, signInPath } from '../session.js';
import { t, tOr } from '../t.js';
import { showAgo, showMoment, showSpan } from '../time.js';
import { calendarInstant, readCalendar } from '../ics.js';
import { Button } from '../parts/button.js';
import { Chip } from '../parts/chip.js';
import { Head } from '../parts/shell.js';
import { Icon } from '../parts/icon.js';
import { letterKind } from '../parts/letter-kind.js';
import { LetterBody } from '../parts/letter-body.js';
import { Empty, Loaded, ProblemNote } from '../parts/note.js';

export const styles = ['letters'];

export default function Letters() {
  const demo = cluster.value.demo;
  const outbox = may('manage_cluster') && (!demo || place.value.query.get('view') === 'outbox');
  if (!demo && !may('manage_cluster')) return html`<${Head} title=${t('nav.letters')} /><${Empty} icon="letters"
    title=${t('letters.not_here')} href=${me.value ? '/bookings' : signInPath(place.value)}
    label=${t(me.value ? 'nav.bookings' : 'sign_in.title')}>${t('letters.not_here_why')}<//>`;
  return html`<${Head} title=${t('nav.letters')} />
    ${demo && may('manage_cluster') && html`<div class="filters">
      <div class="pills" role="group" aria-label=${t('letters.view')}>
      <button type="button" class="pill" aria-pressed=${outbox ? 'false' : 'true'}
        onClick=${() => replaceQuery({ view: null })}>${t('letters.mailbox')}</button>
      <button type="button" class="pill" aria-pressed=${outbox ? 'true' : 'false'}
        onClick=${() => replaceQuery({ view: 'outbox', letter: null })}>${t('letters.outbox')}</button></div></div>`}
    ${outbox ? html`<${Outbox} />` : html`<${Mailbox} />`}`;
}

function Mailbox() {
  const [cursor, setCursor] = useState(undefined);
  const [before, setBefore] = useState([]);
  const found = useLoad((signal) => api.demoLetters({ limit: 30, cursor }, signal), [cursor]);
  const chosen = place.value.query.get('letter');
  return html`<p class="soft">${t('letters.demo_about')}</p><${Loaded} of=${found} rows=${5}>${(page) => {
    const items = [...before, ...page.items.filter((one) => !before.some((old) => old.id === one.id))];
    if (!items.length) return html`<${Empty} icon="letters" title=${t('letters.none')} href="/"
      label=${t('basket.find')}>${t('letters.none_why')}<//>`;
    return html`<div class="mail" data-reading=${chosen ? '' : undefined}>
      <nav class="mail-list" aria-label=${t('letters.mailbox')}>
      <ul>${items.map((one) => html`<li key=${one.id}>
        <a href=${`/letters?letter=${one.id}`} aria-current=${one.id === chosen ? 'true' : undefined}>
        <span class="mail-to">${one.to_name ?? one.to}<time datetime=${one.written_at}>${showAgo(one.written_at)}</time>
          </span><b>${one.subject}</b>
        <small>${letterKind(one.kind)}${one.has_calendar &&
          html` \u00b7 <${Icon} name="calendar" size=${14} /> ${t('letters.has_calendar')}`}</small></a></li>`)}</ul>
      ${page.next_cursor && html`<div class="more">
        <${Button} busy=${found.loading} onClick=${() => { setBefore(items); setCursor(page.next_cursor); }}>
        ${t('common.more')}<//></div>`}</nav>
      <section class="mail-pane" aria-label=${t('letters.reading')}>
        ${chosen ? html`<${Letter} key=${chosen} id=${chosen} />`
        : html`<p class="soft mail-hint">${t('letters.choose')}</p>`}</section></div>`;
  }}<//>`;
}

function Letter({ id }) {
  const found = useLoad((signal) => api.demoLetter(id, signal), [id]);
  const [plain, setPlain] = useState(false);
  return html`<a class="back mail-back" href="/letters"><${Icon} name="left" size=${18} />${t('letters.mailbox')}</a>
    <${Loaded} of=${found} rows=${2} tall>${(letter) => html`<article class="letter">
      <header><h2>${letter.subject}</h2><p class="soft">
        ${t('letters.to', { name: letter.to_name ? `${letter.to_name} <${letter.to}>`
        : letter.to })} \u00b7 ${showMoment(letter.written_at)}</p>
        <div class="actions"><${Chip} state=${letter.state} />
          ${letter.booking && html`<a class="btn btn-quiet" href=${`/bookings/${letter.booking}`}>${letter.booking}</a>`}
        ${letter.html && html`<${Button} look="quiet" aria-pressed=${plain ? 'true' : 'false'}
          onClick=${() => setPlain(!plain)}>${t(plain ? 'letters.as_html' : 'letters.as_text')}<//>`}</div></header>
      ${letter.calendar && html`<${CalendarPart} text=${letter.calendar} />`}
      ${letter.html && !plain ? html`<${LetterBody} source=${letter.html} label=${letter.subject} />`
        : html`<pre class="letter-text" tabindex="0">${letter.text}</pre>`}
    </article>`}<//>`;
}

function CalendarPart({ text }) {
  const calendar = readCalendar(text);
  return html`<section class="calendar-part"><h3><${Icon} name="calendar" />
    ${tOr(`ics.${calendar.method.toLowerCase()}`, t('ics.event'), { n: calendar.events.length })}</h3>
    <ul>${calendar.events.map((event, index) => {
      const [start, end] = [calendarInstant(event.DTSTART), calendarInstant(event.DTEND)];
      return html`<li key=${index}><b>${event.SUMMARY}</b><span>${start && showSpan({ start, end })}</span>
        ${event.LOCATION && html`<small>${event.LOCATION}</small>`}
        ${Number(event.SEQUENCE) > 0 && html`<small>${t('ics.sequence', { n: event.SEQUENCE })}</small>`}</li>`;
    })}</ul></section>`;
}

const STATES = ['given_up', 'waiting', 'sent'];

function Outbox() {
  const [state, setState] = useState('');
  const [cursor, setCursor] = useState(undefined);
  const [before, setBefore] = useState([]);
  const found = useLoad((signal) => api.letters({ state, limit: 50, cursor }, signal), [state, cursor]);
  const write = useWrite();
  useEffect(() => { setBefore([]); setCursor(undefined); }, [state]);
  const resend = (id) => write.run(async () => {
    await api.resend(id);
    setBefore([]);
    setCursor(undefined);
    found.reload();
  });
  return html`<div class="filters"><div class="pills" role="group"
    aria-label=${t('letters.state')}>
    ${['', ...STATES].map((one) => html`<button type="button" class="pill" key=${one}
    aria-pressed=${one === state ? 'true' : 'false'}
    onClick=${() => setState(one)}>${t(one ? `state.${one}` : 'catalogue.all')}</button>`)}</div></div>
    <${ProblemNote} problem=${write.problem} />
    <${Loaded} of=${found} rows=${4}>${(page) => {
      const items = [...before, ...page.items];
      if (!items.length) return html`<${Empty} icon="letters" title=${t('letters.none_state')} href="/letters"
        label=${t('nav.letters')} />`;
      return html`<ul class="rows panel">
        ${items.map((one) => html`<li key=${one.id}>
        <div><b>${letterKind(one.kind)}</b><small>
        ${one.to}${one.booking ? ` \u00b7 ${one.booking}` : ''}
        ${one.attempts > 1 ? ` \u00b7 ${t('letters.attempts', { n: one.attempts })}` : ''}</small>
        ${one.last_error && html`<small class="bad">${one.last_error}</small>`}
          ${one.next_try_at && one.state === 'waiting' &&
          html`<small>${t('letters.next_try', { ago: showAgo(one.next_try_at) })}</small>`}</div><${Chip}
          state=${one.state} />
        ${one.state === 'given_up' && html`<${Button} look="quiet" icon="send" disabled=${write.busy}
          onClick=${() => resend(one.id)}>${t('letters.resend')}<//>`}</li>`)}</ul>
        ${page.next_cursor && html`<div class="more">
          <${Button} onClick=${() => { setBefore(items); setCursor(page.next_cursor); }}>${t('common.more')}<//></div>`}`;
    }}<//>`;
}
