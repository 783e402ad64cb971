// A book before it is made: what is in it, how long it will be, what it will cost, and who speaks.
import { begin, previewOf, remove } from "../../api/jobs.js";
import { castOf } from "../../state/cast.js";
import { byId, h, slider } from "../../ui/dom.js";
import { duration } from "../../ui/durations.js";
import { announce, dismiss } from "../../ui/notice.js";
import { t } from "../../ui/strings.js";
import { castTable } from "./cast_table.js";

const FORMATS = ["m4b", "mp3", "opus", "flac"];
const SUBTITLES = ["srt", "vtt", "lrc"];

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
  const options = { ...preview.options, voice: preview.narrator };
  const roles = structuredClone(preview.cast);
  const about = [preview.authors.join(", "), t(preview.language === "zh" ? "sampleZh" : "sampleEn")].filter(Boolean).join(" · ");
  const all = [
    h("h2", { class: "title" }, preview.title),
    h("p", { class: "quiet" }, about),
    sums(preview),
    chapters(preview),
    skipped(preview),
    h("h3", {}, t("cast")),
    castTable({ app: room.app, preview, roles, options }),
    h("h3", {}, t("output")),
    output(options),
    h("div", { class: "actions" }, start(job, options, roles, room), job.state === "draft" ? discard(job, room) : back(room)),
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

/** @param {import("../../api/jobs.js").BookOptions} options */
function output(options) {
  const tick = (/** @type {string} */ text, /** @type {boolean} */ checked, /** @type {(checked: boolean) => void} */ onChange) => {
    const input = h("input", { type: "checkbox", checked });
    input.onchange = () => onChange(input.checked);
    return h("label", { class: "tick" }, input, " ", text);
  };
  const member = (/** @type {string[]} */ list, /** @type {string} */ name) => tick(t(`file_${name}`), list.includes(name), (checked) => {
    if (checked) list.push(name);
    else list.splice(list.indexOf(name), 1);
  });
  [options.formats, options.subtitles] = [[...options.formats], [...options.subtitles]];
  return h(
    "div",
    { class: "output" },
    h("fieldset", {}, h("legend", {}, t("audioFiles")), ...FORMATS.map((name) => member(options.formats, name))),
    h("fieldset", {}, h("legend", {}, t("besides")), ...SUBTITLES.map((name) => member(options.subtitles, name)), tick(t("readAlong"), options.read_along, (checked) => (options.read_along = checked))),
    slider({
      label: t("expressiveness"), min: 0, max: 2, step: 0.1, value: options.expressiveness ?? 1, shown: (value) => value.toFixed(1),
      onChange: (value) => (options.expressiveness = value),
    }),
  );
}

/**
 * @param {import("../../api/jobs.js").Job} job
 * @param {import("../../api/jobs.js").BookOptions} options
 * @param {import("../../api/jobs.js").Role[]} roles
 * @param {import("./studio.js").Room} room
 */
function start(job, options, roles, { app, shelf, recast }) {
  const button = h("button", { type: "button", class: "primary" }, t(job.state === "draft" ? "makeBook" : "makeAgain"));
  button.onclick = async () => {
    button.disabled = true;
    dismiss();
    try {
      const begun = await begin(job.id, { ...options, cast: options.dialogue ? castOf(roles) : "" }, app.key());
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
