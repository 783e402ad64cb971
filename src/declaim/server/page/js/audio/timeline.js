// When which sample is played: pieces of audio are put one behind the other on the clock of an AudioContext.

const LEAD = 0.06; // seconds from now to the first sample, so that it is scheduled in time

/**
 * Maps the clock to the place in the audio, across the gaps where audio came too late.
 * Pure: it plays nothing, and is told the time.
 */
export class Timeline {
  constructor() {
    /** @type {{clock: number, place: number, seconds: number}[]} stretches without a gap, in order */
    this.stretches = [];
  }

  /**
   * Put a piece at the end.
   * @param {number} now on the clock, in seconds
   * @param {number} place of the piece in the audio, in seconds
   * @param {number} seconds its length
   * @returns {number} when it is to be played, on the clock
   */
  put(now, place, seconds) {
    const last = this.stretches.at(-1);
    const end = last ? last.clock + last.seconds : -Infinity;
    if (last && end >= now) {
      last.seconds += seconds;
      return end;
    }
    this.stretches.push({ clock: now + LEAD, place, seconds });
    return now + LEAD;
  }

  /**
   * The place that is heard at a time; between two stretches, the end of the first.
   * @param {number} clock
   */
  placeAt(clock) {
    const begun = this.stretches.filter((stretch) => stretch.clock <= clock).at(-1) ?? this.stretches[0];
    return begun ? begun.place + Math.min(Math.max(clock - begun.clock, 0), begun.seconds) : 0;
  }

  /** When the last sample has been played, on the clock. */
  get end() {
    const last = this.stretches.at(-1);
    return last ? last.clock + last.seconds : -Infinity;
  }

  /** How often audio came too late. */
  get gaps() {
    return Math.max(0, this.stretches.length - 1);
  }
}
