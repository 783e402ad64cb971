// The score: the text in words, each under the melody with which it was said, lit while it is heard.
import { unitsOf } from "../text/units.js";
import { byId, h } from "../ui/dom.js";
import { dominant, toneOf } from "../ui/emotions.js";
import { t } from "../ui/strings.js";
import { curveOf } from "./curve.js";

const SHORTEST_REST = 0.15; // seconds of silence from which a pause is drawn
const LONG_WORD = 24; // characters; longer ones may be broken

/** @typedef {import("../text/units.js").Unit & {element: HTMLElement, box: HTMLElement}} ShownUnit */

/** Tells `chosen` with a unit that was clicked, and `drawn` with the units that were added. */
export class Sheet extends EventTarget {
  /** @type {ShownUnit[]} */
  units = [];
  /** @type {Map<number, ShownUnit>} by start */
  #byStart = new Map();
  /** @type {import("../state/reading.js").Reading | null} the whole text's */
  main = null;
  /** @type {ShownUnit | null} */
  #lit = null;
  /** @type {{unit: ShownUnit, start: number, end: number}[]} words whose melody is still to come */
  #uncurved = [];
  #place = byId("sheet");
  #rest = h("span", { class: "rest" });

  /** @param {import("../app.js").App} app */
  constructor({ session, player, manuscript }) {
    super();
    this.session = session;
    this.player = player;
    session.addEventListener("begin", () => this.#begin());
    session.addEventListener("words", (event) => this.#add(/** @type {CustomEvent} */ (event).detail));
    session.addEventListener("audio", () => this.#drawCurves());
    session.addEventListener("scores", () => this.colour());
    session.addEventListener("phase", () => this.#end());
    player.addEventListener("state", () => this.#follow());
    manuscript.addEventListener("text", () => this.#place.classList.toggle("stale", this.main?.points.join("") !== manuscript.text));
    this.#place.addEventListener("click", (event) => this.#click(event));
  }

  /** Whether it shows what is written now. */
  get isStale() {
    return this.#place.classList.contains("stale");
  }

  /** @param {Element | null} element @returns {ShownUnit | undefined} the unit that an element belongs to */
  unitOf(element) {
    return this.#byStart.get(Number(element?.closest(".unit")?.getAttribute("data-start") ?? -1));
  }

  /** @param {number} start @param {number} end @returns {ShownUnit[]} */
  unitsIn(start, end) {
    let [low, high] = [0, this.units.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.units[middle].start < start) low = middle + 1;
      else high = middle;
    }
    while (high < this.units.length && this.units[high].end <= end) high += 1;
    return this.units.slice(low, high);
  }

  #begin() {
    this.#light(null);
    this.#uncurved = [];
    const { reading } = this.session;
    if (!reading || reading.stretch) return;
    this.main = reading;
    this.units = [];
    this.#byStart.clear();
    this.#place.classList.remove("stale", "whole");
    this.#rest.textContent = reading.points.join("");
    this.#place.replaceChildren(h("p", {}, this.#rest));
    document.body.classList.add("has-sheet");
  }

  /** @param {import("../api/speech.js").Word[]} words */
  #add(words) {
    const { reading } = this.session;
    if (!reading) return;
    const before = this.units.length;
    if (!reading.stretch) this.#append(reading.points, words);
    for (const word of words) {
      const unit = this.#byStart.get(word.span[0]);
      if (unit) this.#uncurved.push({ unit, start: word.start, end: word.end });
    }
    this.#markRests(reading);
    this.dispatchEvent(new CustomEvent("drawn", { detail: this.units.slice(before) }));
  }

  /** @param {string[]} points @param {import("../api/speech.js").Word[]} words */
  #append(points, words) {
    const previous = this.units.at(-1) ?? null;
    const fresh = unitsOf(points, words.map((word) => word.span), previous);
    if (previous) previous.element.querySelector(".tail")?.replaceChildren(previous.tail);
    for (const unit of fresh) {
      const shown = shownUnit(unit);
      this.units.push(shown);
      this.#byStart.set(unit.start, shown);
      if (unit.space === "\n\n") this.#rest.parentElement?.after(h("p", {}, this.#rest));
      if (unit.space === "\n") this.#rest.before(h("br"));
      this.#rest.before(unit.space === " " ? " " : "", shown.element);
      const before = this.units.at(-2);
      before?.element.querySelector(".tail")?.replaceChildren(before.tail);
    }
    this.#rest.textContent = points.slice(this.units.at(-1)?.end ?? 0).join("");
    if (fresh.length) this.colour(fresh[0].start);
  }

  /** Melodies of words whose audio is there. */
  #drawCurves() {
    const { reading } = this.session;
    if (!reading) return;
    const isThere = (/** @type {{end: number}} */ each) => each.end <= reading.pitch.seconds || reading.isWhole;
    const ready = this.#uncurved.filter(isThere);
    if (!ready.length) return;
    const middle = reading.middlePitch;
    for (const { unit, start, end } of ready) {
      unit.box.querySelector("svg")?.remove();
      unit.box.prepend(curveOf(reading.pitch.between(start, end), middle));
    }
    this.#uncurved = this.#uncurved.filter((each) => !isThere(each));
  }

  /** @param {import("../state/reading.js").Reading} reading */
  #markRests(reading) {
    for (let at = Math.max(0, reading.words.length - 50); at + 1 < reading.words.length; at += 1) {
      const silence = reading.words[at + 1].start - reading.words[at].end;
      const unit = this.#byStart.get(reading.words[at].span[0]);
      unit?.element.querySelector(".silence")?.remove();
      if (!unit || silence < SHORTEST_REST) continue;
      const mark = h("span", { class: "silence", title: t("paused", { seconds: silence.toFixed(2) }), "aria-hidden": "true" });
      mark.style.setProperty("--long", String(Math.min(silence, 3)));
      unit.element.append(mark);
    }
  }

  #end() {
    const { reading, phase } = this.session;
    if (phase === "done" && reading) {
      this.#place.classList.toggle("whole", !reading.stretch || this.#place.classList.contains("whole"));
      this.#drawCurves();
    }
  }

  /**
   * Colours and stress, as the score has them.
   * @param {number} [from] the first code point that matters
   */
  colour(from = 0) {
    const { reading } = this.session;
    for (const { span, score } of reading?.sentences ?? []) {
      if (span[1] <= from) continue;
      const tone = toneOf(dominant(score.emotion));
      const units = this.unitsIn(...span);
      for (const unit of units) {
        unit.element.style.setProperty("--tone", tone);
        unit.element.classList.remove("stressed");
      }
      for (const { word, start, strength } of score.emphasis) {
        const unit = units.find((each) => (start === null ? each.word === word : each.start <= start && start < each.end));
        unit?.element.classList.add("stressed");
        unit?.element.style.setProperty("--stress", strength.toFixed(2));
      }
    }
  }

  #follow() {
    const step = () => {
      const { reading } = this.session;
      const at = this.player.isPlaying && reading ? reading.wordAt(this.player.position) : -1;
      this.#light(at >= 0 && reading ? (this.#byStart.get(reading.words[at].span[0]) ?? null) : null);
      if (this.player.isPlaying) requestAnimationFrame(step);
    };
    step();
  }

  /** @param {ShownUnit | null} unit */
  #light(unit) {
    if (unit === this.#lit) return;
    this.#lit?.element.classList.remove("lit");
    unit?.element.classList.add("lit");
    this.#lit = unit;
    if (unit && document.body.dataset.view === "see") unit.element.scrollIntoView({ block: "nearest" });
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const unit = this.unitOf(/** @type {Element} */ (event.target));
    if (!unit) return;
    if (document.body.dataset.view === "shape") {
      this.dispatchEvent(new CustomEvent("chosen", { detail: unit }));
      return;
    }
    const word = this.session.reading?.words.find(({ span }) => span[0] === unit.start);
    if (word) this.player.playFrom(word.start);
  }
}

/** @param {import("../text/units.js").Unit} unit @returns {ShownUnit} */
function shownUnit(unit) {
  const box = h("span", { class: "word" }, unit.word);
  const element = h(
    "span",
    { class: unit.word.length > LONG_WORD ? "unit long" : "unit", "data-start": unit.start, "data-end": unit.end },
    unit.lead, box, h("span", { class: "tail" }, unit.tail),
  );
  return { ...unit, element, box };
}
