// Narrowing a list one has as a whole by typing; the words stand in the address, so that a jump can bring them.
import { html } from '../../dom.js';
import { place, replaceQuery } from '../../router.js';

/** What is typed, in lower case. */
export const typed = () => (place.value.query.get('q') ?? '').trim().toLowerCase();

/** Whether any of these words hold what is typed. */
export const fits = (...words) => words.join('\n').toLowerCase().includes(typed());

/** @param {{label: string}} props */
export const Narrow = ({ label }) => html`<input type="search" class="narrow" aria-label=${label} placeholder=${label}
  value=${place.value.query.get('q') ?? ''} onInput=${(event) => replaceQuery({ q: event.target.value })} />`;
