// The eight emotions and their colours, which the style sheets define for light and dark.

export const EMOTIONS = ["happy", "angry", "sad", "afraid", "disgusted", "melancholic", "surprised", "calm"];
const HEARD = 0.25; // a weight from which an emotion is shown

/** @typedef {Record<string, number>} Emotion */

/**
 * The strongest emotion, if one is strong enough to be heard.
 * @param {Emotion} emotion
 */
export function dominant(emotion) {
  const [name, weight] = Object.entries(emotion).reduce((best, each) => (each[1] > best[1] ? each : best), ["plain", 0]);
  return weight >= HEARD ? name : "plain";
}

/** @param {string} name */
export const toneOf = (name) => `var(--${EMOTIONS.includes(name) ? name : "plain"})`;
