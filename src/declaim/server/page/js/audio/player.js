// Plays audio while it comes, without gaps.
//
// Buffers are scheduled on the context's clock, at its sample, rather than fed to an AudioWorklet: a worklet is
// only there on pages that came over TLS or from this machine, and a service in a local network is often neither.
import { Timeline } from "./timeline.js";

const AHEAD = 8; // seconds that are scheduled ahead: hidden pages may look after it only once a second
const MAX_LATENCY = 0.5; // seconds: what is beyond is a wrong report

/** Tells `state` whenever it begins, pauses, goes on or ends, and `ended` when all was heard. */
export class Player extends EventTarget {
  /** @type {AudioContext | null} */
  #context = null;
  /** @type {Int16Array[]} */
  #pieces = [];
  /** @type {number[]} places of the pieces, in samples */
  #places = [];
  /** @type {Set<AudioBufferSourceNode>} */
  #sources = new Set();
  #timeline = new Timeline();
  #next = 0;
  #samples = 0;
  #isComplete = false;
  #isPlaying = false;
  #timer = 0;
  /** @type {AnalyserNode | null} what is heard, for whoever wants to draw or to measure it */
  analyser = null;
  sampleRate = 24_000;

  /** Seconds of audio that are there. */
  get duration() {
    return this.#samples / this.sampleRate;
  }

  /** The place that is heard now, in seconds. */
  get position() {
    if (!this.#context) return 0;
    const latency = Math.min(this.#context.outputLatency || this.#context.baseLatency || 0, MAX_LATENCY);
    return this.#timeline.placeAt(this.#context.currentTime - latency);
  }

  /** Whether something is to be heard, or waited for. */
  get isPlaying() {
    return this.#isPlaying;
  }

  get isPaused() {
    return this.#isPlaying && this.#context?.state === "suspended";
  }

  get isComplete() {
    return this.#isComplete;
  }

  get pieces() {
    return this.#pieces;
  }

  /** How often playing had to wait for audio. */
  get gaps() {
    return this.#timeline.gaps;
  }

  /** To be called in the handler of a click or key: browsers let only those make sound. */
  unlock() {
    if (!this.#context) this.#open(this.sampleRate);
    this.#context?.resume().catch(() => {}); // without leave to sound, the clock stands, and says so by standing
  }

  /**
   * Begin a new audio, of which nothing is there yet.
   * @param {number} sampleRate
   */
  begin(sampleRate) {
    this.stop();
    if (sampleRate !== this.sampleRate || !this.#context) this.#open(sampleRate);
    [this.#pieces, this.#places, this.#samples, this.#isComplete] = [[], [], 0, false];
    this.#play(0);
  }

  /** @param {Int16Array} samples what comes next */
  push(samples) {
    if (!samples.length) return;
    this.#pieces.push(samples);
    this.#places.push(this.#samples);
    this.#samples += samples.length;
    this.#schedule();
  }

  /** All of it is there. */
  complete() {
    this.#isComplete = true;
    this.#schedule();
  }

  /**
   * Play what is there from a place.
   * @param {number} seconds
   */
  playFrom(seconds) {
    this.#silence();
    this.unlock();
    this.#play(Math.max(0, Math.min(seconds, this.duration)));
  }

  /** Be silent; what is there stays. */
  stop() {
    const wasPlaying = this.#isPlaying;
    this.#silence();
    this.#isPlaying = false;
    if (wasPlaying) this.#tell("state");
  }

  async pause() {
    await this.#context?.suspend();
    this.#tell("state");
  }

  async resume() {
    await this.#context?.resume();
    this.#tell("state");
  }

  /** @param {number} sampleRate */
  #open(sampleRate) {
    this.#context?.close();
    this.sampleRate = sampleRate;
    this.#context = new AudioContext({ sampleRate, latencyHint: "interactive" });
    this.analyser = new AnalyserNode(this.#context, { fftSize: 2048 });
    this.analyser.connect(this.#context.destination);
  }

  /** @param {number} seconds */
  #play(seconds) {
    const place = Math.round(seconds * this.sampleRate);
    this.#timeline = new Timeline();
    this.#next = this.#places.findLastIndex((start) => start <= place);
    if (this.#next < 0) this.#next = 0;
    this.#isPlaying = true;
    this.#timer = setInterval(() => this.#schedule(), 250);
    this.#schedule(place);
    this.#tell("state");
  }

  /** @param {number} [from] the first sample to play; those before it in its piece are left out */
  #schedule(from = 0) {
    const context = this.#context;
    if (!this.#isPlaying || !context) return;
    while (this.#next < this.#pieces.length && this.#timeline.end < context.currentTime + AHEAD) {
      const skipped = Math.max(0, from - this.#places[this.#next]);
      this.#start(context, this.#pieces[this.#next].subarray(skipped), this.#places[this.#next] + skipped);
      this.#next += 1;
    }
    const isOver = this.#next >= this.#pieces.length && context.currentTime > this.#timeline.end;
    if (this.#isComplete && isOver && !this.#sources.size) {
      this.stop();
      this.#tell("ended");
    }
  }

  /**
   * @param {AudioContext} context
   * @param {Int16Array} samples
   * @param {number} place in samples
   */
  #start(context, samples, place) {
    if (!samples.length) return;
    const buffer = context.createBuffer(1, samples.length, this.sampleRate);
    buffer.copyToChannel(Float32Array.from(samples, (sample) => sample / 32_768), 0);
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(/** @type {AnalyserNode} */ (this.analyser));
    this.#sources.add(source);
    source.addEventListener("ended", () => {
      this.#sources.delete(source);
      this.#schedule();
    });
    source.start(this.#timeline.put(context.currentTime, place / this.sampleRate, buffer.duration));
  }

  #silence() {
    clearInterval(this.#timer);
    for (const source of this.#sources) source.disconnect();
    this.#sources.clear();
  }

  /** @param {string} name */
  #tell(name) {
    this.dispatchEvent(new Event(name));
  }
}
