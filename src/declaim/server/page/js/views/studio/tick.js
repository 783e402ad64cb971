// A box to be ticked.
import { h } from "../../ui/dom.js";

/**
 * @param {string} text
 * @param {boolean} checked
 * @param {(checked: boolean) => void} onChange
 */
export function tick(text, checked, onChange) {
  const input = h("input", { type: "checkbox", checked });
  input.onchange = () => onChange(input.checked);
  return h("label", { class: "tick" }, input, " ", text);
}
