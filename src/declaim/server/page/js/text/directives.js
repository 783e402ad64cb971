// The marks of plain text (docs/markup.md), for texts that have to become SSML.

const DIRECTIVE = /\[pause(?: ([\d.]+) ?(ms|s))?\]|\[voice ([^\[\]\n]*)\]|(\[\/voice\])|\[([^\[\]\n]{1,100})\]\(\/([^()\n]{1,400})\/\)/g;
/** What Markdown writes beside words: decoration, which SSML would read as text. */
const DECORATION = /^ {0,3}#{1,6} +|^ {0,3}> ?|^ {0,3}[-*+] +|(\*{1,3}|_{1,3}|`{1,2}|~~)(?=\S)([^*_`~\n]+)\1/gm;

/**
 * @typedef {{at: number, text: string, kind: "break" | "voice" | "openWord" | "closeWord" | "paragraph"}} Found
 * @typedef {{start: number, end: number}} Stretch
 */

/**
 * What plain text's marks are in SSML, and the stretches that are gone with them.
 * @param {string[]} points code points of the text
 * @param {{start: number, end: number, say?: string}[]} edits pronunciations that go before those of the text
 * @returns {{insertions: Found[], removed: Stretch[]}}
 */
export function directivesIn(points, edits) {
  const text = points.join("");
  const place = placesOf(points);
  /** @type {Found[]} */
  const insertions = [];
  /** @type {Stretch[]} */
  const removed = [];
  const remove = (/** @type {number} */ from, /** @type {number} */ to) => removed.push({ start: place(from), end: place(to) });
  for (const match of text.matchAll(DIRECTIVE)) {
    const [whole, amount, unit, voice, ends, word, say] = match;
    const [from, to] = [match.index, match.index + whole.length];
    if (word) {
      const [start, end] = [from + 1, from + 1 + word.length];
      remove(from, start);
      remove(end, to);
      if (!edits.some((edit) => edit.say && edit.start === place(start))) insertions.push(...spoken(place(start), place(end), say));
    } else {
      remove(from, to);
      if (voice) insertions.push({ at: place(from), text: `<voice name="${attribute(voice.trim())}">`, kind: "voice" });
      else if (ends) insertions.push({ at: place(from), text: "</voice>", kind: "voice" });
      else insertions.push({ at: place(from), text: `<break time="${amount ?? 500}${unit ?? "ms"}"/>`, kind: "break" });
    }
  }
  for (const match of text.matchAll(/\n\s*\n/g)) insertions.push({ at: place(match.index), text: "</p><p>", kind: "paragraph" });
  for (const match of text.matchAll(DECORATION)) {
    const [whole, mark] = match;
    const [from, to] = [match.index, match.index + whole.length];
    if (!mark) remove(from, to);
    else [[from, from + mark.length], [to - mark.length, to]].forEach(([start, end]) => remove(start, end));
  }
  return { insertions, removed: removed.sort((one, other) => one.start - other.start) };
}

/**
 * @param {number} start
 * @param {number} end
 * @param {string} say
 * @returns {Found[]}
 */
function spoken(start, end, say) {
  const alphabet = /^\s*[a-zü:]+[1-5](\s+[a-zü:]+[1-5])*\s*$/i.test(say) ? "pinyin" : "ipa";
  return [
    { at: start, text: `<phoneme alphabet="${alphabet}" ph="${attribute(say)}">`, kind: "openWord" },
    { at: end, text: "</phoneme>", kind: "closeWord" },
  ];
}

/** @param {string} value */
const attribute = (value) => value.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");

/**
 * From UTF-16 offsets to code points.
 * @param {string[]} points
 */
function placesOf(points) {
  const places = new Map();
  let offset = 0;
  points.forEach((point, at) => {
    places.set(offset, at);
    offset += point.length;
  });
  places.set(offset, points.length);
  return (/** @type {number} */ at) => /** @type {number} */ (places.get(at));
}
