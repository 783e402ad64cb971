// A book while it is made and afterwards: how far, how fast, how long still; its chapters, its files, what is missing.
import { fileAddress, filesOf, isUnderWay, remove, tell } from "../../api/jobs.js";
import { ask } from "../../api/http.js";
import { confirmed } from "../../ui/confirm.js";
import { h } from "../../ui/dom.js";
import { duration } from "../../ui/durations.js";
import { announce, dismiss } from "../../ui/notice.js";
import { megabytes, orDash } from "../../ui/numbers.js";
import { fetchAs, save } from "../../ui/save.js";
import { t } from "../../ui/strings.js";

/** @typedef {import("../../api/jobs.js").Job} Job */

const NAMED = /\.(transcript|chapters|rss)\.\w+$/; // what a podcast's files are named by, before their ending

export class Making {
  #title = h("h2", { class: "title" });
  #state = h("p", { class: "job-state" });
  #reason = h("div", { class: "reason", role: "status" });
  #meter = h("div", { class: "meter", role: "progressbar", "aria-label": t("progress"), "aria-valuemin": 0, "aria-valuemax": 100 });
  #figures = h("dl", { class: "sums" });
  #now = h("p", { class: "now" });
  #actions = h("div", { class: "actions" });
  #files = h("section", { class: "files" });
  #chapters = h("ol", { class: "chapters", "aria-label": t("chapters") });
  #omissions = h("section", { class: "left-out" });
  element = h(
    "div",
    { class: "making" },
    this.#title, this.#state, this.#reason, this.#meter, this.#figures, this.#now, this.#actions, this.#files, this.#omissions,
    h("h3", {}, t("chapters")), this.#chapters,
  );
  #drawn = "";
  #announced = "";

  /** @param {import("./studio.js").Room} room */
  constructor(room) {
    this.room = room;
  }

  /** @param {Job} job as it is now */
  show(job) {
    const isOther = !this.#drawn.startsWith(job.id);
    if (isOther) this.#now.textContent = "";
    if (this.#title.textContent !== job.title) this.#title.textContent = job.title;
    this.#showState(job);
    this.#showFigures(job);
    this.#showChapters(job, isOther);
    const drawn = [job.id, job.state, job.files.length, job.omissions.length].join(" ");
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#showActions(job);
    this.#showOmissions(job);
    this.#showFiles(job);
  }

  /** What was just spoken. @param {{text: string}} event */
  said({ text }) {
    this.#now.textContent = text;
  }

  /** @param {Job} job */
  #showState(job) {
    const isLost = this.room.shelf.isLost && isUnderWay(job);
    this.#state.textContent = isLost ? t("jobLost") : t(`state_${job.state}`);
    this.#state.className = `job-state ${isLost || job.state === "failed" ? "bad" : job.state === "done" ? "good" : ""}`;
    const share = job.state === "done" ? 1 : job.share;
    this.#meter.style.setProperty("--share", String(share));
    this.#meter.setAttribute("aria-valuenow", String(Math.floor(100 * share)));
    this.#now.hidden = job.state !== "running";
    const reason = job.why ? [job.why, job.hint].filter(Boolean).join(". ") : "";
    if (this.#reason.textContent !== reason) this.#reason.textContent = reason;
    this.#reason.hidden = !reason;
    const tenth = `${job.id} ${job.state} ${job.state === "running" ? Math.floor(10 * share) : ""}`;
    if (this.#announced.split(" ")[0] === job.id && tenth !== this.#announced) announce(`${job.title}: ${t(`job_${job.state}`)}, ${Math.floor(100 * share)} %`);
    this.#announced = tenth;
  }

  /** @param {Job} job */
  #showFigures({ state, share, seconds, real_time_factor, seconds_left }) {
    const left = state === "running" || state === "paused" ? (seconds_left === null ? t("tooEarly") : duration(seconds_left)) : "–";
    const rows = [
      [t("done"), `${Math.floor(100 * (state === "done" ? 1 : share))} %`], [t("timeLeft"), left],
      [t("spokenSoFar"), duration(seconds)], [t("factFactor"), real_time_factor === null ? "–" : `${orDash(real_time_factor)}×`],
    ];
    const values = this.#figures.querySelectorAll("dd");
    if (values.length) rows.forEach(([, value], at) => (values[at].textContent = value));
    else this.#figures.replaceChildren(...rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
  }

  /** @param {Job} job @param {boolean} isOther */
  #showChapters(job, isOther) {
    if (isOther || this.#chapters.childElementCount !== job.chapters.length) {
      this.#chapters.replaceChildren(...job.chapters.map((chapter, at) => this.#chapter(job.id, chapter, at)));
    }
    const { heard } = this.room.listener;
    job.chapters.forEach(({ share, seconds }, at) => {
      const row = /** @type {HTMLElement} */ (this.#chapters.children[at]);
      row.style.setProperty("--share", String(share));
      row.classList.toggle("whole", share >= 1 || job.state === "done");
      row.classList.toggle("heard", heard?.id === job.id && heard.chapter === at);
      /** @type {HTMLButtonElement} */ (row.firstElementChild).disabled = !seconds;
      const length = /** @type {HTMLElement} */ (row.lastElementChild);
      length.textContent = share >= 1 || job.state === "done" ? duration(seconds) : seconds ? `${Math.floor(100 * share)} %` : t("waitingChapter");
    });
  }

  /** @param {string} id @param {{title: string}} chapter @param {number} at */
  #chapter(id, { title }, at) {
    const hear = () => this.room.listener.play(id, at);
    return h(
      "li",
      {},
      h("button", { type: "button", class: "icon", "aria-label": t("hearChapter", { name: title }), onclick: hear }, "▶"),
      h("span", { class: "name" }, title),
      h("span", { class: "quiet" }),
    );
  }

  /** @param {Job} job */
  #showActions(job) {
    const focused = this.#actions.contains(document.activeElement);
    const act = (/** @type {"pause" | "resume" | "cancel"} */ what) => () => this.#do(async () => this.room.shelf.put(await tell(job.id, what, this.room.app.key())));
    const button = (/** @type {string} */ name, /** @type {() => unknown} */ onclick, kind = "") => h("button", { type: "button", class: kind, onclick }, t(name));
    const shown = [];
    if (job.state === "running" || job.state === "queued") shown.push(button("pauseBook", act("pause")));
    if (job.state === "paused") shown.push(button("resumeBook", act("resume"), "primary"));
    if (isUnderWay(job)) shown.push(button("cancelBook", () => this.#confirm("cancelSure", "cancelBook", act("cancel"))));
    else shown.push(button("recast", () => this.room.recast(job.id)));
    shown.push(button("deleteBook", () => this.#confirm("deleteSure", "deleteBook", () => this.#delete(job))));
    this.#actions.replaceChildren(...shown);
    if (focused) shown[0].focus();
  }

  /** @param {Job} job */
  #delete(job) {
    return this.#do(async () => {
      this.room.listener.close();
      await remove(job.id, this.room.app.key());
      this.room.shelf.drop(job.id);
      announce(t("deleted", { name: job.title }));
    });
  }

  /** @param {string} question @param {string} yes @param {() => unknown} act */
  async #confirm(question, yes, act) {
    if (await confirmed(t(question), t(yes))) await act();
  }

  /** @param {() => Promise<unknown>} work */
  async #do(work) {
    dismiss();
    try {
      await work();
    } catch (error) {
      this.room.app.failed(error, () => this.#do(work));
    }
  }

  /** @param {Job} job */
  #showOmissions({ state, omissions }) {
    this.#omissions.hidden = state !== "done";
    if (!omissions.length) return this.#omissions.replaceChildren(h("p", { class: "quiet" }, t("nothingLeftOut")));
    const rows = omissions.map(({ where, what, why }) => h("li", {}, h("b", {}, where), what ? ` ${what}` : "", h("span", { class: "quiet" }, ` ${why}`)));
    this.#omissions.replaceChildren(h("h3", {}, t("notSpoken", { count: omissions.length })), h("ul", {}, ...rows));
  }

  /** @param {Job} job */
  async #showFiles(job) {
    this.#files.replaceChildren();
    if (job.state !== "done") return;
    try {
      const files = await filesOf(job.id, this.room.app.key());
      const rows = files.map(({ name, bytes }) => this.#file(job, name, bytes));
      this.#files.replaceChildren(h("h3", {}, t("files")), h("ul", {}, ...rows));
    } catch (error) {
      this.room.app.failed(error, () => this.#showFiles(job));
    }
  }

  /** @param {Job} job @param {string} name @param {number} bytes */
  #file(job, name, bytes) {
    const kind = NAMED.exec(name)?.[1] ?? name.split(".").at(-1) ?? "";
    const button = h("button", { type: "button", "aria-label": t("downloadFile", { name }) }, t("download"));
    button.onclick = () => this.#do(() => this.#fetch(job.id, name, button));
    const about = `${t(`kind_${kind}`)} · ${bytes < 100_000 ? `${Math.ceil(bytes / 1000)} kB` : megabytes(bytes)}`;
    return h("li", {}, h("span", { class: "name" }, name), h("span", { class: "quiet" }, about), button);
  }

  /**
   * The browser fetches a file by itself, to the disk; a key, which is in no address, has to be sent along by the page.
   * @param {string} id
   * @param {string} name
   * @param {HTMLButtonElement} button
   */
  async #fetch(id, name, button) {
    const [key, address] = [this.room.app.key(), fileAddress(id, name)];
    const shown = name.split("/").at(-1) ?? name;
    if (!key) return fetchAs(address, shown);
    button.disabled = true;
    try {
      save(await (await ask(address, { key })).blob(), shown);
    } finally {
      button.disabled = false;
    }
  }
}
