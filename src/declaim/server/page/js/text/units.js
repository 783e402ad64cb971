// Words as they are shown: with the marks that stand at them, so that no line begins with a comma.

/**
 * @typedef {object} Unit
 * @property {number} start code points of the text
 * @property {number} end
 * @property {string} lead marks before the word
 * @property {string} word
 * @property {string} tail marks after it
 * @property {"" | " " | "\n" | "\n\n"} space before it
 */

const CLAUSE_END = /[，、；：,;:—…。！？.!?]/;
const SENTENCE_END = /[。！？!?…]|\.(?:\s|["'”’)]|$)|\n\s*\n/;

/**
 * A unit for each word, in the order of the text; of words with the same place, one.
 * @param {string[]} points the text's code points
 * @param {[number, number][]} spans
 * @param {Unit | null} [previous] the one before; it is given the marks that close it
 * @returns {Unit[]}
 */
export function unitsOf(points, spans, previous = null) {
  /** @type {Unit[]} */
  const units = [];
  for (const [start, end] of spans) {
    if (start < (previous?.end ?? 0) || end <= start) continue;
    const gap = points.slice(previous?.end ?? 0, start).join("");
    const closing = previous ? closingMarks(gap) : "";
    if (previous) previous.tail += closing;
    const opening = gap.slice(closing.length);
    previous = { start, end, lead: opening.trim(), word: points.slice(start, end).join(""), tail: "", space: spaceIn(opening) };
    units.push(previous);
  }
  return units;
}

/**
 * The stretches between marks that part clauses; sentences end clauses too.
 * @param {string[]} points
 * @param {Unit[]} units
 * @returns {{start: number, end: number}[]} from the first word of each to its last
 */
export function clausesOf(points, units) {
  return grouped(points, units, (gap) => CLAUSE_END.test(gap) || /\n\s*\n/.test(gap));
}

/**
 * The same for sentences, where the service has not said yet where they are.
 * @param {string[]} points
 * @param {Unit[]} units
 */
export function sentencesOf(points, units) {
  return grouped(points, units, (gap) => SENTENCE_END.test(gap));
}

/**
 * @param {string[]} points
 * @param {Unit[]} units
 * @param {(gap: string) => boolean} parts
 */
function grouped(points, units, parts) {
  /** @type {{start: number, end: number}[]} */
  const groups = [];
  units.forEach(({ start, end }, at) => {
    const last = groups.at(-1);
    if (last && !parts(points.slice(units[at - 1].end, start).join(""))) last.end = end;
    else groups.push({ start, end });
  });
  return groups;
}

/** The marks up to the first white space or opening bracket. @param {string} gap */
function closingMarks(gap) {
  return /^[^\s\p{Ps}\p{Pi}<]*/u.exec(gap)?.[0] ?? "";
}

/**
 * @param {string} gap
 * @returns {Unit["space"]}
 */
function spaceIn(gap) {
  if (/\n\s*\n/.test(gap)) return "\n\n";
  if (gap.includes("\n")) return "\n";
  return /\s/.test(gap) ? " " : "";
}
