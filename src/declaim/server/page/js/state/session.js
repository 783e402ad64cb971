// Speaking: from the button to the last sample, with all that can come between.
import { breaths } from "../api/breath.js";
import { ApiError, askJson, isAbort } from "../api/http.js";
import { withPatience } from "../api/patience.js";
import { speech } from "../api/speech.js";
import { compiled } from "../text/markup.js";
import { Reading } from "./reading.js";
import { requestOf } from "./settings.js";

/**
 * @typedef {"idle" | "asking" | "waiting" | "streaming" | "done" | "failed"} Phase
 * @typedef {{points: string[], edits: import("../text/edits.js").Edits, settings: import("./settings.js").Settings,
 *   stretch?: {start: number, end: number} | null}} Wish
 */

/**
 * Speaks one reading at a time. Its events: `phase`; `begin`, `head`, `words`, `audio`, `scores` of the reading as
 * it comes; `wait` with the seconds that are left; `error`.
 */
export class Session extends EventTarget {
  /** @type {Phase} */
  phase = "idle";
  /** @type {Reading | null} */
  reading = null;
  /** @type {unknown} */
  error = null;
  /** @type {AbortController | null} */
  #work = null;

  /**
   * @param {import("../audio/player.js").Player} player
   * @param {() => string} key
   */
  constructor(player, key) {
    super();
    this.player = player;
    this.key = key;
  }

  get isBusy() {
    return this.phase === "asking" || this.phase === "waiting" || this.phase === "streaming";
  }

  /**
   * Speak, in place of whatever is spoken now. Never throws: what goes wrong is told as `error`.
   * @param {Wish} wish
   */
  async speak({ points, edits, settings, stretch = null }) {
    this.stop();
    this.player.unlock();
    const work = (this.#work = new AbortController());
    const markup = compiled(points, edits, stretch ?? undefined);
    const reading = (this.reading = new Reading(points, markup, requestOf(settings, markup.text), stretch));
    this.#tell("begin");
    this.#enter("asking");
    try {
      await this.#stream(reading, work.signal);
      if (work.signal.aborted) return;
      reading.isWhole = true;
      this.player.complete();
      this.#enter("done");
    } catch (error) {
      if (isAbort(error) || work.signal.aborted) return;
      this.error = error;
      this.player.complete(); // what there is may be heard to its end
      this.#enter("failed");
      this.#tell("error");
    }
  }

  /** End the work, here and in the service: closing the request is what tells it. */
  stop() {
    if (this.isBusy) this.#work?.abort(); // a score that is still to come for what was spoken may come
    this.#work = null;
    this.player.stop();
    if (this.isBusy) this.#enter("idle");
  }

  /**
   * @param {Reading} reading
   * @param {AbortSignal} signal
   */
  async #stream(reading, signal) {
    const key = this.key();
    const onWait = (/** @type {number} */ seconds, /** @type {ApiError} */ error) => {
      this.#enter("waiting");
      this.#tell("wait", { seconds, status: error.status });
    };
    const attempt = () => {
      reading.restart();
      return speech(reading.request, { signal, key });
    };
    const { head, deltas } = await withPatience(attempt, { signal, onWait });
    if (signal.aborted) return;
    reading.begin(head);
    this.player.begin(head.sampleRate);
    this.#enter("streaming");
    this.#tell("head");
    this.#score(reading, key, signal);
    const breath = breaths();
    for await (const delta of deltas) {
      await breath();
      if (signal.aborted) return;
      this.player.push(delta.samples);
      const words = reading.add(delta);
      if (words.length) this.#tell("words", words);
      this.#tell("audio");
    }
  }

  /**
   * How the text is read, asked for once it is spoken, so that nobody waits for it.
   * @param {Reading} reading
   * @param {string} key
   * @param {AbortSignal} signal
   */
  async #score(reading, key, signal) {
    const { input, emotion, expressiveness } = reading.request;
    try {
      reading.score(await askJson("/v1/score", { body: { input, emotion, expressiveness }, key, signal }));
      if (this.reading === reading) this.#tell("scores");
    } catch (error) {
      if (!isAbort(error)) this.#tell("unscored", error); // the speech goes on without its colours
    }
  }

  /** @param {Phase} phase */
  #enter(phase) {
    this.phase = phase;
    this.#tell("phase");
  }

  /** @param {string} name @param {unknown} [detail] */
  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
