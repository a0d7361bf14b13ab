// Brings a thing under the finger and answers where it is, or with what lies over it. Argument: the thing.
const [thing, done] = arguments;
const MOST_FRAMES = 300;
thing.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
let frames = 0;
let before = null;
function look() {
  frames += 1;
  const box = thing.getClientRects()[0] ?? thing.getBoundingClientRect();
  const [x, y] = [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)];
  const still = before?.x === x && before?.y === y;
  before = { x, y };
  const top = document.elementFromPoint(x, y);
  // A tap on a label is a tap on its control.
  const isIt = top && (thing.contains(top) || top.contains(thing) || top.closest('label')?.control === thing);
  if (still && isIt) return done({ x, y });
  if (frames < MOST_FRAMES) return requestAnimationFrame(look);
  return done({ over: top ? top.outerHTML.slice(0, 200) : 'nothing: it is not on the screen' });
}
requestAnimationFrame(look);
