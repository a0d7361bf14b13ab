// Members and the invitations that make new ones.
import { html, useLoad, useState, useWrite } from '../../dom.js';
import { api } from '../../api.js';
import { language, languages, nameOf, t } from '../../t.js';
import { me } from '../../session.js';
import { toast } from '../../toast.js';
import { Button, IconButton } from '../../parts/button.js';
import { roleName, Tag } from '../../parts/chip.js';
import { Field, readForm, Select } from '../../parts/field.js';
import { Loaded, ProblemNote } from '../../parts/note.js';
import { Sheet } from '../../parts/sheet.js';
import { fits, Narrow } from './narrow.js';

const ROLES = ['viewer', 'booker', 'publisher', 'manager'];
const roles = () => ROLES.map((role) => [role, roleName(role)]);

export function Members() {
  const members = useLoad((signal) => api.members(signal), []);
  const invitations = useLoad((signal) => api.invitations(signal), []);
  const write = useWrite();
  const [open, setOpen] = useState(false);
  const change = (id, body) => write.run(async () => {
    await api.changeMember(id, body);
    members.reload();
    toast(t('keep.saved'), { tone: 'good' });
  });
  const withdraw = (id) => write.run(async () => {
    await api.withdrawInvitation(id);
    invitations.reload();
    toast(t('members.withdrawn'));
  });
  const invited = (email) => {
    setOpen(false);
    invitations.reload();
    toast(t('members.invited', { email }), { tone: 'good' });
  };
  return html`<div class="both-ends"><p class="soft">${t('members.about')}</p><${Button} look="main" icon="plus"
    onClick=${() => setOpen(true)}>${t('members.invite')}<//></div>
    <${ProblemNote} problem=${write.problem} />
    <${Loaded} of=${invitations} rows=${1}>${(items) => items.length > 0 &&
      html`<section class="panel"><div class="panel-head"><h2>${t('members.waiting')}</h2></div><ul
      class="rows">${items.map((one) => html`<li key=${one.id}>
      <div><b>${one.name || one.email}</b><small>${one.email} \u00b7 ${roleName(one.role)} \u00b7 ${nameOf(one.company)}
    </small></div>
      <${IconButton} icon="trash" label=${t('members.withdraw', { email: one.email })} disabled=${write.busy}
        onClick=${() => withdraw(one.id)} /></li>`)}</ul></section>`}<//>
    <${Narrow} label=${t('manage.search_members')} />
    <${Loaded} of=${members}
      rows=${5}>${(items) => html`<ul class="rows panel">
      ${items.filter((one) => fits(one.name, one.email, one.company.name_zh, one.company.name_en)).map((one) => html`<li key=${one.id}>
      <span class="avatar" data-role=${one.role} aria-hidden="true">${[...one.name][0]}</span>
      <div><b>${one.name}</b><small>${one.email}</small><small>${nameOf(one.company)}</small></div>
        ${!one.active && html`<${Tag} icon="closed">${t('members.inactive')}<//>`}
      <select aria-label=${t('members.role_of', { name: one.name })} disabled=${write.busy || one.id === me.value.id}
        value=${one.role} onChange=${(event) => change(one.id, { role: event.target.value })}>
        ${roles().map(([key, text]) => html`<option key=${key} value=${key}
        selected=${key === one.role}>${text}</option>`)}</select>
      <${Button} look="quiet" disabled=${write.busy || one.id === me.value.id}
        onClick=${() => change(one.id, { active: !one.active })}>${t(one.active ? 'members.bar' : 'members.unbar')}<//>
        </li>`)}</ul>`}<//>
    ${open && html`<${Invite} onDone=${invited} onClose=${() => setOpen(false)} />`}`;
}

function Invite({ onDone, onClose }) {
  const companies = useLoad((signal) => api.companies(signal), []);
  const write = useWrite();
  const save = (event) => {
    const form = readForm(event);
    write.run(async () => {
      await api.invite(form);
      onDone(form.email);
    });
  };
  return html`<${Sheet} title=${t('members.invite')}
    onClose=${onClose}><${Loaded} of=${companies} rows=${2}>${(items) => html`<form class="stack" onSubmit=${save}>
    <${Field} label=${t('form.email')} name="email" type="email" required problem=${write.problem} /><${Field}
      label=${t('form.name')} name="name" required problem=${write.problem} />
    <div class="pair"><${Select} label=${t('form.role')} name="role" value="booker" options=${roles()}
      problem=${write.problem} /><${Select} label=${t('settings.language')} name="language" value=${language.value}
      options=${languages.map((key) => [key, t(`language.${key}`)])} problem=${write.problem} /></div>
    <${Select} label=${t('form.company')} name="company" value=${me.value.company.id}
      options=${items.map((one) => [one.id, nameOf(one)])} problem=${write.problem} />
    <${ProblemNote} problem=${write.problem} /><${Button} look="main" type="submit"
      busy=${write.busy}>${t('members.send')}<//></form>`}<//><//>`;
}
