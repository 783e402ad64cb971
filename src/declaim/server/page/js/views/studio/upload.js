// A book or a script comes in: dropped, chosen or written here, sent with its progress, and looked at.
import { ApiError, isAbort } from "../../api/http.js";
import { remove, upload } from "../../api/jobs.js";
import { withPatience } from "../../api/patience.js";
import { h } from "../../ui/dom.js";
import { announce, dismiss, notify } from "../../ui/notice.js";
import { megabytes } from "../../ui/numbers.js";
import { t } from "../../ui/strings.js";

const ACCEPTED = ".epub,.docx,.pdf,.html,.htm,.xhtml,.md,.markdown,.txt,.yaml,.yml,.toml";
const EITHER = /\.(txt|md|markdown)$/i; // books are written so, and scripts

export class Upload {
  #chooser = h("input", { type: "file", class: "unseen", accept: ACCEPTED, tabIndex: -1, "aria-hidden": "true", onchange: () => this.#chosen() });
  #button = h("button", { type: "button", class: "primary", onclick: () => this.#chooser.click() }, t("chooseBook"));
  #progress = h("div", { class: "sending", hidden: true });
  #isScript = h("input", { type: "checkbox" });
  #script = h("textarea", { rows: 8, spellcheck: false, "aria-label": t("scriptText"), placeholder: t("scriptExample") });
  element = h(
    "div",
    { class: "drop" },
    h("h2", {}, t("dropBook")),
    h("p", {}, t("dropKinds")),
    h("p", { class: "actions" }, this.#button, this.#chooser),
    h("p", {}, h("label", { class: "tick" }, this.#isScript, " ", t("textIsScript"))),
    this.#progress,
    h(
      "details",
      { class: "written" },
      h("summary", {}, t("writeScript")),
      this.#script,
      h("p", { class: "actions" }, h("button", { type: "button", onclick: () => this.#written() }, t("lookAtScript"))),
    ),
    h("ol", { class: "steps quiet" }, ...["stepLook", "stepCast", "stepListen"].map((name) => h("li", {}, t(name)))),
  );
  #sending = new AbortController();

  /** @param {import("./studio.js").Room} room */
  constructor({ app, shelf }) {
    this.app = app;
    this.shelf = shelf;
  }

  #chosen() {
    const file = this.#chooser.files?.[0];
    this.#chooser.value = "";
    if (file) this.take(file);
  }

  #written() {
    const text = this.#script.value;
    if (!text.trim()) return this.#script.focus();
    this.take(new File([text], `${t("scriptName")}.txt`), "podcast");
  }

  /**
   * Send a file, in place of one that is being sent.
   * @param {File} file
   * @param {import("../../api/jobs.js").JobKind} [kind]
   */
  async take(file, kind = this.#isScript.checked && EITHER.test(file.name) ? "podcast" : undefined) {
    this.#sending.abort();
    const { signal } = (this.#sending = new AbortController());
    dismiss();
    this.#show(file);
    try {
      const job = await withPatience(() => this.#send(file, kind, signal), { signal, onWait: (seconds) => notify(t("waiting", { seconds }), { kind: "wait" }) });
      dismiss();
      if (signal.aborted) return void remove(job.id, this.app.key());
      this.shelf.put(job);
      this.shelf.choose(job.id);
    } catch (error) {
      if (isAbort(error)) announce(t("stopped"));
      else this.app.failed(error, () => this.take(file, kind));
    } finally {
      if (this.#sending.signal === signal) this.#hide();
    }
  }

  /**
   * Too many jobs are kept: waiting does not help, so what the service says is shown.
   * @param {File} file
   * @param {import("../../api/jobs.js").JobKind | undefined} kind
   * @param {AbortSignal} signal
   */
  async #send(file, kind, signal) {
    try {
      return await upload(file, { kind, key: this.app.key(), signal, onProgress: (share) => this.#tell(share) });
    } catch (error) {
      if (error instanceof ApiError && error.code === "queue_full") error.retryAfter = null;
      throw error;
    }
  }

  /** @param {File} file */
  #show(file) {
    this.#button.disabled = true;
    const bar = h("div", { class: "meter", role: "progressbar", "aria-label": t("sending", { name: file.name }), "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": 0 });
    const stop = h("button", { type: "button", onclick: () => this.#sending.abort() }, t("cancel"));
    this.#progress.replaceChildren(h("p", {}, t("sending", { name: file.name }), " ", h("span", { class: "quiet" }, megabytes(file.size))), bar, stop);
    this.#progress.hidden = false;
    announce(t("sending", { name: file.name }));
  }

  /** @param {number} share */
  #tell(share) {
    const bar = this.#progress.querySelector(".meter");
    if (!(bar instanceof HTMLElement)) return;
    bar.style.setProperty("--share", String(share));
    bar.setAttribute("aria-valuenow", String(Math.round(100 * share)));
  }

  #hide() {
    this.#button.disabled = false;
    this.#progress.hidden = true;
  }
}
