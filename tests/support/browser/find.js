// Answers with the one visible thing that has this role and name, as the browser tells them to a screen reader;
// after a while in vain, with all that is there. Arguments: roles, name, whether a part of the name is enough.
const [roles, name, inPart, done] = arguments;
const LONGEST_MS = 20000;
const PAUSE_MS = 40;
const SOMETHING = 'a[href],button,input,select,textarea,summary,dialog,form,section,nav,main,table,article,aside,'
  + 'h1,h2,h3,h4,img,output,fieldset,[role],[aria-label],[tabindex]';
const plain = (text) => (text ?? '').replace(/\s+/g, ' ').trim();
const wanted = plain(name);
// A field's name may go on after its label: "A note (optional)".
const isCalled = (told) => told === wanted || told.startsWith(`${wanted} (`) || told.startsWith(`${wanted} \uff08`)
  || (inPart && told.includes(wanted));
// Chromium gives a summary no role of its own; people press it like a button.
const roleOf = (one) => one.computedRole || (one.tagName === 'SUMMARY' ? 'button' : '');
const isSeen = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest('[inert]');
const began = performance.now();
function look() {
  const there = [...document.querySelectorAll(SOMETHING)].filter(isSeen)
    .map((one) => ({ one, role: roleOf(one), told: plain(one.computedName) }));
  const found = there.filter(({ role, told }) => roles.includes(role) && isCalled(told));
  // The whole name before a part of it.
  const whole = found.filter(({ told }) => told === wanted);
  const chosen = whole.length ? whole : found;
  if (chosen.length && (chosen.length === 1 || inPart)) return done({ element: chosen[0].one });
  if (performance.now() - began < LONGEST_MS) return setTimeout(look, PAUSE_MS);
  return done({ count: chosen.length, there: there.filter(({ told }) => told)
    .map(({ role, told }) => `${role} "${told}"`) });
}
look();
