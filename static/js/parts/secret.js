// A secret shown once, with a button to copy it.
import { html } from '../dom.js';
import { t } from '../t.js';
import { toast } from '../toast.js';
import { Button } from './button.js';
import { Note } from './note.js';

/** Shown once: the server keeps only a hash. @param {{label: string, text: string}} props */
export function Secret({ label, text }) {
  const copy = () => navigator.clipboard?.writeText(text).then(() => toast(t('common.copied'),
    { tone: 'good' })).catch(() => {});
  return html`<${Note} tone="good" icon="key"><p>${label}</p>
    <p class="secret"><code tabindex="0">${text}</code>
    ${navigator.clipboard && html`<${Button} icon="copy" onClick=${copy}>${t('common.copy')}<//>`}</p><//>`;
}
