// What a reading is asked with, and the request that this makes.

/**
 * @typedef {{name: string, weight: number}} VoiceShare
 * @typedef {object} Settings
 * @property {VoiceShare[]} voices none: the service chooses by the text's language
 * @property {number} speed
 * @property {number} pitch semitones
 * @property {number} expressiveness
 * @property {Record<string, number>} emotion weights; none: as the text is read
 */

/** @returns {Settings} */
export const defaults = () => ({ voices: [], speed: 1, pitch: 0, expressiveness: 1, emotion: {} });

/** @type {Record<"speed" | "pitch" | "expressiveness", [number, number]>} */
export const RANGES = { speed: [0.5, 2], pitch: [-12, 12], expressiveness: [0, 2] };
const MOST_VOICES = 4;

/**
 * @param {Settings} settings
 * @param {string} input
 * @returns {Record<string, unknown>} for `POST /v1/audio/speech`; what is as usual is left out
 */
export function requestOf(settings, input) {
  const usual = defaults();
  const emotion = Object.fromEntries(Object.entries(settings.emotion).filter(([, weight]) => weight > 0));
  return {
    model: "declaim",
    input,
    ...(settings.voices.length ? { voice: voiceOf(settings.voices) } : {}),
    ...(settings.speed === usual.speed ? {} : { speed: settings.speed }),
    ...(settings.pitch === usual.pitch ? {} : { pitch: settings.pitch }),
    ...(settings.expressiveness === usual.expressiveness ? {} : { expressiveness: settings.expressiveness }),
    ...(Object.keys(emotion).length ? { emotion } : {}),
  };
}

/**
 * A voice, or a blend of some.
 * @param {VoiceShare[]} voices
 */
export function voiceOf(voices) {
  if (voices.length === 1) return voices[0].name;
  return voices.map(({ name, weight }) => `${name}*${weight.toFixed(2)}`).join("+");
}

/**
 * An emotion's weight changed; the others make room, as all of them are 1 at most.
 * @param {Record<string, number>} emotion
 * @param {string} name
 * @param {number} weight
 */
export function withEmotion(emotion, name, weight) {
  const others = Object.entries(emotion).filter(([other, value]) => other !== name && value > 0);
  const sum = others.reduce((total, [, value]) => total + value, 0);
  const scale = sum > 1 - weight ? (1 - weight) / sum : 1;
  const kept = others.map(([other, value]) => [other, Math.floor(value * scale * 100) / 100]);
  return Object.fromEntries([...kept, [name, weight]].filter(([, value]) => Number(value) > 0));
}

/**
 * Settings as far as what came from elsewhere has any that can be used.
 * @param {any} given
 * @returns {Settings}
 */
export function checkedSettings(given) {
  const settings = defaults();
  for (const name of /** @type {(keyof typeof RANGES)[]} */ (Object.keys(RANGES))) {
    const [low, high] = RANGES[name];
    const value = Number(given?.[name]);
    if (given?.[name] !== undefined && Number.isFinite(value)) settings[name] = Math.min(high, Math.max(low, value));
  }
  for (const [name, weight] of Object.entries(given?.emotion ?? {})) {
    if (/^[a-z]{1,20}$/.test(name) && Number(weight) > 0 && Number(weight) <= 1) settings.emotion = withEmotion(settings.emotion, name, Number(weight));
  }
  const voices = Array.isArray(given?.voices) ? given.voices : [];
  settings.voices = voices
    .filter((/** @type {any} */ each) => /^[\w-]{1,80}$/.test(each?.name) && Number(each.weight) > 0)
    .slice(0, MOST_VOICES)
    .map((/** @type {any} */ each) => ({ name: String(each.name), weight: Math.min(1, Number(each.weight)) }));
  return settings;
}
