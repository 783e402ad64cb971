// Dark and light: as the system has it, unless told otherwise.
import { byId } from "./dom.js";
import { t } from "./strings.js";

const NAME = "declaim.theme";
const THEMES = ["auto", "light", "dark"];
/** @type {Record<string, string>} */
const WORDS = { auto: "themeAuto", light: "themeLight", dark: "themeDark" };

export function startTheme() {
  const button = byId("theme");
  show(localStorage.getItem(NAME) ?? "auto");
  button.addEventListener("click", () => {
    const next = THEMES[(THEMES.indexOf(document.documentElement.dataset.theme ?? "auto") + 1) % THEMES.length];
    localStorage.setItem(NAME, next);
    show(next);
  });
}

/** @param {string} theme */
export function show(theme) {
  const known = THEMES.includes(theme) ? theme : "auto";
  document.documentElement.dataset.theme = known;
  const button = byId("theme");
  button.textContent = t(WORDS[known]);
  button.setAttribute("aria-label", t("themeNow", { name: t(WORDS[known]) }));
  document.dispatchEvent(new Event("theme"));
}
