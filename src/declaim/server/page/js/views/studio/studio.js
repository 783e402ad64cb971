// The studio: books and podcasts to choose from, and the chosen one before, while and after it is made.
import { ApiError } from "../../api/http.js";
import { ENDED } from "../../api/jobs.js";
import { Listener } from "../../audio/listener.js";
import { Shelf } from "../../state/shelf.js";
import { byId, h } from "../../ui/dom.js";
import { startDrop } from "../../ui/dropping.js";
import { dismiss } from "../../ui/notice.js";
import { t } from "../../ui/strings.js";
import { drawDraft } from "./draft.js";
import { startListening } from "./listening.js";
import { Making } from "./making.js";
import { drawShelf } from "./shelf_list.js";
import { Upload } from "./upload.js";

const NOT_FOUND = 404;
const TOPIC = "studio";

/**
 * What the parts of the studio share.
 * @typedef {{app: import("../../app.js").App, shelf: Shelf, listener: Listener, recast: (id: string | null) => void}} Room
 */

/** @param {import("../../app.js").App} app */
export function startStudio(app) {
  const [place, desk, list] = [byId("studio"), byId("desk"), byId("books")];
  const shelf = new Shelf(app.key);
  const listener = new Listener(app.key);
  /** @type {string | null} the book whose voices are chosen anew */
  let recast = null;
  /** @type {Room} */
  const room = {
    app, shelf, listener,
    recast(id) {
      recast = id;
      show();
    },
  };
  const upload = new Upload(room);
  const making = new Making(room);
  let shown = "";
  startListening(room);
  startDrop(place, (file) => file && (shelf.choose(null), upload.take(file)));
  byId("new-book").onclick = () => {
    shelf.choose(null);
    desk.querySelector("button")?.focus();
  };

  function show() {
    const job = shelf.chosen;
    const isDraft = job && (job.state === "draft" || (recast === job.id && ENDED.has(job.state)));
    const wanted = !job ? "upload" : `${isDraft ? "draft" : "job"} ${job.id}`;
    if (wanted !== shown) {
      if (recast !== job?.id) recast = null;
      shown = wanted;
      if (!job) desk.replaceChildren(upload.element);
      else if (isDraft) drawDraft(desk, job, room);
      else desk.replaceChildren(making.element);
    }
    if (job && !isDraft) making.show(job);
    byId("shelf").hidden = !shelf.jobs?.length;
    byId("new-book").hidden = !job;
    drawShelf(list, shelf);
  }

  shelf.addEventListener("change", () => {
    if (byId("notice").dataset.topic === TOPIC) dismiss();
    show();
  });
  shelf.addEventListener("sentence", (event) => making.said(/** @type {CustomEvent} */ (event).detail));
  shelf.addEventListener("fault", (event) => fault(/** @type {CustomEvent} */ (event).detail));

  /** @param {unknown} error */
  function fault(error) {
    const isMissing = error instanceof ApiError && error.status === NOT_FOUND;
    if (isMissing && !shelf.jobs) {
      shown = "";
      desk.replaceChildren(lacking());
      return;
    }
    if (isMissing) return void shelf.refresh(); // a book was deleted elsewhere
    app.failed(error, () => shelf.refresh());
    byId("notice").dataset.topic = TOPIC; // it goes when the service answers again
  }

  document.addEventListener("view", () => {
    const isSeen = !place.hidden;
    if (!isSeen) listener.close();
    shelf.see(isSeen);
  });
}

/** The service makes neither books nor podcasts. */
function lacking() {
  return h(
    "div",
    { class: "lacking" },
    h("h2", {}, t("studioLacking")),
    h("p", {}, t("studioInstall")),
    h("pre", {}, "pip install 'declaim[studio]'"),
    h("p", { class: "quiet" }, t("studioRestart")),
  );
}
