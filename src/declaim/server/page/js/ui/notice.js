// What went wrong, in words, with what can be done; and what is only said to screen readers.
import { byId, h } from "./dom.js";
import { t } from "./strings.js";

/**
 * @typedef {{text: string, action: () => void}} Action
 */

/**
 * Show a message until it is dismissed or another takes its place.
 * @param {string} message
 * @param {{kind?: "error" | "wait" | "note", actions?: Action[]}} [options]
 */
export function notify(message, { kind = "note", actions = [] } = {}) {
  const notice = byId("notice");
  notice.className = `notice ${kind}`;
  notice.dataset.topic = "";
  notice.setAttribute("role", kind === "error" ? "alert" : "status");
  notice.replaceChildren(
    h("p", {}, message),
    ...actions.map(({ text, action }) => h("button", { type: "button", onclick: () => (dismiss(), action()) }, text)),
    h("button", { type: "button", class: "plain", onclick: dismiss }, t("dismiss")),
  );
  notice.hidden = false;
}

export function dismiss() {
  byId("notice").hidden = true;
}

/** @param {string} message for those who hear the page */
export function announce(message) {
  byId("said").textContent = message;
}
