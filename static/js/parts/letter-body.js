// Shows a letter's HTML without trusting it: known elements and looks only, no script, no outside picture.
// It is built node by node in a shadow tree, so the page's strict content policy stays as it is.
import { html, useEffect, useRef } from '../dom.js';

const KNOWN = new Set('A ABBR B BLOCKQUOTE BR CENTER CODE DIV EM FONT H1 H2 H3 H4 HR I LI OL P PRE SMALL SPAN STRONG SUB SUP TABLE TBODY TD TFOOT TH THEAD TR U UL'.split(' '));
const SKIPPED = new Set('SCRIPT STYLE HEAD TITLE META LINK IFRAME OBJECT EMBED FORM INPUT BUTTON SVG MATH TEMPLATE NOSCRIPT'.split(' '));
const ATTRIBUTES = ['align', 'valign', 'width', 'cellpadding', 'cellspacing', 'border', 'role', 'lang', 'dir',
  'colspan', 'rowspan'];

/** @param {{source: string, label: string}} props */
export function LetterBody({ source, label }) {
  const host = useRef(null);
  useEffect(() => {
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: 'open' });
    const read = new DOMParser().parseFromString(tame(source), 'text/html');
    const page = document.createElement('div');
    page.style.cssText = read.body.dataset.look ?? '';
    page.style.colorScheme = 'light';
    page.append(...copied(read.body));
    root.replaceChildren(page);
  }, [source]);
  return html`<div class="letter-html" role="document" aria-label=${label} ref=${host}></div>`;
}

// The content policy also judges what a parser reads, so looks travel under another name until they are set by hand.
const tame = (source) => source.replace(/<style[\s\S]*?<\/style\s*>/gi, '').replace(/(<[a-z][^>]*?\s)style(\s*=)/gi,
  '$1data-look$2');

function copied(parent) {
  const nodes = [];
  for (const node of parent.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) nodes.push(document.createTextNode(node.data));
    if (node.nodeType !== Node.ELEMENT_NODE || SKIPPED.has(node.tagName.toUpperCase())) continue;
    if (KNOWN.has(node.tagName)) nodes.push(element(node));
    else nodes.push(...copied(node)); // an unknown wrapper goes, its words stay
  }
  return nodes;
}

function element(node) {
  const copy = document.createElement(node.tagName);
  for (const name of ATTRIBUTES) if (node.hasAttribute(name)) copy.setAttribute(name, node.getAttribute(name));
  const look = node.dataset.look;
  if (look && !/url\(|expression|position\s*:\s*fixed/i.test(look)) copy.style.cssText = look;
  if (node.tagName === 'A') link(node, copy);
  copy.append(...copied(node));
  return copy;
}

function link(node, copy) {
  const target = node.getAttribute('href') ?? '';
  if (!/^(https?:|mailto:|\/)/i.test(target)) return;
  copy.href = target;
  copy.target = '_blank';
  copy.rel = 'noopener noreferrer';
}
