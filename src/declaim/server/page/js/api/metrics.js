// Prometheus' text format, as far as it is needed to show it.

/** @typedef {{name: string, labels: Record<string, string>, value: number}} Sample */

/**
 * @param {string} text
 * @returns {Sample[]}
 */
export function samplesIn(text) {
  const found = [];
  for (const line of text.split("\n")) {
    const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)/.exec(line);
    if (match) found.push({ name: match[1], labels: labelsIn(match[2] ?? ""), value: Number(match[3]) });
  }
  return found;
}

/**
 * The sum of all samples with a name and some labels.
 * @param {Sample[]} samples
 * @param {string} name
 * @param {Record<string, string>} [labels]
 */
export function total(samples, name, labels = {}) {
  return chosen(samples, name, labels).reduce((sum, sample) => sum + sample.value, 0);
}

/**
 * @param {Sample[]} samples
 * @param {string} name
 * @param {Record<string, string>} [labels]
 */
export function chosen(samples, name, labels = {}) {
  const wanted = Object.entries(labels);
  return samples.filter(
    (sample) => sample.name === name && wanted.every(([label, value]) => sample.labels[label] === value),
  );
}

/**
 * A quantile of a histogram, taken as even within a bucket; NaN if it is empty.
 * @param {Sample[]} samples
 * @param {string} name without `_bucket`
 * @param {number} quantile from 0 to 1
 */
export function quantile(samples, name, quantile) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (const { labels, value } of chosen(samples, `${name}_bucket`)) {
    const bound = labels.le === "+Inf" ? Infinity : Number(labels.le);
    counts.set(bound, (counts.get(bound) ?? 0) + value);
  }
  const bounds = [...counts.keys()].sort((one, other) => one - other);
  const wanted = quantile * (counts.get(Infinity) ?? 0);
  let [low, below] = [0, 0];
  for (const bound of bounds) {
    const count = counts.get(bound) ?? 0;
    if (count >= wanted && count > below) {
      return bound === Infinity ? low : low + ((bound - low) * (wanted - below)) / (count - below);
    }
    [low, below] = [bound, count];
  }
  return Number.NaN;
}

/** @param {string} written */
function labelsIn(written) {
  /** @type {Record<string, string>} */
  const labels = {};
  for (const [, name, value] of written.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)) {
    labels[name] = value.replace(/\\(.)/g, (_, mark) => (mark === "n" ? "\n" : mark));
  }
  return labels;
}
