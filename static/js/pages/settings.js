// My settings: name, language, password, tokens for scripts, calendar feeds; and the way to the rest on a phone.
import { html, useLoad, useState, useWrite } from '../dom.js';
import { api } from '../api.js';
import { becomes, chooseLanguage, cluster, may, me, signOut } from '../session.js';
import { language, languages, nameOf, t } from '../t.js';
import { showMoment } from '../time.js';
import { toast } from '../toast.js';
import { Button, IconButton } from '../parts/button.js';
import { Field, readForm } from '../parts/field.js';
import { Head } from '../parts/shell.js';
import { Icon } from '../parts/icon.js';
import { Loaded, ProblemNote } from '../parts/note.js';
import { Secret } from '../parts/secret.js';
import { roleName } from '../parts/chip.js';

export const styles = ['letters'];

export default function Settings() {
  return html`<${Head} title=${t('nav.settings')} />
    <div class="settings">
      <section class="panel me"><span class="avatar" data-role=${me.value.role}
        aria-hidden="true">${[...me.value.name][0]}</span>
        <div><h2>${me.value.name}</h2><p class="soft">${me.value.email}</p><p
          class="soft">${nameOf(me.value.company)} \u00b7 ${roleName(me.value.role)}</p></div></section>
      <nav class="panel elsewhere" aria-label=${t('settings.elsewhere')}>
        ${may('decide') && html`<${Way} href="/approvals" icon="approvals" words="nav.approvals" />`}
        ${(cluster.value.demo || may('manage_cluster')) &&
          html`<${Way} href="/letters" icon="letters" words="nav.letters" />`}
        ${may('publish') && html`<${Way} href="/manage" icon="manage" words="nav.manage" />`}
        <button type="button" class="way" onClick=${signOut}><${Icon} name="out" /><span>${t('nav.sign_out')}</span>
        </button></nav>
      <${Name} /><${Language} /><${Password} /><${Feeds} /><${Tokens} />
    </div>`;
}

const Way = ({ href, icon, words }) => html`<a class="way"
  href=${href}><${Icon} name=${icon} /><span>${t(words)}</span><${Icon} name="right" size=${18} /></a>`;

function Name() {
  const write = useWrite();
  const save = (event) => {
    const { name } = readForm(event);
    write.run(async () => {
      me.value = await api.changeMe({ name });
      toast(t('keep.saved'), { tone: 'good' });
    });
  };
  return html`<section class="panel"><form class="stack" onSubmit=${save}>
    <${Field} label=${t('form.your_name')} name="name" required maxlength="80" autocomplete="name"
      value=${me.value.name} problem=${write.problem} />
    <${ProblemNote} problem=${write.problem} /><${Button} type="submit" busy=${write.busy}
      busyText=${t('common.saving')}>${t('common.save')}<//></form></section>`;
}

function Language() {
  const write = useWrite();
  return html`<section class="panel"><div class="panel-head"><h2>${t('settings.language')}</h2>
    <p class="soft">${t('settings.language_why')}</p></div>
    <div class="pills" role="group" aria-label=${t('settings.language')}>
      ${languages.map((key) => html`<button type="button" class="pill" lang=${key} key=${key}
      aria-pressed=${language.value === key ? 'true' : 'false'} disabled=${write.busy}
      onClick=${() => write.run(() => chooseLanguage(key))}>${t(`language.${key}`)}</button>`)}</div>
    <${ProblemNote} problem=${write.problem} /></section>`;
}

function Password() {
  const write = useWrite();
  const save = (event) => {
    const form = readForm(event);
    const target = event.currentTarget;
    const body = { password: form.password };
    if (me.value.has_password) body.current_password = form.current_password;
    write.run(async () => {
      await becomes(await api.changeMe(body));
      target.reset();
      toast(t('settings.password_saved'), { tone: 'good' });
    });
  };
  return html`<section class="panel"><div class="panel-head"><h2>${t('settings.password')}</h2>
    <p class="soft">${t(me.value.has_password ? 'settings.password_has' : 'settings.password_none')}</p></div>
    <form class="stack" onSubmit=${save}><input class="unseen" type="text" name="username" autocomplete="username"
      value=${me.value.email} readonly tabindex="-1" aria-hidden="true" />
    ${me.value.has_password && html`<${Field} label=${t('settings.password_old')} name="current_password"
      type="password" autocomplete="current-password" required problem=${write.problem} />`}
    <${Field} label=${t('settings.password_new')} name="password" type="password" autocomplete="new-password"
      minlength="10" required problem=${write.problem} hint=${t('settings.password_hint')} />
    <${ProblemNote} problem=${write.problem} /><${Button} type="submit" busy=${write.busy}
      busyText=${t('common.saving')}>${t('settings.password_save')}<//></form></section>`;
}

function Feeds() {
  const found = useLoad((signal) => api.feeds(signal), []);
  const write = useWrite();
  const [made, setMade] = useState(null);
  const make = (scope) => write.run(async () => {
    setMade(await api.makeFeed({ scope }));
    found.reload();
  });
  const revoke = (id) => write.run(async () => {
    await api.revokeFeed(id);
    if (made?.id === id) setMade(null);
    found.reload();
    toast(t('settings.revoked'));
  });
  return html`<section class="panel"><div class="panel-head"><h2>${t('settings.feeds')}</h2>
    <p class="soft">${t('settings.feeds_why')}</p></div>
    ${made && html`<${Secret} label=${t('settings.feed_once')} text=${made.url} />`}
    <${Loaded} of=${found} rows=${1}>${(items) => items.length > 0 &&
      html`<ul class="rows">
      ${items.map((one) => html`<li key=${one.id}>
      <div><b>${one.listing ? nameOf(one.listing) : t(`feed.${one.scope}`)}</b>
      <small>${t('settings.made', { moment: showMoment(one.created_at) })}</small></div>
      <${IconButton} icon="trash" label=${t('settings.revoke_feed')} disabled=${write.busy}
        onClick=${() => revoke(one.id)} /></li>`)}</ul>`}<//>
    <${ProblemNote} problem=${write.problem} />
    <div class="actions"><${Button} icon="plus" busy=${write.busy}
      onClick=${() => make('member')}>${t('settings.feed_mine')}<//><${Button} icon="plus" busy=${write.busy}
      onClick=${() => make('company')}>${t('settings.feed_company')}<//></div></section>`;
}

function Tokens() {
  const found = useLoad((signal) => api.tokens(signal), []);
  const write = useWrite();
  const [made, setMade] = useState(null);
  const make = (event) => {
    const { name } = readForm(event);
    const form = event.currentTarget;
    write.run(async () => {
      setMade(await api.makeToken(name));
      form.reset();
      found.reload();
    });
  };
  const revoke = (id) => write.run(async () => {
    await api.revokeToken(id);
    if (made?.id === id) setMade(null);
    found.reload();
    toast(t('settings.revoked'));
  });
  return html`<section class="panel"><div class="panel-head"><h2>${t('settings.tokens')}</h2>
    <p class="soft">${t('settings.tokens_why')}</p></div>
    ${made && html`<${Secret} label=${t('settings.token_once')} text=${made.secret} />`}
    <${Loaded} of=${found} rows=${1}>${(items) => items.length > 0 &&
      html`<ul class="rows">
      ${items.map((one) => html`<li key=${one.id}>
      <div><b>${one.name}</b><small>${t('settings.made', { moment: showMoment(one.created_at) })}</small></div>
      <${IconButton} icon="trash" label=${t('settings.revoke_token', { name: one.name })} disabled=${write.busy}
        onClick=${() => revoke(one.id)} /></li>`)}</ul>`}<//>
    <form class="inline-form" onSubmit=${make}><${Field} label=${t('settings.token_name')} name="name" required
      maxlength="80" problem=${write.problem} /><${Button} type="submit" icon="plus"
      busy=${write.busy}>${t('settings.token_make')}<//></form>
    <${ProblemNote} problem=${write.problem?.errors.length ? null : write.problem} /></section>`;
}
