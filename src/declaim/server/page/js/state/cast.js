// A cast as the service reads it: the TOML of a cast file, which `declaim book --cast` reads too.

/** @typedef {import("../api/jobs.js").Role} Role */

/**
 * @param {Role[]} roles
 * @returns {string}
 */
export function castOf(roles) {
  return roles.map((role) => [`[characters.${quoted(role.name)}]`, ...linesOf(role)].join("\n")).join("\n\n");
}

/** @param {Role} role */
function* linesOf({ voice, aliases, gender, age, rate, pitch, expressiveness }) {
  if (voice) yield `voice = ${quoted(voice)}`;
  if (aliases.length) yield `aliases = [${aliases.map(quoted).join(", ")}]`;
  if (gender) yield `gender = ${quoted(gender)}`;
  if (age) yield `age = ${quoted(age)}`;
  if (rate !== 1) yield `rate = ${decimal(rate)}`;
  if (pitch) yield `pitch = ${decimal(pitch)}`;
  if (expressiveness !== null) yield `expressiveness = ${decimal(expressiveness)}`;
}

/** A TOML string; JSON escapes all that TOML wants escaped, but for DEL. @param {string} text */
const quoted = (text) => JSON.stringify(text).replaceAll("\u007f", "\\u007F");

/** @param {number} value */
const decimal = (value) => (Number.isInteger(value) ? value.toFixed(1) : String(value));
