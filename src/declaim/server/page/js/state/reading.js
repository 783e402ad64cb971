// One spoken text, or one sentence of it: what came, and what was measured in it.
import { medianPitch, PitchTracker } from "../audio/pitch.js";
import { Peaks } from "../audio/peaks.js";

/**
 * @typedef {import("../api/speech.js").Word} Word its span in the user's text
 * @typedef {{emotion: Record<string, number>, rate: number, pitch: number, pitch_range: number, energy: number,
 *   pauses: (number | null)[], emphasis: {word: string, strength: number, start: number | null}[]}} Score
 * @typedef {{span: [number, number], text: string, score: Score}} Sentence
 */

export class Reading {
  /** @type {Word[]} */
  words = [];
  /** @type {Sentence[]} */
  sentences = [];
  /** @type {Set<string>} */
  channels = new Set();
  /** @type {import("../api/speech.js").Head | null} */
  head = null;
  isWhole = false;
  samples = 0;
  /** @type {number | null} seconds from the request to the first audio */
  firstAudio = null;
  /** seconds from the request to the last audio so far */
  elapsed = 0;
  gaps = 0;
  #began = performance.now();
  #middle = { hertz: 0, frames: 0 };

  /**
   * @param {string[]} points the text
   * @param {import("../text/markup.js").Compiled} markup what was sent
   * @param {Record<string, unknown>} request
   * @param {{start: number, end: number} | null} stretch of the text that is spoken; null for all
   */
  constructor(points, markup, request, stretch) {
    this.points = points;
    this.markup = markup;
    this.request = request;
    this.stretch = stretch;
    this.pitch = new PitchTracker(24_000);
    this.peaks = new Peaks(24_000);
  }

  /** The request is sent now: what was waited before is not the service's speed. */
  restart() {
    this.#began = performance.now();
  }

  /** @param {import("../api/speech.js").Head} head */
  begin(head) {
    this.head = head;
    this.pitch = new PitchTracker(head.sampleRate);
    this.peaks = new Peaks(head.sampleRate);
  }

  /** @param {import("../api/speech.js").Delta} delta @returns {Word[]} its words, with their places in the text */
  add({ samples, words, channel }) {
    this.elapsed = (performance.now() - this.#began) / 1000;
    if (samples.length) this.firstAudio ??= this.elapsed;
    if (channel) this.channels.add(channel);
    this.samples += samples.length;
    this.pitch.push(samples);
    this.peaks.push(samples);
    const placed = words.map((word) => ({ ...word, span: this.markup.origin(word.span) }));
    this.words.push(...placed);
    return placed;
  }

  /** @param {{sentences: Sentence[]}} answer of `POST /v1/score` */
  score({ sentences }) {
    this.sentences = sentences.map((sentence) => ({
      ...sentence,
      span: this.markup.origin(sentence.span),
      score: {
        ...sentence.score,
        emphasis: sentence.score.emphasis.map((each) => ({
          ...each,
          start: each.start === null ? null : this.markup.origin([each.start, each.start + 1])[0],
        })),
      },
    }));
  }

  get seconds() {
    return this.samples / (this.head?.sampleRate ?? 24_000);
  }

  /** Seconds of work for a second of audio, as seen from here. */
  get factor() {
    return this.seconds ? this.elapsed / this.seconds : Number.NaN;
  }

  /** Hz; measured anew when there is a tenth more to measure. */
  get middlePitch() {
    const { frames } = this.pitch;
    if (frames.length >= 1.1 * this.#middle.frames) this.#middle = { hertz: medianPitch(frames), frames: frames.length };
    return this.#middle.hertz;
  }

  /**
   * The index of the word that is heard at a time, -1 in pauses.
   * @param {number} seconds
   */
  wordAt(seconds) {
    let [low, high] = [0, this.words.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.words[middle].start <= seconds) low = middle + 1;
      else high = middle;
    }
    return low && seconds < this.words[low - 1].end ? low - 1 : -1;
  }
}
