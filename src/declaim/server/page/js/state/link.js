// A reading in the part of an address that browsers keep to themselves: the fragment is sent to no server.
import { checkedSettings, defaults } from "./settings.js";

/**
 * @typedef {import("./settings.js").Settings} Settings
 * @typedef {import("../text/edits.js").Edits} Edits
 */

const MOST_EDITS = 500;

/**
 * @param {string} address of the page
 * @param {{text: string, settings: Settings, edits: Edits}} reading
 */
export function linkOf(address, { text, settings, edits }) {
  const fields = new URLSearchParams({ text });
  const usual = JSON.stringify(defaults());
  if (JSON.stringify(settings) !== usual) fields.set("how", JSON.stringify(settings));
  if (edits.words.length || edits.clauses.length) fields.set("shape", JSON.stringify(edits));
  return `${address.split("#")[0]}#${fields}`;
}

/**
 * What a link says; null if it says nothing. Whatever it says is checked: anybody can write one.
 * @param {string} fragment
 * @returns {{text: string, settings: Settings, edits: Edits} | null}
 */
export function readLink(fragment) {
  const fields = new URLSearchParams(fragment.replace(/^#/, ""));
  const text = fields.get("text");
  if (text === null) return null;
  return { text, settings: checkedSettings(json(fields.get("how"))), edits: checkedEdits(json(fields.get("shape")), [...text].length) };
}

/**
 * @param {any} given
 * @param {number} length of the text
 * @returns {Edits}
 */
export function checkedEdits(given, length) {
  const isPlace = (/** @type {any} */ each) =>
    Number.isInteger(each?.start) && Number.isInteger(each?.end) && 0 <= each.start && each.start < each.end && each.end <= length;
  const list = (/** @type {any} */ edits) => (Array.isArray(edits) ? edits.filter(isPlace).slice(0, MOST_EDITS) : []);
  return {
    words: list(given?.words).map(({ start, end, emphasis, say, pause }) => ({
      start,
      end,
      ...(["moderate", "strong", "reduced"].includes(emphasis) ? { emphasis } : {}),
      ...(typeof say === "string" && say.length <= 200 ? { say } : {}),
      ...(pause > 0 && pause <= 10 ? { pause: Number(pause) } : {}),
    })),
    clauses: list(given?.clauses).map(({ start, end, pitch, rate }) => ({
      start,
      end,
      pitch: Math.abs(pitch) <= 12 ? Number(pitch) : 0,
      rate: rate >= 0.5 && rate <= 2 ? Number(rate) : 1,
    })),
  };
}

/** @param {string | null} written */
function json(written) {
  try {
    return JSON.parse(written ?? "null");
  } catch {
    return null; // a link that was cut off says nothing of how
  }
}
