// For those who keep the listing: another one like it, as a draft.
import { html, useWrite } from '../../dom.js';
import { api } from '../../api.js';
import { go } from '../../router.js';
import { t } from '../../t.js';
import { toast } from '../../toast.js';
import { Button } from '../../parts/button.js';
import { Field, readForm } from '../../parts/field.js';
import { ProblemNote } from '../../parts/note.js';
import { Sheet } from '../../parts/sheet.js';

/** The code after this one: SC-MOD-007 makes SC-MOD-008. */
function next(code) {
  const digits = /\d+$/.exec(code)?.[0] ?? '';
  if (!digits) return `${code}-2`;
  return code.slice(0, -digits.length) + String(Number(digits) + 1).padStart(digits.length, '0');
}

/** @param {{listing: any, onClose: () => void}} props */
export function Copy({ listing, onClose }) {
  const write = useWrite();
  const copy = (event) => {
    const { code } = readForm(event);
    write.run(async () => {
      const made = await api.copyListing(listing.id, code.trim());
      toast(t('manage.drafted'), { tone: 'good' });
      onClose();
      go(`/listings/${made.id}`);
    });
  };
  return html`<${Sheet} title=${t('copy.title')} onClose=${onClose}><form class="stack" onSubmit=${copy}>
    <p class="soft">${t('copy.what')}</p>
    <${Field} label=${t('listing.code')} name="code" required maxlength="40" value=${next(listing.code)}
      problem=${write.problem} hint=${t('listing_form.code_hint')} />
    <${ProblemNote} problem=${write.problem} />
    <${Button} look="main" type="submit" icon="copy" busy=${write.busy}>${t('copy.make')}<//></form><//>`;
}
