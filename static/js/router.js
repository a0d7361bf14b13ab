// Path → page. Ordinary links; the page's module is fetched when it is first needed.
import { signal } from '@preact/signals';

/** Where we are: path, query. Pages read it; only `go`, `replaceQuery` and the browser change it. */
export const place = signal(here());

/** @type {[RegExp, () => Promise<any>, string][]} */
const PAGES = [
  [/^\/$/, () => import('./pages/catalogue.js'), 'signed-in'],
  [/^\/sign-in$/, () => import('./pages/sign-in.js'), 'anyone'],
  [/^\/sign-in\/link$/, () => import('./pages/sign-in-link.js'), 'anyone'],
  [/^\/invitation$/, () => import('./pages/invitation.js'), 'anyone'],
  [/^\/listings\/(?<id>[^/]+)$/, () => import('./pages/listing.js'), 'signed-in'],
  [/^\/basket$/, () => import('./pages/basket.js'), 'signed-in'],
  [/^\/bookings$/, () => import('./pages/bookings.js'), 'signed-in'],
  [/^\/bookings\/(?<id>[^/]+)$/, () => import('./pages/booking.js'), 'signed-in'],
  [/^\/board$/, () => import('./pages/board.js'), 'signed-in'],
  [/^\/approvals$/, () => import('./pages/approvals.js'), 'signed-in'],
  [/^\/letters$/, () => import('./pages/letters.js'), 'anyone'],
  [/^\/labels$/, () => import('./pages/labels.js'), 'signed-in'],
  [/^\/manage$/, () => import('./pages/manage.js'), 'signed-in'],
  [/^\/settings$/, () => import('./pages/settings.js'), 'signed-in'],
];

/** @returns {{load: () => Promise<any>, who: string, params: Record<string, string>}} */
export function match(path) {
  for (const [pattern, load, who] of PAGES) {
    const found = pattern.exec(path);
    if (found) return { load, who, params: decode(found.groups) };
  }
  return { load: () => import('./pages/missing.js'), who: 'anyone', params: {} };
}

function decode(groups = {}) {
  try {
    return Object.fromEntries(Object.entries(groups).map(([key, value]) => [key, decodeURIComponent(value)]));
  } catch {
    return groups; // a broken %-escape: the server will say that there is no such thing
  }
}

function here() {
  return { path: location.pathname, query: new URLSearchParams(location.search) };
}

/** Goes to a page of ours. @param {string} url @param {{replace?: boolean}} [how] */
export function go(url, { replace = false } = {}) {
  history[replace ? 'replaceState' : 'pushState'](null, '', url);
  place.value = here();
  if (!replace) scrollTo(0, 0);
}

/** Changes the query in place, so that a link to what is seen can be copied. @param {Record<string, string|null>} changes */
export function replaceQuery(changes) {
  const query = new URLSearchParams(location.search);
  for (const [key, value] of Object.entries(changes)) {
    if (value === null || value === undefined || value === '') query.delete(key);
    else query.set(key, value);
  }
  const text = query.toString();
  go(location.pathname + (text ? `?${text}` : ''), { replace: true });
}

/** A path of ours, or `/`: a letter's `next` must not lead to another site. */
export function safePath(text) {
  return /^\/(?![/\\])/.test(text ?? '') ? text : '/';
}

/** Lets ordinary links work without a reload. */
export function listen() {
  addEventListener('popstate', () => { place.value = here(); });
  document.addEventListener('click', (event) => {
    /** @type {HTMLAnchorElement|undefined} */
    const link = /** @type {any} */ (event.target).closest?.('a[href]');
    const modified = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0;
    if (!link || modified || event.defaultPrevented || link.target || link.hasAttribute('download')) return;
    if (link.origin !== location.origin || /^\/(api|static|feeds|q)\//.test(link.pathname)) return;
    if (link.hash && link.pathname === location.pathname) return;
    event.preventDefault();
    go(link.pathname + link.search);
  });
}
