// The fundamental frequency of speech while it comes, measured in the audio itself.
//
// YIN (de Cheveigné and Kawahara, JASA 111 (2002)): the cumulative mean normalised difference of section D, the
// first dip below a threshold, refined by a parabola. At a third of the rate, which keeps all that a voice's
// period shows and costs a fiftieth of the audio's own time.

const HOP = 0.01; // seconds
const WINDOW = 0.032;
const [LOWEST, HIGHEST] = [60, 420]; // Hz
const THRESHOLD = 0.18;
const QUIETEST = 0.006; // RMS, of full scale: below are pauses
const REDUCTION = 3;

/** Takes audio in pieces of any size. */
export class PitchTracker {
  /** @type {number[]} reduced samples that are still needed */
  #held = [];
  #sum = 0;
  #count = 0;
  /** @type {number[]} Hz for each hundredth of a second, 0 where no voice is heard */
  frames = [];

  /** @param {number} sampleRate */
  constructor(sampleRate) {
    this.rate = sampleRate / REDUCTION;
    this.hop = Math.round(HOP * this.rate);
    this.window = Math.round(WINDOW * this.rate);
    this.longest = Math.ceil(this.rate / LOWEST);
    this.shortest = Math.floor(this.rate / HIGHEST);
  }

  /** @param {Int16Array} samples */
  push(samples) {
    for (const sample of samples) {
      this.#sum += sample;
      if (++this.#count === REDUCTION) {
        this.#held.push(this.#sum / (REDUCTION * 32_768));
        this.#sum = this.#count = 0;
      }
    }
    const needed = this.window + this.longest;
    let start = 0;
    for (; start + needed <= this.#held.length; start += this.hop) {
      this.frames.push(this.#pitchOf(Float32Array.from(this.#held.slice(start, start + needed))));
    }
    this.#held = this.#held.slice(start);
  }

  /** Seconds for which frames are there. */
  get seconds() {
    return this.frames.length * HOP;
  }

  /**
   * The frames of a stretch of time.
   * @param {number} start seconds
   * @param {number} end
   */
  between(start, end) {
    return this.frames.slice(Math.round(start / HOP), Math.round(end / HOP));
  }

  /** @param {Float32Array} block */
  #pitchOf(block) {
    let power = 0;
    for (let at = 0; at < this.window; at += 1) power += block[at] * block[at];
    if (power < QUIETEST * QUIETEST * this.window) return 0;
    const differences = new Float32Array(this.longest);
    let sum = 0;
    for (let lag = 1; lag < this.longest; lag += 1) {
      let difference = 0;
      for (let at = 0; at < this.window; at += 1) {
        const delta = block[at] - block[at + lag];
        difference += delta * delta;
      }
      sum += difference;
      differences[lag] = sum ? (difference * lag) / sum : 1;
    }
    return this.#firstDip(differences);
  }

  /** @param {Float32Array} differences */
  #firstDip(differences) {
    for (let lag = this.shortest; lag < this.longest - 1; lag += 1) {
      if (differences[lag] > THRESHOLD || differences[lag + 1] < differences[lag]) continue;
      const [before, at, after] = [differences[lag - 1], differences[lag], differences[lag + 1]];
      const curve = before - 2 * at + after;
      return this.rate / (lag + (curve ? (before - after) / (2 * curve) : 0));
    }
    return 0;
  }
}

/**
 * The middle pitch of voiced frames, in Hz; 0 if there are none.
 * @param {number[]} frames
 */
export function medianPitch(frames) {
  const voiced = frames.filter(Boolean).sort((one, other) => one - other);
  return voiced.length ? voiced[voiced.length >> 1] : 0;
}
