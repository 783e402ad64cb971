// What the user has shaped: edits of words and of clauses, by their places in the text.

/**
 * @typedef {"none" | "moderate" | "strong" | "reduced"} Emphasis
 * @typedef {object} WordEdit
 * @property {number} start code points of the text
 * @property {number} end
 * @property {Emphasis} [emphasis]
 * @property {string} [say] pinyin with tone digits, or IPA
 * @property {number} [pause] seconds of silence after it
 * @typedef {{start: number, end: number, pitch: number, rate: number}} ClauseEdit
 *   pitch in semitones, rate as a ratio
 * @typedef {{words: WordEdit[], clauses: ClauseEdit[]}} Edits
 */

/** @returns {Edits} */
export const noEdits = () => ({ words: [], clauses: [] });

/** @param {Edits} edits */
export const isEmpty = (edits) => !edits.words.length && !edits.clauses.length;

/**
 * @param {Edits} edits
 * @param {number} start
 * @param {number} end
 * @returns {WordEdit}
 */
export function wordEdit(edits, start, end) {
  return edits.words.find((edit) => edit.start === start && edit.end === end) ?? { start, end };
}

/**
 * @param {Edits} edits
 * @param {number} start
 * @param {number} end
 * @returns {ClauseEdit}
 */
export function clauseEdit(edits, start, end) {
  return edits.clauses.find((edit) => edit.start === start && edit.end === end) ?? { start, end, pitch: 0, rate: 1 };
}

/**
 * The edits with another one of a word; one that asks for nothing is none.
 * @param {Edits} edits
 * @param {WordEdit} edit
 * @returns {Edits}
 */
export function withWord(edits, edit) {
  const asks = Boolean((edit.emphasis && edit.emphasis !== "none") || edit.say || edit.pause);
  return { ...edits, words: replaced(edits.words, edit, asks) };
}

/**
 * @param {Edits} edits
 * @param {ClauseEdit} edit
 * @returns {Edits}
 */
export function withClause(edits, edit) {
  return { ...edits, clauses: replaced(edits.clauses, edit, edit.pitch !== 0 || edit.rate !== 1) };
}

/**
 * The edits that are still about the same words after the text was changed, moved with them.
 * @param {Edits} edits
 * @param {string[]} before code points
 * @param {string[]} after
 * @returns {Edits}
 */
export function moved(edits, before, after) {
  const most = Math.min(before.length, after.length);
  let same = 0;
  while (same < most && before[same] === after[same]) same += 1;
  let tail = 0;
  while (tail < most - same && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const shift = after.length - before.length;
  /** @template {{start: number, end: number}} E @param {E[]} list @returns {E[]} */
  const kept = (list) =>
    list.flatMap((edit) => {
      if (edit.end <= same) return [edit];
      if (edit.start < before.length - tail) return [];
      return [{ ...edit, start: edit.start + shift, end: edit.end + shift }];
    });
  return { words: kept(edits.words), clauses: kept(edits.clauses) };
}

/**
 * The edits of a stretch of the text.
 * @param {Edits} edits
 * @param {number} start
 * @param {number} end
 * @returns {Edits}
 */
export function within(edits, start, end) {
  const isIn = (/** @type {{start: number, end: number}} */ edit) => edit.start >= start && edit.end <= end;
  return { words: edits.words.filter(isIn), clauses: edits.clauses.filter(isIn) };
}

/**
 * @template {{start: number, end: number}} E
 * @param {E[]} list
 * @param {E} edit
 * @param {boolean} asks
 * @returns {E[]}
 */
function replaced(list, edit, asks) {
  const others = list.filter((other) => other.end <= edit.start || other.start >= edit.end);
  return (asks ? [...others, edit] : others).sort((one, other) => one.start - other.start);
}
