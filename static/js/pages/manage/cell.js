// One value of a table that is changed where it stands: press it, type, Enter; Escape or leaving it puts it back.
import { html, useEffect, useRef, useState, useWrite } from '../../dom.js';
import { t } from '../../t.js';
import { errorOf } from '../../parts/field.js';
import { sentence } from '../../parts/note.js';

/**
 * @param {{label: string, field: string, text: string, value: string, options?: [string, string][], type?: string,
 *   placeholder?: string, soft?: boolean, onSave: (value: string) => Promise<any>}} props
 *   `text` is what is read, `value` what is typed; `onSave` stores it and gives the listing as it is then
 */
export function Cell({ label, field, text, value, options, type = 'text', placeholder, soft, onSave }) {
  const [open, setOpen] = useState(false);
  const back = useRef(null);
  const write = useWrite();
  const close = () => { setOpen(false); write.clear(); requestAnimationFrame(() => back.current?.focus()); };
  const save = async (typed) => {
    if (typed === value) close();
    else if (await write.run(() => onSave(typed))) close();
  };
  if (!open) return html`<button type="button" class="cell" ref=${back} aria-label=${`${label}: ${text}`}
    data-soft=${soft ? '' : undefined} onClick=${() => setOpen(true)}>${text}</button>`;
  const problem = write.problem && (errorOf(write.problem, field) ?? sentence(write.problem));
  const rest = { label, busy: write.busy, problem, onSave: save, onClose: close };
  return options ? html`<${Choose} value=${value} options=${options} ...${rest} />`
    : html`<${Type} value=${value} type=${type} placeholder=${placeholder} ...${rest} />`;
}

/** Puts the eye and the keys where one writes. */
function useFocus() {
  const box = useRef(null);
  useEffect(() => { box.current.focus(); box.current.select?.(); }, []);
  return box;
}

function Type({ label, value, type, placeholder, busy, problem, onSave, onClose }) {
  const box = useFocus();
  const [typed, setTyped] = useState(value);
  const keys = (event) => {
    if (event.key === 'Enter') { event.preventDefault(); onSave(typed.trim()); }
    if (event.key === 'Escape') { event.stopPropagation(); onClose(); }
  };
  return html`<div class="cell-open"><input ref=${box} aria-label=${label} value=${typed} type=${type} min="0"
    placeholder=${placeholder} onInput=${(event) => setTyped(event.target.value)} readonly=${busy} aria-busy=${busy ? 'true' : undefined} onKeyDown=${keys}
    aria-invalid=${problem ? 'true' : undefined} onBlur=${() => !busy && !problem && onClose()} />
    <small class=${problem ? 'bad' : 'soft'} role=${problem ? 'alert' : undefined}>${problem ??
      t(busy ? 'common.saving' : 'manage.cell_keys')}</small></div>`;
}

function Choose({ label, value, options, busy, problem, onSave, onClose }) {
  const box = useFocus();
  return html`<div class="cell-open"><select ref=${box} aria-label=${label} value=${value} disabled=${busy}
    onChange=${(event) => onSave(event.target.value)} onBlur=${() => !busy && !problem && onClose()}
    onKeyDown=${(event) => event.key === 'Escape' && onClose()}>
    ${options.map(([key, words]) => html`<option key=${key} value=${key} selected=${key === value}>${words}</option>`)}
    </select>${problem && html`<small class="bad" role="alert">${problem}</small>`}</div>`;
}
