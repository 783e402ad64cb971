// How a book is to be made: who speaks, and which files are written.
import { castOf } from "../../state/cast.js";
import { h, slider } from "../../ui/dom.js";
import { t } from "../../ui/strings.js";
import { castTable } from "./cast_table.js";
import { tick } from "./tick.js";

const FORMATS = ["m4b", "mp3", "opus", "flac"];
const SUBTITLES = ["srt", "vtt", "lrc"];

/**
 * What somebody can wish for before something is made.
 * @typedef {{cast: HTMLElement, output: HTMLElement, make: string,
 *   options: () => import("../../api/jobs.js").BookOptions | import("../../api/jobs.js").PodcastOptions}} Wishes
 *   `make` names the text of the button that begins, `options` are those that are wished for by then.
 */

/**
 * @param {import("../../api/jobs.js").BookPreview} preview
 * @param {import("../../app.js").App} app
 * @returns {Wishes}
 */
export function bookWishes(preview, app) {
  const options = { ...preview.options, voice: preview.narrator };
  const roles = structuredClone(preview.cast);
  return {
    cast: castTable({ app, preview, roles, options }),
    output: output(options),
    make: "makeBook",
    options: () => ({ ...options, cast: options.dialogue ? castOf(roles) : "" }),
  };
}

/** @param {import("../../api/jobs.js").BookOptions} options */
function output(options) {
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
