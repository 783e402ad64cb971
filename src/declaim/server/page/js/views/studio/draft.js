// A book or a script before it is made: what is in it, how long it will be, what it will cost, and who speaks.
import { begin, previewOf, remove } from "../../api/jobs.js";
import { byId, h } from "../../ui/dom.js";
import { duration } from "../../ui/durations.js";
import { announce, dismiss } from "../../ui/notice.js";
import { t } from "../../ui/strings.js";
import { bookWishes } from "./book_wishes.js";
import { podcastWishes } from "./podcast_wishes.js";

/** @typedef {import("../../api/jobs.js").Preview} Preview */

/**
 * @param {HTMLElement} desk
 * @param {import("../../api/jobs.js").Job} job
 * @param {import("./studio.js").Room} room
 */
export async function drawDraft(desk, job, room) {
  const { app, shelf } = room;
  const place = h("div", { class: "draft" }, h("h2", { class: "title" }, job.title), h("p", { class: "quiet", role: "status" }, t("looking")));
  desk.replaceChildren(place);
  try {
    const preview = await previewOf(job.id, app.key());
    if (!place.isConnected) return;
    job.title = preview.title;
    shelf.put(job);
    place.replaceChildren(...parts(job, preview, room));
    announce(t("bookLooked", { count: preview.chapters.length, length: duration(preview.seconds) }));
  } catch (error) {
    if (!place.isConnected) return;
    app.failed(error, () => drawDraft(desk, job, room));
    place.replaceChildren(h("h2", { class: "title" }, job.title), h("p", { class: "bad" }, t("bookUnreadable")), h("p", { class: "actions" }, discard(job, room)));
  }
}

/**
 * @param {import("../../api/jobs.js").Job} job
 * @param {Preview} preview
 * @param {import("./studio.js").Room} room
 */
function parts(job, preview, room) {
  const wishes = preview.kind === "podcast" ? podcastWishes(preview, room.app) : bookWishes(preview, room.app);
  const about = [preview.authors.join(", "), t(preview.language === "zh" ? "sampleZh" : "sampleEn")].filter(Boolean).join(" · ");
  const all = [
    h("h2", { class: "title" }, preview.title),
    h("p", { class: "quiet" }, about),
    sums(preview),
    chapters(preview),
    skipped(preview),
    warnings(preview),
    h("h3", {}, t("cast")),
    wishes.cast,
    h("h3", {}, t("output")),
    wishes.output,
    h("div", { class: "actions" }, start(job, wishes, room), job.state === "draft" ? discard(job, room) : back(room)),
  ];
  return all.filter((part) => part !== null);
}

/** @param {Preview} preview */
function sums({ chapters: all, seconds, work_seconds, prices }) {
  const paid = Object.entries(prices).filter(([, price]) => price > 0);
  const cost = paid.length ? paid.map(([channel, price]) => t("costAtMost", { price: price.toFixed(2), channel })).join(", ") : t("costNothing");
  const rows = [[t("chapters"), String(all.length)], [t("length"), duration(seconds)], [t("workTime"), duration(work_seconds)], [t("cost"), cost]];
  return h("dl", { class: "sums" }, ...rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

/** @param {Preview} preview */
function chapters({ chapters: all }) {
  const longest = Math.max(...all.map(({ seconds }) => seconds), 1);
  const rows = all.map(({ title, level, seconds }) => {
    const row = h("li", { class: level > 1 ? "inner" : "" }, h("span", { class: "name" }, title), h("span", { class: "quiet" }, duration(seconds)));
    row.style.setProperty("--share", String(seconds / longest));
    return row;
  });
  return h("ol", { class: "ahead", tabIndex: 0, "aria-label": t("chapters") }, ...rows);
}

/** @param {Preview} preview */
function skipped({ skipped: all }) {
  if (!all.length) return null;
  const count = all.reduce((sum, each) => sum + each.count, 0);
  const rows = all.map(({ kind, where, why, count: many }) => h("li", {}, h("b", {}, `${many} × ${t(`skipped_${kind}`)}`), ` ${where}`, h("span", { class: "quiet" }, ` ${why}`)));
  return h("details", { class: "left-out" }, h("summary", {}, t("leftOut", { count })), h("ul", {}, ...rows));
}

/** @param {Preview} preview */
function warnings({ warnings: all }) {
  if (!all.length) return null;
  return h("details", { class: "left-out" }, h("summary", {}, t("warnedOf", { count: all.length })), h("ul", {}, ...all.map((text) => h("li", {}, text))));
}

/**
 * @param {import("../../api/jobs.js").Job} job
 * @param {import("./book_wishes.js").Wishes} wishes
 * @param {import("./studio.js").Room} room
 */
function start(job, wishes, { app, shelf, recast }) {
  const button = h("button", { type: "button", class: "primary" }, t(job.state === "draft" ? wishes.make : "makeAgain"));
  button.onclick = async () => {
    button.disabled = true;
    dismiss();
    try {
      const begun = await begin(job.id, wishes.options(), app.key());
      shelf.put(begun);
      recast(null);
      byId("desk").focus();
    } catch (error) {
      button.disabled = false;
      app.failed(error, () => button.click());
    }
  };
  return button;
}

/** @param {import("../../api/jobs.js").Job} job @param {import("./studio.js").Room} room */
function discard(job, { app, shelf }) {
  const act = async () => {
    try {
      await remove(job.id, app.key());
      dismiss();
      shelf.drop(job.id);
    } catch (error) {
      app.failed(error, act);
    }
  };
  return h("button", { type: "button", onclick: act }, t("discard"));
}

/** @param {import("./studio.js").Room} room */
const back = ({ recast }) => h("button", { type: "button", onclick: () => recast(null) }, t("cancel"));
