// The frame round every page: side bar at the desk, tabs under the thumb on a phone.
import { html, useEffect, useState } from '../dom.js';
import { nameOf, t } from '../t.js';
import { cluster, may, me, signOut } from '../session.js';
import { lineCount } from '../basket.js';
import { place } from '../router.js';
import { Icon, Mark } from './icon.js';
import { Later } from './later.js';
import { LanguageSwitch } from './language.js';
import { Toasts } from './toasts.js';
import { roleName } from './chip.js';

function destinations() {
  const decides = may('decide');
  const demo = cluster.value?.demo;
  const list = [['/', 'search', 'nav.find', true], ['/basket', 'basket', 'nav.basket', true],
    ['/bookings', 'bookings', 'nav.bookings', true]];
  if (may('publish')) list.push(['/board', 'board', 'nav.board', true]);
  if (decides) list.push(['/approvals', 'approvals', 'nav.approvals', true]);
  // Five tabs fit under a thumb: who decides nothing gets letters there instead.
  if (demo || may('manage_cluster')) list.push(['/letters', 'letters', 'nav.letters', !decides]);
  if (may('publish')) list.push(['/manage', 'manage', 'nav.manage', false]);
  list.push(['/settings', 'settings', 'nav.settings', true]);
  return list;
}

const isHere = (path) => (path === '/' ? place.value.path === '/' || place.value.path.startsWith('/listings')
  : place.value.path.startsWith(path));

const Link = ({ path, icon, words }) => html`<a href=${path} aria-current=${isHere(path) ? 'page' : undefined}>
  <span class="nav-sign"><${Icon} name=${icon} size=${22} />
    ${path === '/basket' && lineCount.value > 0 && html`<b class="count" aria-hidden="true">${lineCount.value}</b>`}</span>
  <span class="nav-word">${t(words)}${path === '/basket' && lineCount.value > 0 &&
    html`<span class="unseen"> ${t('nav.basket_count', { n: lineCount.value })}</span>`}</span></a>`;

const loadPalette = () => import('./palette.js');

/** @param {{children: any}} props */
export function Shell({ children }) {
  const signedIn = me.value !== null;
  const [jumping, setJumping] = useState(false);
  useEffect(() => {
    const onKeyDown = (event) => {
      if (!signedIn || event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setJumping(true);
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [signedIn]);
  return html`<div class="shell" data-signed-in=${signedIn ? '' : undefined}>
    <a class="skip" href="#main" onClick=${skip}>${t('nav.skip')}</a>
    <header class="top">
      <a class="brand" href=${signedIn ? '/' : '/sign-in'}><${Mark} />
        <span><b>Backlot</b><small>${nameOf(cluster.value)}</small></span></a>
      ${signedIn && html`<button type="button" class="btn btn-plain jump"
        onClick=${() => setJumping(true)}><${Icon} name="search" size=${18} /><span>${t('palette.open')}</span><kbd
        aria-hidden="true">Ctrl K</kbd></button>
        <nav class="side" aria-label=${t('nav.label')}>
          ${destinations().map(([path, icon, words]) => html`<${Link} key=${path} path=${path} icon=${icon}
          words=${words} />`)}</nav>`}
      <div class="top-end">
        ${signedIn && html`<div class="who"><b>${me.value.name}</b>
          <small>${nameOf(me.value.company)} \u00b7 ${roleName(me.value.role)}</small>
          <button type="button" class="link" onClick=${signOut}>${t('nav.sign_out')}</button></div>`}
        <${LanguageSwitch} />
      </div>
    </header>
    <main id="main" tabindex="-1">${children}</main>
    ${signedIn && html`<nav class="tabs" aria-label=${t('nav.label_tabs')}>
      ${destinations().filter((one) => one[3]).map(([path, icon, words]) => html`<${Link} key=${path} path=${path}
      icon=${icon} words=${words} />`)}</nav>`}
    ${jumping && html`<${Later} load=${loadPalette} destinations=${destinations()} onClose=${() => setJumping(false)} />`}
    <${Toasts} />
  </div>`;
}

function skip(event) {
  event.preventDefault();
  document.getElementById('main').focus();
}

/** The head of a page: title for eyes, ears and the window. */
export function Head({ title, children, back }) {
  document.title = `${title} \u00b7 Backlot`;
  return html`<div class="page-head">
    ${back && html`<a class="back" href=${back.href}><${Icon} name="left" size=${18} />${back.label}</a>`}
    <div class="page-head-row"><h1 tabindex="-1">${title}</h1>${children}</div></div>`;
}
