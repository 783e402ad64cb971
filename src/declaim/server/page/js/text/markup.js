// From a text and its edits to what the service understands, and back from places there to places here.
//
// Pauses and pronunciations have marks in plain text; emphasis and prosody have only SSML. A text that needs no
// SSML stays plain, so that its Markdown is read as before.
import { directivesIn } from "./directives.js";
import { isEmpty } from "./edits.js";

/**
 * @typedef {import("./edits.js").Edits} Edits
 * @typedef {{at: number, text: string, order: number}} Insertion order among those at one place
 * @typedef {{start: number, end: number}} Stretch
 */

/** What stands at one place, from left to right. */
const ORDER = { closeWord: 0, closeEmphasis: 1, closeClause: 2, break: 3, voice: 4, paragraph: 5, openClause: 6, openEmphasis: 7, openWord: 8 };
const PINYIN = /^\s*[a-zü:]+[1-5](\s+[a-zü:]+[1-5])*\s*$/i;
const SSML = /^[\ufeff\s]*<speak[\s>/]/;

/** A text with markup in it, and where each of its characters comes from. */
export class Compiled {
  /** @type {string[]} */
  #out = [];
  /** @type {number[]} the place in the text of each code point of the markup */
  #origins = [];

  /**
   * @param {string} text
   * @param {number} origin of its first character
   * @param {boolean} isKept whether it stands for characters of the text one by one
   */
  add(text, origin, isKept = false) {
    const points = [...text];
    this.#out.push(...points);
    this.#origins.push(...points.map((_, at) => (isKept ? origin + at : origin)));
  }

  get text() {
    return this.#out.join("");
  }

  /**
   * Where a stretch of the markup comes from. An escaped character stands for one.
   * @param {[number, number]} span
   * @returns {[number, number]}
   */
  origin([start, end]) {
    return [this.#origins[start] ?? 0, (this.#origins[end - 1] ?? 0) + 1];
  }
}

/**
 * Write the edits into a stretch of a text.
 * @param {string[]} points the text's code points
 * @param {Edits} edits
 * @param {Stretch} [stretch]
 * @returns {Compiled}
 */
export function compiled(points, edits, stretch = { start: 0, end: points.length }) {
  const isMarkup = SSML.test(points.slice(0, 500).join(""));
  if (isMarkup) return woven(points, { start: 0, end: points.length }, ssmlInsertions(edits), [], String);
  if (isEmpty(edits)) return woven(points, stretch, [], [], String);
  const needsSsml = edits.clauses.length > 0 || edits.words.some((edit) => edit.emphasis);
  return needsSsml ? asSsml(points, edits, stretch) : woven(points, stretch, plainInsertions(edits), [], String);
}

/**
 * @param {string[]} points
 * @param {Edits} edits
 * @param {Stretch} stretch
 */
function asSsml(points, edits, stretch) {
  const { insertions, removed } = directivesIn(points, edits.words);
  const all = [...ssmlInsertions(edits), ...insertions.map((each) => ({ ...each, order: ORDER[each.kind] }))];
  const wanted = all.filter(({ at }) => at >= stretch.start && at <= stretch.end);
  wanted.push({ at: stretch.start, text: "<speak><p>", order: -1 }, { at: stretch.end, text: "</p></speak>", order: 99 });
  return woven(points, stretch, wanted, removed, escaped);
}

/** @param {Edits} edits @returns {Insertion[]} */
function ssmlInsertions({ words, clauses }) {
  const found = [];
  for (const { start, end, emphasis, say, pause } of words) {
    if (emphasis && emphasis !== "none") {
      found.push({ at: start, text: `<emphasis level="${emphasis}">`, order: ORDER.openEmphasis });
      found.push({ at: end, text: "</emphasis>", order: ORDER.closeEmphasis });
    }
    if (say) {
      const alphabet = PINYIN.test(say) ? "pinyin" : "ipa";
      found.push({ at: start, text: `<phoneme alphabet="${alphabet}" ph="${escaped(say)}">`, order: ORDER.openWord });
      found.push({ at: end, text: "</phoneme>", order: ORDER.closeWord });
    }
    if (pause) found.push({ at: end, text: `<break time="${milliseconds(pause)}"/>`, order: ORDER.break });
  }
  for (const { start, end, pitch, rate } of clauses) {
    const asked = [
      pitch ? ` pitch="${pitch > 0 ? "+" : ""}${pitch.toFixed(1)}st"` : "",
      rate === 1 ? "" : ` rate="${Math.round(rate * 100)}%"`,
    ];
    found.push({ at: start, text: `<prosody${asked.join("")}>`, order: ORDER.openClause });
    found.push({ at: end, text: "</prosody>", order: ORDER.closeClause });
  }
  return found;
}

/** @param {Edits} edits @returns {Insertion[]} */
function plainInsertions({ words }) {
  return words.flatMap(({ start, end, say, pause }) => [
    ...(say ? [{ at: start, text: "[", order: ORDER.openWord }] : []),
    ...(say ? [{ at: end, text: `](/${say.replace(/[()\n/]/g, " ").trim()}/)`, order: ORDER.closeWord }] : []),
    ...(pause ? [{ at: end, text: ` [pause ${milliseconds(pause)}]`, order: ORDER.break }] : []),
  ]);
}

/**
 * @param {string[]} points
 * @param {Stretch} stretch
 * @param {Insertion[]} insertions
 * @param {Stretch[]} removed of the text, in order
 * @param {(point: string) => string} written how a character of the text is written
 */
function woven(points, stretch, insertions, removed, written) {
  const result = new Compiled();
  const waiting = [...insertions].sort((one, other) => one.at - other.at || one.order - other.order);
  const gone = removed.values();
  let hole = gone.next().value;
  for (let at = stretch.start; at <= stretch.end; at += 1) {
    while (waiting[0]?.at <= at) result.add(/** @type {Insertion} */ (waiting.shift()).text, Math.max(at - 1, 0));
    while (hole && hole.end <= at) hole = gone.next().value;
    const isGone = hole && at >= hole.start;
    if (at < stretch.end && !isGone) result.add(written(points[at]), at);
  }
  return result;
}

/** @param {number} seconds */
const milliseconds = (seconds) => `${Math.round(seconds * 1000)}ms`;

/** @type {Record<string, string>} */
const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** @param {string} text */
function escaped(text) {
  // What XML has no way to write is no sound either.
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, " ").replace(/[&<>"]/g, (mark) => ESCAPES[mark]);
}
