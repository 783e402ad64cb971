// What a waveform is drawn from: the loudest sample of each fiftieth of a second.

export const PEAKS_A_SECOND = 50;

export class Peaks {
  /** @type {number[]} from 0 to 1 */
  values = [];
  #highest = 0;
  #count = 0;

  /** @param {number} sampleRate */
  constructor(sampleRate) {
    this.width = Math.round(sampleRate / PEAKS_A_SECOND);
  }

  /** @param {Int16Array} samples */
  push(samples) {
    for (const sample of samples) {
      this.#highest = Math.max(this.#highest, Math.abs(sample));
      if (++this.#count === this.width) {
        this.values.push(this.#highest / 32_768);
        this.#highest = this.#count = 0;
      }
    }
  }

  /**
   * As many bars as there is room for.
   * @param {number} count
   */
  bars(count) {
    const each = this.values.length / count;
    return Array.from({ length: count }, (_, at) => {
      const from = Math.floor(at * each);
      const to = Math.max(from + 1, Math.floor((at + 1) * each));
      return this.values.slice(from, to).reduce((highest, value) => Math.max(highest, value), 0);
    });
  }
}
