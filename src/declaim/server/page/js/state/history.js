// What was spoken before, in this browser only, and no more of it than fits.
import { checkedSettings } from "./settings.js";
import { checkedEdits } from "./link.js";

/**
 * @typedef {{text: string, settings: import("./settings.js").Settings, edits: import("../text/edits.js").Edits, at: number}} Entry
 *   `at` in milliseconds since 1970
 */

const NAME = "declaim.history";
export const MOST_ENTRIES = 40;
export const MOST_CHARACTERS = 400_000;

/**
 * @param {Storage} storage
 * @returns {Entry[]} the latest first
 */
export function entriesIn(storage) {
  try {
    const kept = JSON.parse(storage.getItem(NAME) ?? "[]");
    return kept
      .filter((/** @type {any} */ each) => typeof each?.text === "string" && Number.isFinite(each.at))
      .map((/** @type {any} */ each) => ({
        text: each.text,
        at: each.at,
        settings: checkedSettings(each.settings),
        edits: checkedEdits(each.edits, [...each.text].length),
      }));
  } catch {
    return []; // whatever another program wrote there
  }
}

/**
 * Add an entry; the same text is kept once. Gives what is kept.
 * @param {Storage} storage
 * @param {Entry} entry
 */
export function remember(storage, entry) {
  const others = entriesIn(storage).filter(({ text }) => text !== entry.text);
  let room = MOST_CHARACTERS;
  const kept = [entry, ...others].slice(0, MOST_ENTRIES).filter(({ text }) => (room -= text.length) >= 0);
  return keep(storage, kept);
}

/**
 * @param {Storage} storage
 * @param {number} at of the entry to be forgotten
 */
export function forget(storage, at) {
  return keep(storage, entriesIn(storage).filter((entry) => entry.at !== at));
}

/** @param {Storage} storage */
export function forgetAll(storage) {
  storage.removeItem(NAME);
}

/**
 * @param {Storage} storage
 * @param {Entry[]} entries
 */
function keep(storage, entries) {
  for (let count = entries.length; count > 0; count -= 1) {
    try {
      storage.setItem(NAME, JSON.stringify(entries.slice(0, count)));
      return entries.slice(0, count);
    } catch {
      // the browser has less room than we take: with one entry less it may do
    }
  }
  forgetAll(storage);
  return [];
}
