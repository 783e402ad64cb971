// The text, how it is to be spoken and what was shaped in it: what a link and the history hold.
import { moved, noEdits } from "../text/edits.js";
import { defaults } from "./settings.js";

/** Tells `text`, `settings` and `edits` when they change, and `loaded` when all of it is another. */
export class Manuscript extends EventTarget {
  text = "";
  /** @type {string[]} its code points, in which the service counts */
  points = [];
  settings = defaults();
  edits = noEdits();

  /** @param {string} text as it is now; edits stay with their words */
  write(text) {
    const points = [...text];
    this.edits = moved(this.edits, this.points, points);
    [this.text, this.points] = [text, points];
    this.#tell("text");
    this.#tell("edits");
  }

  /** @param {Partial<import("./settings.js").Settings>} changes */
  set(changes) {
    this.settings = { ...this.settings, ...changes };
    this.#tell("settings");
  }

  /** @param {import("../text/edits.js").Edits} edits */
  shape(edits) {
    this.edits = edits;
    this.#tell("edits");
  }

  /** @param {{text: string, settings: import("./settings.js").Settings, edits: import("../text/edits.js").Edits}} other */
  load({ text, settings, edits }) {
    [this.text, this.points, this.settings, this.edits] = [text, [...text], settings, edits];
    for (const name of ["loaded", "text", "settings", "edits"]) this.#tell(name);
  }

  /** @param {string} name */
  #tell(name) {
    this.dispatchEvent(new Event(name));
  }
}
