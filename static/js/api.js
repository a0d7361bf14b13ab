// The one door to the server: addresses, headers, problems. Nothing else in the pages calls fetch.
import { language } from './t.js';

const BASE = '/api/v1';
const LINES = 'application/x-ndjson';

/** A refusal or failure, always with a sentence a person can read. */
export class Problem extends Error {
  /** @param {number} status @param {any} body problem+json, or what stands for it */
  constructor(status, body) {
    super(body.detail || body.title || body.code);
    this.status = status;
    this.code = body.code;
    this.title = body.title;
    this.detail = body.detail;
    this.errors = body.errors ?? [];
    this.refusals = body.refusals ?? [];
    this.repairs = body.repairs ?? [];
    this.bookings = body.bookings ?? [];
    this.dates = body.dates ?? [];
  }
}

let onSignedOut = () => {};
/** Called when the server no longer knows who is asking. */
export function whenSignedOut(action) { onSignedOut = action; }

/** A key for one intended write: sending it twice is done once. Works without a secure context, as on a LAN address. */
export function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * @param {string} method @param {string} path
 * @param {{body?: any, form?: FormData, query?: Record<string, any>, signal?: AbortSignal, version?: number, key?: string,
 *   keepalive?: boolean, asFile?: boolean, onProgress?: (far: {done: number, of: number}) => void}} more
 */
async function ask(method, path, { body, form, query, signal, version, key, keepalive, asFile, onProgress } = {}) {
  const headers = { 'Accept': onProgress ? LINES : 'application/json', 'Accept-Language': language.value };
  // A form says by itself where its parts end.
  if (method !== 'GET' && !form) headers['Content-Type'] = 'application/json';
  if (version !== undefined) headers['If-Match'] = `"${version}"`;
  if (key) headers['Idempotency-Key'] = key;
  const options = { method, headers, signal, keepalive, body: form ?? (body === undefined ? undefined : JSON.stringify(body)) };
  let response;
  try {
    response = await fetch(BASE + path + asQuery(query), options);
  } catch (failure) {
    if (failure.name === 'AbortError') throw failure;
    throw new Problem(0, { code: 'offline' });
  }
  if (response.status === 204) return null;
  if (asFile && response.ok) return response.blob();
  if (onProgress && response.headers.get('Content-Type') === LINES) return lastLine(response, onProgress);
  const answer = await response.json().catch(() => null);
  if (response.ok) return answer;
  const problem = new Problem(response.status, answer ?? { code: 'internal' });
  if (response.status === 401 && problem.code === 'not_signed_in') onSignedOut();
  throw problem;
}

/** An answer that tells how far it is, line by line; the last is what was asked for. */
async function lastLine(response, onProgress) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read().catch(() => ({ done: true, value: '' }));
    if (done) throw new Problem(0, { code: 'offline' });
    text += value;
    if (!value.includes('\n')) continue;
    const lines = text.split('\n');
    text = lines.pop();
    for (const line of lines.map((one) => JSON.parse(one))) {
      if (line.problem) throw new Problem(line.problem.status, line.problem);
      if (line.answer) return line.answer;
      onProgress(line);
    }
  }
}

function asQuery(query) {
  const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return pairs.length ? '?' + new URLSearchParams(pairs) : '';
}

const get = (path, query, signal) => ask('GET', path, { query, signal });
const post = (path, body, more) => ask('POST', path, { body: body ?? {}, ...more });
const patch = (path, body, more) => ask('PATCH', path, { body, ...more });
const put = (path, body) => ask('PUT', path, { body });
const remove = (path) => ask('DELETE', path);
const id = encodeURIComponent;

/** A file, with what is asked for beside it, if anything is. */
function upload(path, file, options, more) {
  const form = new FormData();
  if (options) form.set('options', JSON.stringify(options));
  form.set('file', file);
  return ask('POST', path, { form, ...more });
}

/** Walks the pages of a short list (companies, sites): bounded, because a form wants them all. */
async function all(path, query, signal) {
  const items = [];
  let cursor;
  for (let page = 0; page < 20; page += 1) {
    const answer = await get(path, { limit: 200, ...query, cursor }, signal);
    items.push(...answer.items);
    cursor = answer.next_cursor;
    if (!cursor) break;
  }
  return items;
}

export const api = {
  cluster: () => get('/cluster'),

  askForLetter: (email, next) => post('/sign-in', { email, next }),
  signIn: (proof) => post('/sessions', proof),
  signOut: () => remove('/sessions/current'),
  acceptInvitation: (body) => post('/invitations/acceptance', body),
  demoMembers: (signal) => get('/demo/members', {}, signal),
  enterAs: (member) => post('/demo/sessions', { member }),
  demoLetters: (query, signal) => get('/demo/letters', query, signal),
  demoLetter: (letter, signal) => get(`/demo/letters/${id(letter)}`, {}, signal),

  me: () => get('/me'),
  changeMe: (body) => patch('/me', body),
  tokens: (signal) => all('/me/tokens', {}, signal),
  makeToken: (name) => post('/me/tokens', { name }),
  revokeToken: (token) => remove(`/me/tokens/${id(token)}`),
  feeds: (signal) => all('/feeds', {}, signal),
  makeFeed: (body) => post('/feeds', body),
  revokeFeed: (feed) => remove(`/feeds/${id(feed)}`),

  companies: (signal) => all('/companies', {}, signal),
  addCompany: (body) => post('/companies', body),
  changeCompany: (company, body) => patch(`/companies/${id(company)}`, body),
  companyLimits: (company, signal) => get(`/companies/${id(company)}/limits`, {}, signal),
  setCompanyLimits: (company, body) => patch(`/companies/${id(company)}/limits`, body),
  horizons: (signal) => get('/horizons', {}, signal),
  setHorizons: (body) => put('/horizons', body),
  members: (signal) => all('/members', {}, signal),
  changeMember: (member, body) => patch(`/members/${id(member)}`, body),
  invitations: (signal) => all('/invitations', {}, signal),
  invite: (body) => post('/invitations', body),
  withdrawInvitation: (invitation) => remove(`/invitations/${id(invitation)}`),
  sites: (signal) => all('/sites', {}, signal),
  addSite: (body) => post('/sites', body),
  changeSite: (site, version, body) => patch(`/sites/${id(site)}`, body, { version }),

  listings: (query, signal) => get('/listings', query, signal),
  facets: (query, signal) => get('/listings/facets', query, signal),
  listing: (listing, signal) => get(`/listings/${id(listing)}`, {}, signal),
  addListing: (body) => post('/listings', body),
  changeListing: (listing, version, body) => patch(`/listings/${id(listing)}`, body, { version }),
  publish: (listing) => post(`/listings/${id(listing)}/publication`),
  retire: (listing) => post(`/listings/${id(listing)}/retirement`),
  previewListingChanges: (body) => post('/listing-changes/preview', body),
  changeListings: (body, key) => post('/listing-changes', body, { key }),
  listingHistory: (listing, query, signal) => get(`/listings/${id(listing)}/history`, query, signal),
  copyListing: (listing, code) => post(`/listings/${id(listing)}/copy`, { code }),
  parts: (listing, signal) => get(`/listings/${id(listing)}/parts`, {}, signal),
  setParts: (listing, version, parts) => ask('PUT', `/listings/${id(listing)}/parts`, { body: { parts }, version }),
  units: (listing, signal) => all(`/listings/${id(listing)}/units`, {}, signal),
  addUnits: (listing, body) => post(`/listings/${id(listing)}/units`, body),
  unit: (unit, signal) => get(`/units/${id(unit)}`, {}, signal),
  changeUnit: (unit, body) => patch(`/units/${id(unit)}`, body),
  removeUnit: (unit, gone) => remove(`/units/${id(unit)}${gone ? '?gone=true' : ''}`),
  takeUnitOut: (unit, body) => post(`/units/${id(unit)}/outage`, body),
  bringUnitBack: (unit) => remove(`/units/${id(unit)}/outage`),
  photos: (listing, signal) => get(`/listings/${id(listing)}/photos`, {}, signal),
  addPhoto: (listing, file) => upload(`/listings/${id(listing)}/photos`, file, null),
  changePhoto: (photo, body) => patch(`/photos/${id(photo)}`, body),
  removePhoto: (photo) => remove(`/photos/${id(photo)}`),
  previewPhotos: (file) => upload('/imports/photos/preview', file, null),
  importPhotos: (file) => upload('/imports/photos', file, null),
  labels: (query, signal) => all('/labels', query, signal),
  previewImport: (file, options, onProgress) => upload('/imports/preview', file, options, { onProgress }),
  importListings: (file, options, onProgress) => upload('/imports', file, options, { onProgress }),
  refusedRows: (file, options) => upload('/imports/refused-rows', file, options, { asFile: true }),
  closures: (query, signal) => all('/closures', query, signal),
  addClosure: (body) => post('/closures', body),
  effects: (effect, signal) => post('/effects', effect, { signal }),
  askToMove: (body) => post('/effects/letters', body),
  moveRequest: (booking, signal) => get(`/bookings/${id(booking)}/move-request`, {}, signal),
  removeClosure: (closure, scope) => remove(`/closures/${id(closure)}?scope=${scope}`),
  availability: (listing, from, to, signal) => get(`/listings/${id(listing)}/availability`, { from, to }, signal),
  availabilityOfMany: (query, signal) => get('/availability', query, signal),

  demand: (query, signal) => get('/demand', query, signal),
  wishes: (query, signal) => get('/demand/wishes', query, signal),

  board: (query, signal) => get('/board', query, signal),

  productions: (signal) => all('/productions', {}, signal),
  addProduction: (body) => post('/productions', body),
  quote: (body, signal) => ask('POST', '/quotes', { body, signal }),
  openings: (body, signal) => ask('POST', '/openings', { body, signal }),
  book: (body, key) => post('/bookings', body, { key }),
  bookings: (query, signal) => get('/bookings', query, signal),
  bookingsBetween: (query, signal) => all('/bookings', query, signal),
  booking: (booking, signal) => get(`/bookings/${id(booking)}`, {}, signal),
  history: (booking, signal) => get(`/bookings/${id(booking)}/history`, {}, signal),
  bookingLetters: (booking, signal) => get(`/bookings/${id(booking)}/letters`, {}, signal),
  changeBooking: (booking, version, body, key) => patch(`/bookings/${id(booking)}`, body, { version, key }),
  cancel: (booking, reason, key, scope = 'one') => post(`/bookings/${id(booking)}/cancellation`,
    { ...(reason && { reason }), ...(scope !== 'one' && { scope }) }, { key }),
  series: (series, signal) => get(`/series/${id(series)}`, {}, signal),
  extension: (booking, body, signal) => ask('POST', `/bookings/${id(booking)}/extension`,
    { body: { ...body, dry_run: true }, signal }),
  extend: (booking, body, key) => post(`/bookings/${id(booking)}/extension`, body, { key }),
  foreseeOverrun: (booking, body, signal) => ask('POST', `/bookings/${id(booking)}/overrun`,
    { body: { ...body, dry_run: true }, signal }),
  runLate: (booking, body, key) => post(`/bookings/${id(booking)}/overrun`, body, { key }),
  delays: (booking, signal) => get(`/bookings/${id(booking)}/delays`, {}, signal),
  handOver: (booking, production, key) => post(`/bookings/${id(booking)}/handover`, { production }, { key }),
  letGo: (booking, lines, key) => post(`/bookings/${id(booking)}/cancellation`, { lines }, { key }),
  confirm: (booking, body, key) => post(`/bookings/${id(booking)}/confirmation`, body, { key }),
  challenge: (booking, key) => post(`/bookings/${id(booking)}/challenge`, {}, { key }),
  decide: (booking, body, key, keepalive) => post(`/bookings/${id(booking)}/decision`, body, { key, keepalive }),

  letters: (query, signal) => get('/letters', query, signal),
  resend: (letter) => post(`/letters/${id(letter)}/resending`),
};
