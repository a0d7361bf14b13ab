// Answers true once this can be read on the page; after a while in vain, with all that can be read.
const [text, done] = arguments;
const LONGEST_MS = 20000;
const PAUSE_MS = 40;
const plain = (words) => words.replace(/\s+/g, ' ');
const began = performance.now();
function look() {
  const all = plain(document.body.innerText);
  if (all.includes(plain(text))) return done(true);
  if (performance.now() - began < LONGEST_MS) return setTimeout(look, PAUSE_MS);
  return done(all);
}
look();
