// The books of this user, as the service has them: all are asked for now and then, the chosen one tells by itself.
import { allJobs, follow, isUnderWay, jobOf } from "../api/jobs.js";
import { ApiError, isAbort } from "../api/http.js";

const BUSY = 5000; // milliseconds between looks at all books while one is being made
const QUIET = 20_000;
const GLANCE = 1500; // between looks at the chapters of the one that is followed
const NOT_FOUND = 404;
const NAME = "declaim.book";

/** @typedef {import("../api/jobs.js").Job} Job */

/**
 * Its events: `change` whenever a book is otherwise than before, `sentence` with what was just spoken of the chosen
 * one, `fault` with what went wrong.
 */
export class Shelf extends EventTarget {
  /** @type {Job[] | null} the latest first; null: the service has not told yet */
  jobs = null;
  /** @type {string | null} */
  chosenId = sessionStorage.getItem(NAME);
  /** Whether the chosen one does not tell any more, and is asked again. */
  isLost = false;
  #isSeen = false;
  #timer = 0;
  #following = new AbortController();
  #followed = "";
  #glancing = false;

  /** @param {() => string} key */
  constructor(key) {
    super();
    this.key = key;
  }

  get chosen() {
    return this.jobs?.find((job) => job.id === this.chosenId) ?? null;
  }

  /** Look after the books while somebody sees them. @param {boolean} isSeen */
  see(isSeen) {
    this.#isSeen = isSeen;
    if (isSeen) return this.refresh();
    clearTimeout(this.#timer);
    this.#unfollow();
  }

  /** @param {string | null} id */
  choose(id) {
    this.chosenId = id;
    if (id) sessionStorage.setItem(NAME, id);
    else sessionStorage.removeItem(NAME);
    this.#follow();
    this.#tell("change");
  }

  /** A book is otherwise, or new. @param {Job} job */
  put(job) {
    const isKnown = this.jobs?.some(({ id }) => id === job.id);
    this.jobs = isKnown ? (this.jobs ?? []).map((each) => (each.id === job.id ? job : each)) : [job, ...(this.jobs ?? [])];
    this.#follow();
    this.#tell("change");
  }

  /** @param {string} id */
  drop(id) {
    this.jobs = (this.jobs ?? []).filter((job) => job.id !== id);
    if (this.chosenId === id) this.choose(null);
    else this.#tell("change");
  }

  async refresh() {
    clearTimeout(this.#timer);
    try {
      this.jobs = await allJobs(this.key(), AbortSignal.timeout(QUIET));
      this.#follow();
      this.#tell("change");
    } catch (error) {
      if (error instanceof ApiError && error.status === NOT_FOUND) this.jobs = null; // it makes no books
      this.#tell("fault", error);
    }
    clearTimeout(this.#timer);
    if (this.#isSeen) this.#timer = setTimeout(() => this.refresh(), this.jobs?.some(isUnderWay) === false ? QUIET : BUSY);
  }

  #unfollow() {
    this.#following.abort();
    this.#followed = "";
    this.isLost = false;
  }

  /** Listen to the chosen book if it has something to tell, and to no other. */
  async #follow() {
    const job = this.chosen;
    const wanted = job && isUnderWay(job) && this.#isSeen ? job.id : "";
    if (wanted === this.#followed) return;
    this.#unfollow();
    if (!wanted) return;
    this.#followed = wanted;
    const { signal } = (this.#following = new AbortController());
    try {
      await follow(wanted, { key: this.key, signal, onEvent: (event) => this.#hear(event), onLost: () => this.#lose() });
    } catch (error) {
      this.#tell("fault", error);
    }
    if (this.#followed === wanted) this.#followed = "";
  }

  /** @param {any} event */
  #hear(event) {
    const job = this.jobs?.find(({ id }) => id === event.id);
    if (!job) return;
    this.isLost = false;
    const { share, sentences, seconds, real_time_factor, seconds_left, state } = event;
    const hasTurned = state !== job.state;
    Object.assign(job, { share, sentences, seconds, real_time_factor, seconds_left, state });
    if (event.type === "job.sentence") this.#tell("sentence", event);
    this.#tell("change");
    this.#glance(job.id, hasTurned);
  }

  #lose() {
    this.isLost = true;
    this.#tell("change");
  }

  /** What events do not say: chapters, reasons, files. @param {string} id @param {boolean} atOnce */
  async #glance(id, atOnce) {
    if (this.#glancing && !atOnce) return;
    this.#glancing = true;
    try {
      if (!atOnce) await new Promise((resolve) => setTimeout(resolve, GLANCE));
      this.put(await jobOf(id, this.key()));
    } catch (error) {
      if (!isAbort(error)) this.#tell("fault", error);
    } finally {
      this.#glancing = false;
    }
  }

  /** @param {string} name @param {unknown} [detail] */
  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
