// Accepting an invitation: a name, a language, and in.
import { html, useWrite } from '../dom.js';
import { api } from '../api.js';
import { place } from '../router.js';
import { language, nameOf, t } from '../t.js';
import { cluster } from '../session.js';
import { Button } from '../parts/button.js';
import { Field, readForm } from '../parts/field.js';
import { Head } from '../parts/shell.js';
import { ProblemNote } from '../parts/note.js';
import { enter } from './sign-in.js';

export default function Invitation() {
  const token = place.value.query.get('token');
  const write = useWrite();
  const accept = (event) => {
    const { name } = readForm(event);
    write.run(async () => { await enter(await api.acceptInvitation({ token, name: name || undefined,
      language: language.value }), '/'); });
  };
  return html`<div class="door"><section class="door-main">
    <${Head} title=${t('invitation.title')} />
    <p class="soft">${token ? t('invitation.about', { cluster: nameOf(cluster.value) }) : t('link.broken')}</p>
    ${token ? html`<form class="stack" onSubmit=${accept}>
      <${Field} label=${t('form.your_name')} name="name" autocomplete="name" problem=${write.problem}
        hint=${t('invitation.name_hint')} optional />
      <${ProblemNote} problem=${write.problem} />
      <${Button} look="main" type="submit" busy=${write.busy}>${t('invitation.accept')}<//>
    </form>` : html`<a class="btn btn-main" href="/sign-in">${t('sign_in.title')}</a>`}
  </section></div>`;
}
