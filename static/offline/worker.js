// Answers one thing only: a page that is asked for while there is no network. It keeps nothing of what the server
// says, and stands in the way of nothing else.
const PAGE = 'THE PAGE';

// Calendars, exports and files are fetched by the browser itself: a page in their place would be saved as one.
const NOT_PAGES = /^\/(api|feeds|static)\//;

addEventListener('install', () => skipWaiting());

addEventListener('activate', (event) => event.waitUntil(Promise.all([
  clients.claim(),
  // The browser asks the server while this worker wakes up, so nobody waits for it.
  registration.navigationPreload?.enable(),
])));

addEventListener('fetch', (event) => {
  const { mode, method, url } = event.request;
  if (mode !== 'navigate' || method !== 'GET' || NOT_PAGES.test(new URL(url).pathname)) return;
  event.respondWith(ask(event).catch(offlinePage));
});

const ask = async (event) => (await event.preloadResponse) ?? fetch(event.request);

/** The page, with a policy as strict as that of the others: only what bears this answer's number runs. */
function offlinePage() {
  const nonce = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return new Response(PAGE.replaceAll('THE NONCE', nonce), {
    status: 503,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
      'Content-Security-Policy': `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; connect-src 'self'; `
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    },
  });
}
