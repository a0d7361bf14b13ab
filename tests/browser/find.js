// Finds what a person would: the visible control with this accessible name. Arguments: roles, name, exact.
const [roles, name, exact] = arguments;
const KINDS = {
  button: 'button, [role=button], input[type=submit]', link: 'a[href]', field: 'input:not([type=hidden]), textarea, select',
  check: 'input[type=checkbox], input[type=radio]', heading: 'h1, h2, h3', any: '*',
};
const text = (node) => node.textContent.replace(/\s+/g, ' ').trim();
const named = (node) => {
  const by = node.getAttribute('aria-labelledby');
  if (by) return by.split(' ').map((id) => text(document.getElementById(id) ?? node)).join(' ');
  if (node.getAttribute('aria-label')) return node.getAttribute('aria-label');
  if (node.labels?.length) return [...node.labels].map(text).join(' ');
  return text(node) || node.getAttribute('title') || '';
};
const seen = (node) => {
  const box = node.getBoundingClientRect();
  const style = getComputedStyle(node);
  return box.width > 0 && box.height > 0 && style.visibility !== 'hidden' && !node.closest('[inert]');
};
// A dialog that is open hides what lies under it from everybody.
const dialogs = [...document.querySelectorAll('dialog[open]')];
const root = dialogs.at(-1) ?? document;
const found = [...root.querySelectorAll(roles.split(' ').map((role) => KINDS[role]).join(', '))]
  .filter((node) => seen(node) && !node.disabled);
return found.find((node) => named(node) === name) ?? (exact ? null : found.find((node) => named(node).includes(name)) ?? null);
