// Icons as inline SVG strokes on a 24 grid. Always beside words or with a label on the control.
import { html } from '../dom.js';

const PATHS = {
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM20 20l-4-4',
  basket: 'M4 9h16l-1.500 10a1 1 0 0 1-1 .900H6.500a1 1 0 0 1-1-.900zM8.500 9 11 4M15.500 9 13 4M9.500 13v3.500M14.500 13v3.500',
  bookings: 'M5 6h14v14H5zM5 10.500h14M9 3.500V7M15 3.500V7M9 15l2 2 4-4',
  approvals: 'M12 3.500l7 3v5c0 4.500-3 7.500-7 9-4-1.500-7-4.500-7-9v-5zM9 12l2.200 2.200L15.200 10',
  board: 'M4 5h16v14H4zM4 9.500h16M9 5v14M11 12.500h5M12.500 16h5',
  letters: 'M4 6h16v12.500H4zM4 7l8 6.500L20 7',
  manage: 'M4 20V9l5-4v15M9 20h11V10L9 8M13 13h3M13 16.500h3',
  settings: 'M12 12.500a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20.500c.6-3.600 3.600-5.500 7.500-5.500s6.900 1.900 7.500 5.500',
  language: 'M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17zM3.500 12h17M12 3.500c3 2.700 3.500 5.700 3.500 8.500s-.5 5.800-3.500 8.500c-3-2.700-3.500-5.700-3.500-8.500s.5-5.800 3.500-8.500z',
  calendar: 'M5 6h14v14H5zM5 10.500h14M9 3.500V7M15 3.500V7',
  clock: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4.500l3 1.800',
  place: 'M12 21c4-4.600 6.500-8 6.500-11a6.500 6.500 0 1 0-13 0c0 3 2.500 6.400 6.500 11zM12 12.300a2.300 2.300 0 1 0 0-4.600 2.300 2.300 0 0 0 0 4.600z',
  plus: 'M12 5v14M5 12h14', minus: 'M5 12h14', check: 'M5 12.500l4.500 4.500L19 7.500', close: 'M6 6l12 12M18 6 6 18',
  left: 'M14.500 5.500 8 12l6.500 6.500', right: 'M9.500 5.500 16 12l-6.500 6.500', down: 'M5.500 9.500 12 16l6.500-6.500',
  up: 'M5.500 14.500 12 8l6.500 6.500', kit: 'M12 3.500 20 8v8l-8 4.500L4 16V8zM4 8l8 4.500L20 8M12 12.500v8',
  trash: 'M5 7h14M10 4h4M7 7l.8 12.500h8.400L17 7M10.500 11v5M13.500 11v5',
  filter: 'M4 7h16M7 12h10M10 17h4', list: 'M4.500 7h.2M4.500 12h.2M4.500 17h.2M9 7h11M9 12h11M9 17h11',
  warning: 'M12 4 21 19.500H3zM12 10v4.500M12 17v.2',
  info: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 11v5M12 8v.2',
  closed: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM6.500 6.500l11 11',
  wait: 'M7 4h10M7 20h10M8 4c0 4.500 2.500 6 4 8 1.500-2 4-3.500 4-8M8 20c0-4.500 2.500-6 4-8 1.500 2 4 3.500 4 8',
  undo: 'M8 6 4 10l4 4M4 10h9.500a5.500 5.500 0 0 1 0 11H9',
  out: 'M14 4h5v16h-5M10 8l-4 4 4 4M6 12h9',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1', edit: 'M5 19h3.500L19 8.500 15.500 5 5 15.500z',
  send: 'M4 12 20 5l-6 15-3-6.500zM11 13.500 20 5',
  cloud: 'M4 4l16 16M9 8a5 5 0 0 1 7.800 2.600A4 4 0 0 1 19 17.500M15 18H7.500a4 4 0 0 1-.7-7.900',
  company: 'M5 20V5h9v15M14 10h5v10M8 9h3M8 12.500h3M8 16h3M3 20h18',
  people: 'M9 11.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM3 20c.4-3.500 2.700-5.500 6-5.500s5.600 2 6 5.500M16 5a3.300 3.300 0 0 1 0 6.300M17.500 15c2 .6 3.200 2.300 3.500 5',
  photo: 'M4 6h4l1.500-2h5L16 6h4v13H4zM12 16a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7z',
  print: 'M7 9V4h10v5M6 17H4v-8h16v8h-2M7 14h10v6.500H7z',
  swap: 'M7 4 3.500 7.500 7 11M3.500 7.500H17M17 13l3.500 3.500L17 20M20.500 16.500H7',
  key: 'M8 15.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM11.500 12H21v3M17 12v2.500',
  link: 'M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.700-5.700l-1 1M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.700 5.700l1-1',
};

/** @param {{name: keyof typeof PATHS, size?: number}} props */
export function Icon({ name, size = 20 }) {
  return html`<svg class="icon" width=${size} height=${size} viewBox="0 0 24 24" aria-hidden="true"
    focusable="false"><path d=${PATHS[name]} /></svg>`;
}

/** The clapperboard that signs the product. */
export const Mark = () => html`<svg class="mark" width="30" height="30" viewBox="0 0 32 32" aria-hidden="true"
  focusable="false">
  <rect class="mark-ground" width="32" height="32" rx="8" />
  <path class="mark-board" d="M7 13h18v11a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1zM6.600 11.200 23.800 6.600l.8 3L7.400 14.200z" />
  <path class="mark-line" d="m11 10 2.600 2.200M16.500 8.500l2.600 2.200M11 19.200l3 3 6.500-5.700" /></svg>`;
