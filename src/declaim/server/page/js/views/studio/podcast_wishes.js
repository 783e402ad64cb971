// How a podcast is to be made: who speaks with which voice, and from where.
import { h } from "../../ui/dom.js";
import { t } from "../../ui/strings.js";
import { speakerTable } from "./cast_table.js";
import { tick } from "./tick.js";

/**
 * @param {import("../../api/jobs.js").PodcastPreview} preview
 * @param {import("../../app.js").App} app
 * @returns {import("./book_wishes.js").Wishes}
 */
export function podcastWishes(preview, app) {
  const roles = structuredClone(preview.cast);
  let { stereo } = preview.options;
  return {
    cast: speakerTable(app, roles),
    output: h("div", { class: "output" }, h("p", { class: "quiet" }, t("podcastFiles")), tick(t("stereo"), stereo ?? false, (checked) => (stereo = checked))),
    make: "makePodcast",
    options: () => ({ voices: Object.fromEntries(roles.map(({ name, voice }) => [name, voice])), stereo }),
  };
}
