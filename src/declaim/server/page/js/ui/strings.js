// The page's words in the reader's language.
import en from "../strings/en.js";
import zh from "../strings/zh.js";

/** @typedef {keyof typeof en} Name */

const NAME = "declaim.language";
/** @type {Record<string, Record<string, string>>} */
const ALL = { en, zh };
let language = localStorage.getItem(NAME) ?? navigator.languages.find((tag) => /^(en|zh)/i.test(tag))?.slice(0, 2).toLowerCase() ?? "en";
if (!(language in ALL)) language = "en";

/**
 * A phrase with what belongs in its gaps.
 * @param {string} name of the phrase
 * @param {Record<string, string | number>} [gaps]
 */
export function t(name, gaps = {}) {
  const phrase = ALL[language][name] ?? name;
  return phrase.replace(/\{(\w+)\}/g, (_, gap) => String(gaps[gap] ?? ""));
}

export const currentLanguage = () => language;

/** @param {string} chosen */
export function setLanguage(chosen) {
  language = chosen;
  localStorage.setItem(NAME, chosen);
}

/** Put the phrases into the elements of index.html that ask for them. */
export function translatePage() {
  document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = t(element.getAttribute("data-t") ?? "");
  for (const [attribute, target] of [["data-t-label", "aria-label"], ["data-t-placeholder", "placeholder"]]) {
    for (const element of document.querySelectorAll(`[${attribute}]`)) element.setAttribute(target, t(element.getAttribute(attribute) ?? ""));
  }
}
