// Hears a chapter of a book, take by take, while the rest of it may still be in the making.
import { chapterOf, takeOf } from "../api/jobs.js";
import { isAbort } from "../api/http.js";
import { pause, withPatience } from "../api/patience.js";
import { Player } from "./player.js";

const RATE = 24_000;
const AHEAD = 20; // seconds that are fetched ahead of what is heard
const LOOK = 3000; // milliseconds between looks for sentences that were spoken meanwhile

/** Its events: `sentences` when there are more of them, `place` when another one is heard, `state`, `end`, `error`. */
export class Listener extends EventTarget {
  player = new Player();
  /** @type {import("../api/jobs.js").Sentence[]} of the chapter, as far as they are there */
  sentences = [];
  /** @type {{id: string, chapter: number} | null} */
  heard = null;
  at = 0;
  #from = 0;
  /** @type {number[]} where in the player each sentence begins, from `#from` on */
  #starts = [];
  #work = new AbortController();
  #timer = 0;

  /** @param {() => string} key */
  constructor(key) {
    super();
    this.key = key;
    this.player.addEventListener("state", () => this.#tell("state"));
    this.player.addEventListener("ended", () => this.#tell("end"));
  }

  /**
   * Hear a chapter from a sentence on. Never throws: what goes wrong is told as `error`.
   * @param {string} id
   * @param {number} chapter
   * @param {number} [from]
   */
  async play(id, chapter, from = 0) {
    this.stop();
    this.player.unlock();
    const { signal } = (this.#work = new AbortController());
    if (this.heard?.id !== id || this.heard.chapter !== chapter) this.sentences = [];
    [this.heard, this.at, this.#from, this.#starts] = [{ id, chapter }, from, from, []];
    this.player.begin(RATE);
    this.#timer = setInterval(() => this.#look(), 100);
    this.#tell("place");
    try {
      await this.#feed(id, chapter, signal);
    } catch (error) {
      if (isAbort(error) || signal.aborted) return;
      this.player.complete();
      this.#tell("error", error);
    }
  }

  /** Where in the player the sentence begins that is heard, in seconds. */
  get begun() {
    return this.#starts[this.at - this.#from] ?? 0;
  }

  stop() {
    this.#work.abort();
    clearInterval(this.#timer);
    this.player.stop();
  }

  close() {
    this.stop();
    this.heard = null;
    this.#tell("state");
  }

  /** @param {string} id @param {number} chapter @param {AbortSignal} signal */
  async #feed(id, chapter, signal) {
    for (let next = this.#from; ; ) {
      const { sentences, is_whole } = await patiently(() => chapterOf(id, chapter, this.key(), signal), signal);
      this.sentences = sentences;
      this.#tell("sentences");
      for (; next < sentences.length; next += 1) await this.#push(id, sentences[next], signal);
      if (is_whole) break;
      await pause(LOOK, signal);
    }
    this.player.complete();
  }

  /** @param {string} id @param {import("../api/jobs.js").Sentence} sentence @param {AbortSignal} signal */
  async #push(id, sentence, signal) {
    while (this.player.duration - this.player.position > AHEAD) await pause(500, signal);
    const bytes = await patiently(() => takeOf(id, sentence.take, this.key(), signal), signal);
    const samples = await samplesIn(bytes);
    if (signal.aborted) throw new DOMException("", "AbortError");
    this.#starts.push(this.player.duration);
    this.player.push(samples);
    this.player.push(new Int16Array(Math.round(sentence.pause * RATE)));
  }

  #look() {
    const { position } = this.player;
    const at = this.#from + Math.max(0, this.#starts.findLastIndex((start) => start <= position));
    if (at === this.at) return;
    this.at = at;
    this.#tell("place");
  }

  /** @param {string} name @param {unknown} [detail] */
  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/**
 * @template T
 * @param {() => Promise<T>} attempt
 * @param {AbortSignal} signal
 */
const patiently = (attempt, signal) => withPatience(attempt, { signal, onWait: () => {} }); // what is fetched ahead plays on

/** @param {ArrayBuffer} bytes of a FLAC file */
async function samplesIn(bytes) {
  const audio = await new OfflineAudioContext(1, 1, RATE).decodeAudioData(bytes);
  const values = audio.getChannelData(0);
  const samples = new Int16Array(values.length);
  for (let at = 0; at < values.length; at += 1) samples[at] = Math.max(-32_768, Math.min(32_767, Math.round(32_768 * values[at])));
  return samples;
}
