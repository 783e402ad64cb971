// Dragging a word: up and down is its clause's pitch, sideways its rate. Touch scrolls; it has the sliders.
import { byId, h } from "../ui/dom.js";
import { signed } from "../ui/numbers.js";
import { t } from "../ui/strings.js";

const SLACK = 6; // pixels that a click may move
const PIXELS_A_SEMITONE = 12;
const PIXELS_FOR_TWICE = 200;

/**
 * @typedef {import("./sheet.js").ShownUnit} ShownUnit
 * @typedef {object} Handlers
 * @property {(unit: ShownUnit) => {pitch: number, rate: number}} before
 * @property {(unit: ShownUnit) => ShownUnit[]} units what moves with it
 * @property {(unit: ShownUnit, change: {pitch?: number, rate?: number}) => void} shape
 * @property {(unit: ShownUnit) => void} done
 */

/**
 * @param {import("./sheet.js").Sheet} sheet
 * @param {Handlers} handlers
 */
export function startDrag(sheet, handlers) {
  const place = byId("sheet");
  const label = h("output", { class: "drag-label", hidden: true });
  document.body.append(label);
  place.addEventListener("pointerdown", (down) => {
    const unit = sheet.unitOf(/** @type {Element} */ (down.target));
    if (!unit || down.pointerType === "touch" || down.button || document.body.dataset.view !== "shape" || sheet.isStale) return;
    down.preventDefault(); // no text is selected
    unit.element.focus();
    follow(down, unit);
  });

  /** @param {PointerEvent} down @param {ShownUnit} unit */
  function follow(down, unit) {
    const before = handlers.before(unit);
    /** @type {{pitch?: number, rate?: number} | null} */
    let change = null;
    const move = (/** @type {PointerEvent} */ event) => {
      const [right, up] = [event.clientX - down.clientX, down.clientY - event.clientY];
      if (!change && Math.hypot(right, up) < SLACK) return;
      const isPitch = change ? "pitch" in change : Math.abs(up) > Math.abs(right);
      change = isPitch ? { pitch: pitchAt(before.pitch, up) } : { rate: rateAt(before.rate, right) };
      show(event, unit, change);
    };
    const end = (/** @type {PointerEvent} */ event) => {
      for (const [name, listener] of listeners) removeEventListener(name, listener);
      label.hidden = true;
      for (const each of handlers.units(unit)) each.element.classList.remove("dragging");
      if (!change || event.type === "pointercancel") return;
      handlers.shape(unit, change);
      handlers.done(unit);
    };
    /** @type {[string, (event: any) => void][]} */
    const listeners = [["pointermove", move], ["pointerup", end], ["pointercancel", end]];
    for (const [name, listener] of listeners) addEventListener(name, listener);
  }

  /** @param {PointerEvent} event @param {ShownUnit} unit @param {{pitch?: number, rate?: number}} change */
  function show(event, unit, change) {
    for (const each of handlers.units(unit)) each.element.classList.add("dragging");
    label.hidden = false;
    label.textContent = change.pitch === undefined ? t("dragRate", { value: Math.round((change.rate ?? 1) * 100) }) : t("dragPitch", { value: signed(change.pitch) });
    label.style.setProperty("left", `${event.clientX + 14}px`);
    label.style.setProperty("top", `${event.clientY - 34}px`);
  }
}

/** @param {number} before semitones @param {number} up pixels */
function pitchAt(before, up) {
  return Math.max(-8, Math.min(8, Math.round((before + up / PIXELS_A_SEMITONE) * 2) / 2));
}

/** To the right is slower: the clause gets longer. @param {number} before @param {number} right pixels */
function rateAt(before, right) {
  return Math.max(0.6, Math.min(1.6, Math.round(before * 2 ** (-right / PIXELS_FOR_TWICE) * 20) / 20));
}
