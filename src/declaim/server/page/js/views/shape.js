// Shaping: a word is chosen, by mouse or keys, and said otherwise.
import { clauseEdit, isEmpty, noEdits, withClause, withWord, within, wordEdit } from "../text/edits.js";
import { clausesOf, sentencesOf } from "../text/units.js";
import { byId, choice, h, slider } from "../ui/dom.js";
import { announce } from "../ui/notice.js";
import { signed } from "../ui/numbers.js";
import { t } from "../ui/strings.js";
import { startDrag } from "./drag.js";

const [PITCH_REACH, RATE_LOW, RATE_HIGH, LONGEST_PAUSE] = [8, 0.6, 1.6, 3];

/** @typedef {import("./sheet.js").ShownUnit} ShownUnit */

/**
 * @param {import("../app.js").App} app
 * @param {import("./sheet.js").Sheet} sheet
 */
export function startShape(app, sheet) {
  const { manuscript } = app;
  const place = byId("inspector");
  /** @type {ShownUnit | null} */
  let chosen = null;
  let isWholeSentence = false;

  const groupOf = (/** @type {{start: number, end: number}[]} */ groups, /** @type {ShownUnit} */ unit) =>
    groups.find(({ start, end }) => start <= unit.start && unit.end <= end) ?? unit;
  const points = () => sheet.main?.points ?? [];
  const sentenceOf = (/** @type {ShownUnit} */ unit) => groupOf(sentencesOf(points(), sheet.units), unit);
  const clausesAround = (/** @type {ShownUnit} */ unit) => {
    const clauses = clausesOf(points(), sheet.units);
    const sentence = sentenceOf(unit);
    return isWholeSentence ? clauses.filter(({ start, end }) => start >= sentence.start && end <= sentence.end) : [groupOf(clauses, unit)];
  };

  /** @param {ShownUnit} unit @param {{pitch?: number, rate?: number}} change */
  function shapeClause(unit, change) {
    let { edits } = manuscript;
    for (const { start, end } of clausesAround(unit)) edits = withClause(edits, { ...clauseEdit(edits, start, end), ...change });
    manuscript.shape(edits);
  }

  /** @param {ShownUnit} unit */
  function hear(unit) {
    const units = sheet.unitsIn(sentenceOf(unit).start, sentenceOf(unit).end);
    const [first, last] = [units[0] ?? unit, units.at(-1) ?? unit];
    const stretch = { start: first.start - [...first.lead].length, end: last.end + [...last.tail].length };
    app.hear(stretch, within(manuscript.edits, stretch.start, stretch.end), sheet.main?.head?.voice ?? "");
  }

  /** @param {ShownUnit | null} unit */
  function choose(unit) {
    chosen?.element.classList.remove("chosen");
    chosen = sheet.isStale ? null : unit;
    chosen?.element.classList.add("chosen");
    for (const each of sheet.units) each.element.tabIndex = each === (chosen ?? sheet.units[0]) ? 0 : -1;
    draw();
  }

  function draw() {
    if (!chosen) {
      place.replaceChildren(h("p", { class: "quiet" }, t("choose")), undoAll());
      return;
    }
    const unit = chosen;
    const { edits } = manuscript;
    const word = wordEdit(edits, unit.start, unit.end);
    const clause = clauseEdit(edits, clausesAround(unit)[0].start, clausesAround(unit)[0].end);
    const change = (/** @type {Partial<import("../text/edits.js").WordEdit>} */ part) =>
      manuscript.shape(withWord(manuscript.edits, { ...wordEdit(manuscript.edits, unit.start, unit.end), ...part }));
    place.replaceChildren(
      h("h2", { class: "chosen-word" }, unit.word),
      choice({
        legend: t("emphasis"), value: word.emphasis ?? "none",
        options: ["reduced", "none", "moderate", "strong"].map((level) => [level, t(level)]),
        onChange: (level) => change({ emphasis: /** @type {import("../text/edits.js").Emphasis} */ (level) }),
      }),
      sayRow(word.say ?? "", (say) => change({ say: say || undefined })),
      slider({
        label: t("pauseAfter"), min: 0, max: LONGEST_PAUSE, step: 0.1, value: word.pause ?? 0,
        shown: (value) => `${value.toFixed(1)} s`, onChange: (pause) => change({ pause: pause || undefined }),
      }),
      h("h2", {}, t("clause")),
      choice({
        legend: t("clauseScope"), value: isWholeSentence ? "sentence" : "clause",
        options: [["clause", t("thisClause")], ["sentence", t("thisSentence")]],
        onChange: (scope) => (isWholeSentence = scope === "sentence"),
      }),
      slider({
        label: t("pitch"), min: -PITCH_REACH, max: PITCH_REACH, step: 0.5, value: clause.pitch,
        shown: (value) => t("semitones", { value: signed(value) }), onChange: (pitch) => shapeClause(unit, { pitch }),
      }),
      slider({
        label: t("rateKnob"), min: RATE_LOW, max: RATE_HIGH, step: 0.05, value: clause.rate,
        shown: (value) => `${Math.round(value * 100)} %`, onChange: (rate) => shapeClause(unit, { rate }),
      }),
      h(
        "div",
        { class: "actions" },
        h("button", { type: "button", class: "primary", id: "hear", onclick: () => hear(unit) }, t("hearSentence")),
        h("button", { type: "button", onclick: () => (manuscript.shape(withWord(manuscript.edits, { start: unit.start, end: unit.end })), draw()) }, t("resetWord")),
        undoAll(),
      ),
    );
  }

  function undoAll() {
    if (isEmpty(manuscript.edits)) return h("span");
    return h("button", { type: "button", onclick: () => (manuscript.shape(noEdits()), draw()) }, t("resetAll"));
  }

  function markEdited(units = sheet.units) {
    for (const unit of units) {
      const word = wordEdit(manuscript.edits, unit.start, unit.end);
      const isShaped = Boolean(word.emphasis || word.say || word.pause);
      const clause = manuscript.edits.clauses.find(({ start, end }) => start <= unit.start && unit.end <= end);
      unit.element.classList.toggle("edited", isShaped);
      unit.element.style.setProperty("--lift", clause ? (-clause.pitch * 1.5).toFixed(1) : "0");
      unit.element.classList.toggle("moved", Boolean(clause));
    }
  }

  sheet.addEventListener("chosen", (event) => choose(/** @type {CustomEvent<ShownUnit>} */ (event).detail));
  sheet.addEventListener("drawn", (event) => {
    const fresh = /** @type {CustomEvent<ShownUnit[]>} */ (event).detail;
    markEdited(fresh);
    if (chosen && !sheet.units.includes(chosen)) choose(null);
    makeReachable(sheet, fresh);
  });
  manuscript.addEventListener("edits", () => markEdited());
  manuscript.addEventListener("loaded", () => choose(null));
  startKeys(sheet, choose, () => chosen);
  startDrag(sheet, {
    shape: (unit, change) => (shapeClause(unit, change), choose(unit)),
    before: (unit) => clauseEdit(manuscript.edits, clausesAround(unit)[0].start, clausesAround(unit)[0].end),
    units: (unit) => clausesAround(unit).flatMap(({ start, end }) => sheet.unitsIn(start, end)),
    done: hear,
  });
  choose(null);
}

/**
 * @param {string} say
 * @param {(say: string) => void} onChange
 */
function sayRow(say, onChange) {
  const input = h("input", { type: "text", id: "say", value: say, spellcheck: false, "aria-describedby": "say-hint", maxLength: 200, onchange: () => onChange(input.value.trim()) });
  return h("div", { class: "field" }, h("label", { for: "say" }, t("sayAs")), input, h("span", { class: "quiet", id: "say-hint" }, t("sayHint")));
}

/**
 * Words are buttons where they can be chosen.
 * @param {import("./sheet.js").Sheet} sheet
 * @param {ShownUnit[]} units of it
 */
export function makeReachable(sheet, units = sheet.units) {
  const isShape = document.body.dataset.view === "shape";
  for (const { element } of units) {
    if (!isShape) {
      element.removeAttribute("role");
      element.removeAttribute("tabindex");
    } else if (!element.hasAttribute("role")) {
      element.setAttribute("role", "button");
      element.tabIndex = element === sheet.units[0].element ? 0 : -1;
    }
  }
}

/**
 * Arrow keys go from word to word; Enter goes on to what can be changed, Escape comes back.
 * @param {import("./sheet.js").Sheet} sheet
 * @param {(unit: ShownUnit) => void} choose
 * @param {() => ShownUnit | null} chosen
 */
function startKeys(sheet, choose, chosen) {
  byId("sheet").addEventListener("keydown", (event) => {
    const unit = sheet.unitOf(/** @type {Element} */ (event.target));
    if (!unit || document.body.dataset.view !== "shape") return;
    const at = sheet.units.indexOf(unit);
    /** @type {Record<string, number>} */
    const places = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: sheet.units.length - 1 };
    const next = sheet.units[places[event.key]];
    if (next) {
      choose(next);
      next.element.focus();
      announce(next.word);
    } else if (event.key === "Enter" || event.key === " ") {
      choose(unit);
      /** @type {HTMLElement | null} */ (byId("inspector").querySelector("input:checked"))?.focus();
    } else return;
    event.preventDefault();
  });
  byId("inspector").addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    chosen()?.element.focus();
  });
}
