// What kind of letter it is, in words.
import { tOr } from '../t.js';

/** @param {string} kind */
export const letterKind = (kind) => tOr(`letter_kind.${kind}`, kind.replaceAll('_', ' '));
