// Numbers as people read them.

/** @param {number} seconds */
export function clock(seconds) {
  const minutes = Math.floor(seconds / 60);
  return `${minutes}:${(seconds - 60 * minutes).toFixed(1).padStart(4, "0")}`;
}

/** @param {number} value @param {number} [digits] */
export const signed = (value, digits = 1) => `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value).toFixed(digits)}`;

/** @param {number} bytes */
export function megabytes(bytes) {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(2)} GB` : `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}

/** @param {number} value @param {number} [digits] */
export const orDash = (value, digits = 2) => (Number.isFinite(value) ? value.toFixed(digits) : "–");
