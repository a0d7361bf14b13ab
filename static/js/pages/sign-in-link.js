// The link of a sign-in letter. It asks for a tap: mail scanners open links, and a link works once.
import { html, useWrite } from '../dom.js';
import { api } from '../api.js';
import { place } from '../router.js';
import { nameOf, t } from '../t.js';
import { cluster } from '../session.js';
import { Button } from '../parts/button.js';
import { Head } from '../parts/shell.js';
import { ProblemNote } from '../parts/note.js';
import { enter } from './sign-in.js';

export default function SignInLink() {
  const token = place.value.query.get('token');
  const next = place.value.query.get('next');
  const write = useWrite();
  const use = () => write.run(async () => { await enter(await api.signIn({ token }), next); });
  return html`<div class="door"><section class="door-main">
    <${Head} title=${t('link.title')} />
    <p class="soft">${token ? t('link.about', { cluster: nameOf(cluster.value) }) : t('link.broken')}</p>
    <${ProblemNote} problem=${write.problem} />
    ${token && !write.problem && html`<${Button} look="main" busy=${write.busy} busyText=${t('sign_in.entering')}
      onClick=${use}>${t('sign_in.enter')}<//>`}
    ${(!token || write.problem) && html`<a class="btn btn-main" href="/sign-in">${t('link.again')}</a>`}
  </section></div>`;
}
