// The sheet in which the window is chosen; fetched when it is first opened.
import { html, useState } from '../dom.js';
import { t } from '../t.js';
import { Button } from './button.js';
import { Sheet } from './sheet.js';
import { SpanInput, suggestion, wallMinutes } from './span-input.js';

export const styles = ['order'];

/** @param {{window: any, onTake: (window: any) => void, onClose: () => void}} props */
export default function WindowSheet({ window, onTake, onClose }) {
  const [span, setSpan] = useState(window ?? suggestion());
  const foot = html`${window && html`<${Button} look="quiet" onClick=${() => onTake(null)}>${t('window.clear')}<//>`}
    <${Button} look="main" disabled=${!(wallMinutes(span) > 0)} onClick=${() => onTake(span)}>${t('window.take')}<//>`;
  return html`<${Sheet} title=${t('window.title')} onClose=${onClose} foot=${foot}>
    <p class="soft">${t('window.why')}</p>
    <${SpanInput} value=${span} onChange=${setSpan} quick />
  <//>`;
}
