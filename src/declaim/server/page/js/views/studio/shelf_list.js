// All books and podcasts, each with how far it is.
import { h } from "../../ui/dom.js";
import { t } from "../../ui/strings.js";

/**
 * @param {HTMLElement} list
 * @param {import("../../state/shelf.js").Shelf} shelf
 */
export function drawShelf(list, shelf) {
  const jobs = shelf.jobs ?? [];
  const old = [...list.children];
  const isSame = old.length === jobs.length && jobs.every((job, at) => old[at].getAttribute("data-job") === job.id);
  if (!isSame) list.replaceChildren(...jobs.map((job) => row(job, shelf)));
  jobs.forEach((job, at) => update(/** @type {HTMLElement} */ (list.children[at]), job, shelf.chosenId));
}

/** @param {import("../../api/jobs.js").Job} job @param {import("../../state/shelf.js").Shelf} shelf */
const row = ({ id }, shelf) =>
  h(
    "li",
    { "data-job": id },
    h("button", { type: "button", class: "book", onclick: () => shelf.choose(id) }, h("span", { class: "name" }), h("span", { class: "quiet" })),
  );

/**
 * In place, so that whoever is at the button stays there.
 * @param {HTMLElement} item
 * @param {import("../../api/jobs.js").Job} job
 * @param {string | null} chosenId
 */
function update(item, job, chosenId) {
  const [name, state] = item.querySelectorAll("span");
  const button = /** @type {HTMLElement} */ (item.firstElementChild);
  const share = job.state === "running" || job.state === "paused" ? ` · ${Math.floor(100 * job.share)} %` : "";
  if (name.textContent !== job.title) name.textContent = job.title;
  state.textContent = `${job.kind === "podcast" ? `${t("podcast")} · ` : ""}${t(`job_${job.state}`)}${share}`;
  state.classList.toggle("bad", job.state === "failed");
  button.style.setProperty("--share", String(job.state === "done" ? 1 : job.share));
  button.classList.toggle("under-way", job.state === "running" || job.state === "paused");
  if (job.id === chosenId) button.setAttribute("aria-current", "true");
  else button.removeAttribute("aria-current");
}
