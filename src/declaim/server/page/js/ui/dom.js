// Elements without markup in strings: text is only ever text.

/**
 * @typedef {string | number | Node | null | undefined | false} Child
 * @typedef {Record<string, any>} Properties `on…` are listeners, `class` is the class, a name with a hyphen is an
 *   attribute, all else are properties
 */

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Properties} [properties]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (name.includes("-") || name === "for" || name === "role" || name === "lang") element.setAttribute(name, String(value));
    else Reflect.set(element, name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false).map((child) => (child instanceof Node ? child : String(child))));
  return element;
}

/**
 * The element of index.html with an id.
 * @template {HTMLElement} E
 * @param {string} id
 * @param {new () => E} [kind]
 * @returns {E}
 */
export function byId(id, kind) {
  const element = document.getElementById(id);
  if (!(element instanceof (kind ?? HTMLElement))) throw new Error(`index.html has no such #${id}`);
  return /** @type {E} */ (element);
}

let count = 0;

/** An id that nothing else has. */
export const freshId = () => `id-${(count += 1)}`;

/**
 * A labelled slider that says its value.
 * @param {{label: string, min: number, max: number, step: number, value: number, shown: (value: number) => string,
 *   onChange: (value: number) => void, tone?: string}} options
 */
export function slider({ label, min, max, step, value, shown, onChange, tone }) {
  const id = freshId();
  const output = h("output", { for: id }, shown(value));
  const input = h("input", { type: "range", id, min, max, step, "aria-valuetext": shown(value) });
  input.value = String(value);
  input.addEventListener("input", () => {
    const chosen = Number(input.value);
    output.textContent = shown(chosen);
    input.setAttribute("aria-valuetext", shown(chosen));
    onChange(chosen);
  });
  const row = h("div", { class: "slider" }, h("label", { for: id }, label), output, input);
  if (tone) row.style.setProperty("--tone", tone);
  return row;
}

/**
 * Radio buttons that look like a segmented control.
 * @param {{legend: string, options: [string, string][], value: string, onChange: (value: string) => void}} options
 */
export function choice({ legend, options, value, onChange }) {
  const name = freshId();
  return h(
    "fieldset",
    { class: "choice" },
    h("legend", {}, legend),
    ...options.map(([key, text]) =>
      h("label", {}, h("input", { type: "radio", name, value: key, checked: key === value, onchange: () => onChange(key) }), h("span", {}, text)),
    ),
  );
}
