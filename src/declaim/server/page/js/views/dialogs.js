// What stands before the page for a moment: the key and the history.
import { entriesIn, forget, forgetAll } from "../state/history.js";
import { storeKey, storedKey } from "../state/key.js";
import { byId, h } from "../ui/dom.js";
import { t } from "../ui/strings.js";

const SHOWN = 120; // characters of an entry

/**
 * Ask for the key.
 * @param {() => void} onKey called when one was given
 */
export function startKeyDialog(onKey) {
  const dialog = byId("key-dialog", HTMLDialogElement);
  const input = byId("key", HTMLInputElement);
  const kept = byId("key-kept", HTMLInputElement);
  byId("open-key").onclick = open;
  byId("key-cancel").onclick = () => dialog.close();
  byId("key-forget").onclick = () => {
    storeKey("", false);
    dialog.close();
  };
  byId("key-form").addEventListener("submit", () => {
    storeKey(input.value.trim(), kept.checked);
    input.value = "";
    onKey();
  });

  function open() {
    input.value = storedKey();
    kept.checked = localStorage.getItem("declaim.key") !== null;
    if (!dialog.open) dialog.showModal();
  }
  return open;
}

/** @param {import("../app.js").App} app */
export function startHistory({ manuscript }) {
  const dialog = byId("history-dialog", HTMLDialogElement);
  byId("open-history").onclick = () => {
    draw();
    dialog.showModal();
  };
  byId("history-close").onclick = () => dialog.close();
  byId("history-clear").onclick = () => {
    forgetAll(localStorage);
    draw();
  };

  function draw() {
    const entries = entriesIn(localStorage);
    byId("history-clear").hidden = !entries.length;
    byId("history").replaceChildren(
      ...entries.map((entry) =>
        h(
          "li",
          {},
          h(
            "button",
            { type: "button", class: "entry", onclick: () => (manuscript.load(entry), dialog.close()) },
            h("span", {}, [...entry.text].slice(0, SHOWN).join("")),
            h("time", { class: "quiet" }, new Date(entry.at).toLocaleString(document.documentElement.lang)),
          ),
          h("button", { type: "button", class: "icon", "aria-label": t("historyForget"), onclick: () => (forget(localStorage, entry.at), draw()) }, "×"),
        ),
      ),
      ...(entries.length ? [] : [h("li", { class: "quiet" }, t("historyEmpty"))]),
    );
  }
}
