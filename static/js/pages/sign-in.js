// Sign in: e-mail, then the code from the letter; or a password; in a demo one tap per named member.
import { html, useLoad, useState, useWrite } from '../dom.js';
import { api } from '../api.js';
import { go, place, safePath } from '../router.js';
import { becomes, cluster, me } from '../session.js';
import { language, nameOf, t } from '../t.js';
import { Button } from '../parts/button.js';
import { Field, readForm } from '../parts/field.js';
import { Head } from '../parts/shell.js';
import { Icon } from '../parts/icon.js';
import { Loaded, Note, ProblemNote } from '../parts/note.js';
import { roleName } from '../parts/chip.js';

/** Says all it has to say with the first words. */
export const firstWords = true;

/** Takes the new session and goes on to where somebody wanted to be. */
export async function enter(member, next) {
  await becomes(member);
  go(safePath(next), { replace: true });
}

export default function SignIn() {
  const next = place.value.query.get('next');
  const demo = cluster.value.demo;
  return html`<div class="door" data-demo=${demo ? '' : undefined}>
    <section class="door-main">
      <${Head} title=${t('sign_in.title')} />
      <p class="soft">${t('sign_in.welcome', { cluster: nameOf(cluster.value) })}</p>
      ${me.value ? html`<${Already} next=${next} />` : html`<${Proof} next=${next} />`}
    </section>
    ${demo && html`<${Demo} next=${next} />`}
  </div>`;
}

const Already = ({ next }) => html`<${Note}>${t('sign_in.already', { name: me.value.name })} <a
  href=${safePath(next)}>${t('sign_in.go_on')}</a><//>`;

function Proof({ next }) {
  const [email, setEmail] = useState('');
  const [way, setWay] = useState('email'); // email → code, or password
  const write = useWrite();
  // The other way in begins with the same address.
  const keep = (event) => setEmail(event.target.value);
  const change = (to) => { write.clear(); setWay(to); };
  const ask = (event) => {
    const form = readForm(event);
    setEmail(form.email);
    write.run(() => api.askForLetter(form.email, next ?? undefined)).then((sent) => sent && setWay('code'));
  };
  const prove = (event) => {
    const form = readForm(event);
    const proof = way === 'code' ? { email, code: form.code.trim() } : { email: form.email, password: form.password };
    write.run(async () => { await enter(await api.signIn(proof), next); });
  };
  if (way === 'code') {
    return html`<form class="stack" onSubmit=${prove} key="code">
      <p>${t('sign_in.sent', { email })}${cluster.value.demo &&
        html` <a href="/letters">${t('sign_in.demo_letter')}</a>`}</p>
      <${Field} label=${t('sign_in.code')} name="code" problem=${write.problem} inputmode="numeric"
        autocomplete="one-time-code" pattern="[0-9 ]{6,8}" maxlength="8" required class="code-input" autofocus />
      <${ProblemNote} problem=${write.problem} />
      <${Button} look="main" type="submit" busy=${write.busy} busyText=${t('sign_in.entering')}>${t('sign_in.enter')}<//>
      <${Button} look="quiet" onClick=${() => change('email')}>${t('sign_in.other_email')}<//>
    </form>`;
  }
  if (way === 'password') {
    return html`<form class="stack" onSubmit=${prove} key="password">
      <${Field} label=${t('form.email')} name="email" type="email" autocomplete="username" required value=${email}
        onInput=${keep} problem=${write.problem} />
      <${Field} label=${t('form.password')} name="password" type="password" autocomplete="current-password" required
        problem=${write.problem} />
      <${ProblemNote} problem=${write.problem} />
      <${Button} look="main" type="submit" busy=${write.busy} busyText=${t('sign_in.entering')}>${t('sign_in.enter')}<//>
      <${Button} look="quiet" onClick=${() => change('email')}>${t('sign_in.by_letter')}<//>
    </form>`;
  }
  return html`<form class="stack" onSubmit=${ask} key="email">
    <${Field} label=${t('form.email')} name="email" type="email" autocomplete="email" required value=${email}
      onInput=${keep} problem=${write.problem} hint=${t('sign_in.hint')} />
    <${ProblemNote} problem=${write.problem?.errors.length ? null : write.problem} />
    <${Button} look="main" type="submit" busy=${write.busy}>${t('sign_in.send')}<//>
    <${Button} look="quiet" onClick=${() => change('password')}>${t('sign_in.by_password')}<//>
  </form>`;
}

function Demo({ next }) {
  const members = useLoad((signal) => api.demoMembers(signal), []);
  const write = useWrite();
  const [chosen, setChosen] = useState(null);
  const choose = (member) => {
    setChosen(member);
    write.run(async () => { await enter(await api.enterAs(member), next); });
  };
  return html`<section class="demo" aria-labelledby="demo-title">
    <h2 id="demo-title">${t('demo.title')}</h2><p class="soft">${t('demo.about')}</p>
    <${ProblemNote} problem=${write.problem} />
    <${Loaded} of=${members}
      rows=${4}>${({ items }) => html`<ul class="demo-list">${items.map((one) => html`<li key=${one.id}>
      <button type="button" class="demo-card" disabled=${write.busy} onClick=${() => choose(one.id)}>
        <span class="avatar" data-role=${one.role} aria-hidden="true">${[...one.name][0]}</span>
        <span class="demo-words">
          <b>${write.busy && chosen === one.id ? t('sign_in.entering') : t('demo.enter_as', { name: one.name })}</b>
          <small>${roleName(one.role)} \u00b7 ${nameOf(one.company)}</small>
            <small>${language.value === 'en' ? one.about_en : one.about_zh}</small></span>
        <${Icon} name="right" size=${18} /></button></li>`)}</ul>`}<//>
  </section>`;
}
