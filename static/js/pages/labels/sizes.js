// The label sheets one can buy: how many labels stand on a page. Their millimetres are in `labels.css`.

/** @type {{name: string, across: number, down: number}[]} */
export const SIZES = [{ name: 'a4-24', across: 3, down: 8 }, { name: 'a4-40', across: 4, down: 10 },
  { name: 'roll-60', across: 1, down: 1 }, { name: 'roll-50', across: 1, down: 1 },
  { name: 'roll-40', across: 1, down: 1 }];

export const sizeOf = (name) => SIZES.find((one) => one.name === name) ?? SIZES[0];
export const placesOf = (size) => size.across * size.down;

/**
 * Labels on pages: each so many times, from a place of the first page on (its sheet may have been used before).
 * @template T @param {T[]} labels @param {{size: typeof SIZES[0], copies: number, start: number}} how `start` is 1 for the first place
 * @returns {(T|null)[][]} pages of places; null stays empty
 */
export function paged(labels, { size, copies, start }) {
  const places = placesOf(size);
  const used = Array.from({ length: Math.min(start, places) - 1 }, () => null);
  const all = labels.length ? [...used, ...labels.flatMap((one) => Array.from({ length: copies }, () => one))] : [];
  const pages = [];
  for (let at = 0; at < all.length; at += places) pages.push(all.slice(at, at + places));
  return pages;
}
