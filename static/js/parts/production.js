// For which drama: one of the company's own, chosen once and kept in the draft; or a new one.
import { html, useEffect, useLoad, useState } from '../dom.js';
import { api } from '../api.js';
import { me } from '../session.js';
import { basket, setOrder } from '../basket.js';
import { t } from '../t.js';
import { Button } from './button.js';
import { Select } from './field.js';
import { Later } from './later.js';

const loadSheet = () => import('./production-sheet.js');
const NEW = 'new';

/** The company's productions; the draft's choice is one of them or none. @param {(id: string) => void} [onChange] */
function useProductions(onChange) {
  const found = useLoad((signal) => api.productions(signal), []);
  const mine = (found.value ?? []).filter((one) => !one.company || one.company.id === me.value.company.id);
  const { production } = basket.value;
  const chosen = mine.some((one) => one.id === production) ? production : '';
  const choose = (id) => { setOrder({ production: id }); onChange?.(id); };
  useEffect(() => {
    if (!found.value || chosen) return;
    if (mine.length === 1) choose(mine[0].id); // one production is no choice
    else if (production) choose('');
  }, [found.value]);
  const made = (one) => { found.set([...(found.value ?? []), one]); choose(one.id); };
  const none = t(found.loading && !found.value ? 'common.loading' : 'basket.choose_production');
  return { chosen, choose, made, options: [['', none], ...mine.map((one) => [one.id, one.title])] };
}

/** A field of the order. @param {{problem?: any}} props */
export function ProductionField({ problem }) {
  const [open, setOpen] = useState(false);
  const { chosen, choose, made, options } = useProductions();
  return html`<div class="production">
    <${Select} label=${t('basket.production')} name="production" value=${chosen} problem=${problem}
      onChange=${(event) => choose(event.target.value)} options=${options} />
    <${Button} look="quiet" icon="plus" onClick=${() => setOpen(true)}>${t('production.new')}<//>
    ${open && html`<${Later} load=${loadSheet} onMade=${(one) => { setOpen(false); made(one); }}
      onClose=${() => setOpen(false)} />`}</div>`;
}

/** The same beside the window, above what is looked for. @param {{onChange: (id: string) => void}} props */
export function ProductionChoice({ onChange }) {
  const [open, setOpen] = useState(false);
  const { chosen, choose, made, options } = useProductions(onChange);
  const take = (event) => {
    if (event.target.value !== NEW) { choose(event.target.value); return; }
    event.target.value = chosen;
    setOpen(true);
  };
  return html`<div class="choice">
    <${Select} label=${t('basket.production')} name="production" value=${chosen} onChange=${take}
      options=${[...options, [NEW, t('production.new')]]} />
    ${open && html`<${Later} load=${loadSheet} onMade=${(one) => { setOpen(false); made(one); }}
      onClose=${() => setOpen(false)} />`}</div>`;
}
