// A label, its control, its hint and its error, tied together for eyes and ears.
import { html, useId } from '../dom.js';
import { t } from '../t.js';

/** The server's message for a field, if its problem names it. */
export const errorOf = (problem, name) => problem?.errors?.find((one) => one.field === name ||
  one.field?.split('.').at(-1) === name)?.message;

/**
 * @param {{label: string, name: string, problem?: any, hint?: string, as?: string, children?: any, optional?: boolean}} props
 *   `problem` is the last answer; the error of this field is taken out of it
 */
export function Field({ label, name, problem, hint, as = 'input', children, optional, ...rest }) {
  const id = useId();
  const error = errorOf(problem, name);
  const Control = as;
  const told = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined;
  return html`<div class="field">
    <label for=${id}>${label}${optional && html` <span class="field-optional">${t('form.optional')}</span>`}</label>
    <${Control} id=${id} name=${name} aria-invalid=${error ? 'true' : undefined} aria-describedby=${told}
      ...${rest}>${children}<//>
    ${hint && html`<p class="field-hint" id=${`${id}-hint`}>${hint}</p>`}
    ${error && html`<p class="field-error" id=${`${id}-error`}>${error}</p>`}
  </div>`;
}

/** @param {{label: string, options: [string, string][], value?: string, [more: string]: any}} props */
export const Select = ({ options, value, ...rest }) => html`<${Field} as="select" value=${value} ...${rest}>
  ${options.map(([key, text]) => html`<option key=${key} value=${key} selected=${key === value}>${text}</option>`)}
<//>`;

export function Check({ label, hint, ...rest }) {
  const id = useId();
  return html`<div class="check"><input type="checkbox" id=${id} ...${rest} /><label
    for=${id}>${label}${hint && html`<span class="field-hint">${hint}</span>`}</label></div>`;
}

/**
 * Reads a form into an object; names are the API's names.
 * @param {any} event its submission
 * @returns {Record<string, any>}
 */
export function readForm(event) {
  event.preventDefault();
  return Object.fromEntries(new FormData(event.currentTarget));
}
