// What the page would send, to be taken elsewhere: markup, curl, Python.
import { curlOf, pythonOf } from "../text/calls.js";
import { byId, choice, h } from "../ui/dom.js";
import { announce } from "../ui/notice.js";
import { t } from "../ui/strings.js";
import { copied } from "./editor.js";

/** @param {import("../app.js").App} app */
export function startCalls(app) {
  const code = h("pre", { tabIndex: 0, "aria-label": t("call"), role: "region" });
  let kind = "curl";
  const kinds = choice({ legend: t("callKind"), value: kind, options: [["curl", "curl"], ["python", "Python"], ["markup", t("markup")]], onChange: (chosen) => ((kind = chosen), show()) });
  const copy = h("button", { type: "button", onclick: async () => (await copied(code.textContent ?? "")) && announce(t("copied")) }, t("copy"));
  byId("calls").replaceChildren(kinds, code, copy);

  function show() {
    const body = app.request();
    const options = { hasKey: Boolean(app.key()), format: byId("format", HTMLSelectElement).value };
    if (kind === "markup") code.textContent = String(body.input);
    else code.textContent = kind === "curl" ? curlOf(location.origin, body, options) : pythonOf(location.origin, body, options);
  }

  /** Not while somebody types: nobody sees it then. */
  const showIfSeen = () => document.body.dataset.view === "shape" && show();
  for (const name of ["text", "settings", "edits"]) app.manuscript.addEventListener(name, showIfSeen);
  document.addEventListener("view", showIfSeen);
  byId("format").addEventListener("change", showIfSeen);
}
