// How the service is, from /healthz, /readyz, /v1/capabilities and /metrics, while somebody looks.
import { ApiError, ask, askJson } from "../api/http.js";
import { chosen, quantile, samplesIn, total } from "../api/metrics.js";
import { byId, h } from "../ui/dom.js";
import { megabytes, orDash } from "../ui/numbers.js";
import { t } from "../ui/strings.js";

const EVERY = 2000; // milliseconds
const MOST_ERRORS = 30;
const ERRORS_BEGIN = 400;

/** @typedef {import("../api/metrics.js").Sample} Sample */
/** @typedef {{health: {status: string, waiting: number, speaking: number}, ready: {status: string}, offer: any, samples: Sample[]}} State */

/** @param {import("../app.js").App} app */
export function startStatus({ key }) {
  const place = byId("status");
  const errors = new ErrorLog();
  let timer = 0;

  async function refresh() {
    clearTimeout(timer);
    if (place.hidden) return;
    try {
      const state = await stateOf(key());
      errors.note(state.samples);
      const focused = place.contains(document.activeElement);
      place.replaceChildren(...cards(state, errors));
      if (focused) place.focus();
    } catch (error) {
      const message = error instanceof ApiError && error.status === 401 ? t("needKey") : t("unreachable");
      place.replaceChildren(h("p", { class: "blank", role: "alert" }, t("statusHidden", { message })));
    }
    timer = setTimeout(refresh, EVERY);
  }
  document.addEventListener("view", refresh);
}

/** @param {string} key @returns {Promise<State>} */
async function stateOf(key) {
  const [health, ready, offer, metrics] = await Promise.all([
    healthOf("/healthz"),
    healthOf("/readyz"),
    askJson("/v1/capabilities", { key }),
    ask("/metrics", { key }).then((response) => response.text()),
  ]);
  return { health, ready, offer, samples: samplesIn(metrics) };
}

/** A service that is not well says so with 503 and the same fields. @param {string} path */
async function healthOf(path) {
  const response = await fetch(path, { cache: "no-store" });
  return response.json();
}

/** What went wrong since the page was opened: the counters only know how much. */
class ErrorLog {
  /** @type {{at: Date, status: string, endpoint: string, count: number}[]} the latest first */
  rows = [];
  /** @type {Map<string, number> | null} */
  #seen = null;

  /** @param {Sample[]} samples */
  note(samples) {
    const failed = chosen(samples, "declaim_requests_total").filter(({ labels }) => Number(labels.status) >= ERRORS_BEGIN);
    const counts = new Map(failed.map(({ labels, value }) => [`${labels.status} ${labels.endpoint}`, value]));
    for (const [name, count] of this.#seen ? counts : []) {
      const fresh = count - (this.#seen?.get(name) ?? 0);
      const [status, endpoint] = name.split(" ");
      if (fresh > 0) this.rows.unshift({ at: new Date(), status, endpoint, count: fresh });
    }
    this.rows.length = Math.min(this.rows.length, MOST_ERRORS);
    this.#seen = counts;
  }
}

/** @param {State} state @param {ErrorLog} errors */
function cards({ health, ready, offer, samples }, errors) {
  return [
    healthCard(health, ready, offer),
    queueCard(health, offer, samples),
    speedCard(samples),
    workersCard(samples),
    channelsCard(offer, samples),
    cacheCard(samples),
    errorsCard(samples, errors),
  ];
}

/** @param {string} title @param {...import("../ui/dom.js").Child} children */
const card = (title, ...children) => h("section", { class: "card" }, h("h2", {}, title), ...children);

/** @param {State["health"]} health @param {State["ready"]} ready @param {any} offer */
function healthCard(health, ready, offer) {
  const names = { ok: "ready", stalled: "stalled", starting: "startingUp", draining: "draining" };
  const worst = health.status === "ok" ? ready.status : health.status;
  return card(
    t("health"),
    h("p", { class: `figure ${worst === "ok" ? "good" : "bad"}` }, t(names[/** @type {"ok"} */ (worst)] ?? worst)),
    h("p", { class: "quiet" }, `${t("version", { version: offer.version })} · ${t("updated", { time: new Date().toLocaleTimeString() })}`),
  );
}

/** @param {State["health"]} health @param {any} offer @param {Sample[]} samples */
function queueCard(health, offer, samples) {
  const most = offer.limits.waiting_requests;
  const meter = h("div", { class: "meter", role: "img", "aria-label": t("waitingNow", { count: health.waiting, most }) });
  meter.style.setProperty("--share", String(Math.min(1, health.waiting / Math.max(1, most))));
  return card(
    t("queue"),
    h("p", {}, t("waitingNow", { count: health.waiting, most })),
    meter,
    h("p", {}, t("speakingNow", { count: health.speaking })),
    pair(t("waitTime"), samples, "declaim_queue_wait_seconds", "s"),
  );
}

/** @param {Sample[]} samples */
function speedCard(samples) {
  return card(
    t("speedCard"),
    pair(t("firstLabel"), samples, "declaim_first_audio_seconds", "s"),
    pair(t("rtfLabel"), samples, "declaim_real_time_factor", ""),
  );
}

/** @param {string} label @param {Sample[]} samples @param {string} name @param {string} unit */
function pair(label, samples, name, unit) {
  const [middle, high] = [quantile(samples, name, 0.5), quantile(samples, name, 0.95)];
  return h("p", {}, h("b", {}, `${orDash(middle)} · ${orDash(high)} ${unit}`), h("br"), h("span", { class: "quiet" }, label));
}

/** @param {Sample[]} samples */
function workersCard(samples) {
  const rows = chosen(samples, "declaim_worker_resident_bytes").map(({ labels, value }) => {
    const restarts = total(samples, "declaim_worker_restarts_total", { worker: labels.worker });
    return [t(labels.role), megabytes(value), String(restarts)];
  });
  const states = chosen(samples, "declaim_workers").filter(({ value }) => value > 0)
    .map(({ labels, value }) => `${value} × ${t(labels.role)}, ${t(labels.state === "starting" ? "startingUp" : labels.state)}`);
  return card(t("workers"), h("p", {}, states.join(" · ")), table([t("role"), t("memory"), t("restarts")], rows));
}

/** @param {any} offer @param {Sample[]} samples */
function channelsCard(offer, samples) {
  const rows = offer.channels.map((/** @type {{name: string, state: string}} */ { name, state }) => {
    const spoken = total(samples, "declaim_channel_outcomes_total", { channel: name });
    const rate = total(samples, "declaim_channel_failure_rate", { channel: name });
    return [name, h("span", { class: state === "closed" ? "good" : "bad" }, t(state)), `${Math.round(100 * rate)} %`, String(spoken)];
  });
  return card(t("channels"), table([t("channel"), t("breaker"), t("failureRate"), t("outcomes")], rows));
}

/** @param {Sample[]} samples */
function cacheCard(samples) {
  const count = (/** @type {string} */ status) => total(samples, "declaim_cache_requests_total", { status });
  const [hits, misses] = [count("hit") + count("coalesced"), count("miss")];
  return card(
    t("cache"),
    h("p", { class: "figure" }, hits + misses ? `${Math.round((100 * hits) / (hits + misses))} %` : "–"),
    h("p", { class: "quiet" }, `${hits} ${t("hits")} · ${misses} ${t("misses")} · ${megabytes(total(samples, "declaim_cache_bytes"))} ${t("kept")}`),
  );
}

/** @param {Sample[]} samples @param {ErrorLog} errors */
function errorsCard(samples, errors) {
  const failed = chosen(samples, "declaim_requests_total").filter(({ labels }) => Number(labels.status) >= ERRORS_BEGIN);
  const sum = failed.reduce((all, { value }) => all + value, 0);
  const rows = errors.rows.map(({ at, status, endpoint, count }) => {
    const shown = status === "499" ? `499 (${t("left")})` : status;
    return h("li", {}, h("time", {}, at.toLocaleTimeString()), ` ${t("errorRow", { status: shown, endpoint })}${count > 1 ? ` × ${count}` : ""}`);
  });
  return card(
    t("errorsCard"),
    rows.length ? h("ul", { class: "errors" }, ...rows) : h("p", {}, t("errorsNone")),
    h("p", { class: "quiet" }, t("errorsTotal", { count: sum })),
  );
}

/** @param {string[]} heads @param {import("../ui/dom.js").Child[][]} rows */
function table(heads, rows) {
  return h(
    "table",
    {},
    h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))),
    h("tbody", {}, ...rows.map((row) => h("tr", {}, ...row.map((cell) => h("td", {}, cell))))),
  );
}
