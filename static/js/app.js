// Start: who is the cluster, who is asking, in which language; then draw the page of the path.
import { html, render, useEffect, useErrorBoundary, useLayoutEffect, useRef, useState } from './dom.js';
import { api } from './api.js';
import { begin, end } from './ready.js';
import { listen, match, place, go } from './router.js';
import { needs } from './styles.js';
import { cluster, me, recall, signInPath } from './session.js';
import { setClock } from './time.js';
import { chosenLanguage, guessLanguage, language, speak, speakMore, t } from './t.js';
import { Shell } from './parts/shell.js';
import { Broken, ProblemNote, Waiting } from './parts/note.js';

function App() {
  const { path } = place.value;
  const [shown, setShown] = useState({ path: null, Page: null, params: {} });
  const [problem, setProblem] = useState(null);
  const [turn, setTurn] = useState(0);
  const { load, who, params } = match(path);
  const barred = who === 'signed-in' && !me.value;

  useEffect(() => { if (barred && match(place.value.path).who === 'signed-in') go(signInPath(place.value),
    { replace: true }); }, [barred, path]);
  useLayoutEffect(() => {
    if (barred) return undefined;
    let live = true;
    begin();
    load()
      .then(async (module) => { await Promise.all([needs(module.styles), module.firstWords || speakMore()]); if (live) { setShown({ path, Page: module.default,
        params }); setProblem(null); } })
      .catch(() => live && setProblem({ code: 'offline' }))
      .finally(end);
    return () => { live = false; };
  }, [path, barred, turn]);
  // Ears and keyboard go on from the new page, not from the link that is gone. The first page begins at its top.
  const first = useRef(true);
  useEffect(() => {
    if (!shown.path) return;
    if (!first.current &&
      document.activeElement === document.body) document.getElementById('main').focus({ preventScroll: true });
    first.current = false;
  }, [shown.path]);

  const ready = shown.path === path && shown.Page;
  // Drawn anew in the other language: what the server wrote in words must be asked for again.
  const key = `${path} ${language.value} ${me.value?.id ?? ''}`;
  return html`<${Shell}>
    <${OfflineNote} />
    ${problem ? html`<${Broken} problem=${problem} retry=${() => { setProblem(null); setTurn(turn + 1); }} />`
      : ready ? html`<${Guarded} key=${key} Page=${shown.Page} params=${shown.params} />`
      : html`<${Waiting} rows=${4} tall />`}
  <//>`;
}

/** A page; a fault in it must not take the frame with it. */
function Guarded({ Page, params }) {
  const [fault, again] = useErrorBoundary((error) => console.error(error));
  return fault ? html`<${Broken} problem=${{ code: 'broken' }} retry=${again} />` : html`<${Page} ...${params} />`;
}

function OfflineNote() {
  const [offline, setOffline] = useState(!navigator.onLine);
  useEffect(() => {
    const look = () => setOffline(!navigator.onLine);
    addEventListener('online', look);
    addEventListener('offline', look);
    return () => { removeEventListener('online', look); removeEventListener('offline', look); };
  }, []);
  return offline && html`<p class="offline" role="status">${t('common.offline')}</p>`;
}

/** Set on a device where somebody was signed in when it was last opened. */
const CAME_IN = 'backlot.came-in';

/** Whoever came in the last time will again: the page is on its way while the server says who is asking. */
function fetchAhead() {
  if (localStorage.getItem(CAME_IN)) match(place.value.path).load().then((page) => needs(page.styles), () => {});
}

async function start() {
  const root = document.getElementById('app');
  begin();
  fetchAhead();
  await speak(chosenLanguage() ?? guessLanguage());
  try {
    const [found] = await Promise.all([api.cluster(), recall()]);
    cluster.value = found;
    if (me.value) localStorage.setItem(CAME_IN, 'yes'); else localStorage.removeItem(CAME_IN);
    setClock(found.time_zone, found.now);
    listen();
    render(html`<${App} />`, root);
  } catch (problem) {
    render(html`<main class="bare"><h1>Backlot</h1><${ProblemNote} problem=${problem}
      retry=${() => location.reload()} /></main>`, root);
  }
  end();
  whenLoaded(watchTheNetwork);
}

// Says so when a page cannot be fetched. It comes after everything that a first look needs, and where it cannot be
// had, as on an address without a certificate, the browser says so itself.
const watchTheNetwork = () => navigator.serviceWorker?.register('/worker.js').catch(() => {});

function whenLoaded(action) {
  if (document.readyState === 'complete') setTimeout(action);
  else addEventListener('load', () => setTimeout(action), { once: true });
}

start();
