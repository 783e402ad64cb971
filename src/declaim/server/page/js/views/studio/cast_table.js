// Who speaks with which voice: the narrator and everybody who has a line, each to be heard in their own words.
import { ask } from "../../api/http.js";
import { freshId, h } from "../../ui/dom.js";
import { signed } from "../../ui/numbers.js";
import { t } from "../../ui/strings.js";
import { languageName, shownName } from "../voices.js";

/** @typedef {{voice: string, rate: number, pitch: number}} Manner */

/**
 * @param {{app: import("../../app.js").App, preview: import("../../api/jobs.js").Preview,
 *   roles: import("../../api/jobs.js").Role[], options: import("../../api/jobs.js").BookOptions}} parts
 *   `roles` and `options` are changed in place.
 */
export function castTable({ app, preview, roles, options }) {
  const hear = sampler(app);
  const told = t(preview.language === "zh" ? "narratorZh" : "narratorEn");
  const narrator = row(t("narrator"), "", told, picker(app, options.voice, t("narrator"), (voice) => (options.voice = voice)), null, (button) =>
    hear(told, { voice: options.voice, rate: 1, pitch: 0 }, button),
  );
  const rows = roles.map((role) => {
    const words = role.sample || told;
    const choose = picker(app, role.voice, role.name, (voice) => (role.voice = voice), t("narratorsVoice"));
    return row(role.name, role.lines ? t("lineCount", { count: role.lines }) : "", role.sample, choose, manner(role), (button) =>
      hear(words, { voice: role.voice || options.voice, rate: role.rate, pitch: role.pitch }, button),
    );
  });
  const body = h("tbody", { hidden: !options.dialogue }, ...rows);
  const toggle = h("input", { type: "checkbox", checked: options.dialogue });
  toggle.onchange = () => {
    options.dialogue = toggle.checked;
    body.hidden = !toggle.checked;
  };
  const heads = ["character", "voice", "rateKnob", "pitch", "sample"].map((name) => h("th", { scope: "col" }, t(name)));
  const hasCast = roles.length > 0;
  return h(
    "div",
    { class: "cast" },
    h("label", { class: "tick", hidden: !hasCast && options.dialogue }, toggle, " ", t("ownVoices")),
    hasCast || !options.dialogue ? null : h("p", { class: "quiet" }, t("nobodySpeaks")),
    h("table", {}, h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, narrator), body),
  );
}

/**
 * Everybody in a script, who has a voice in any case.
 * @param {import("../../app.js").App} app
 * @param {import("../../api/jobs.js").Role[]} roles changed in place
 */
export function speakerTable(app, roles) {
  const hear = sampler(app);
  const rows = roles.map((role) => {
    const name = role.name || t("narrator");
    const choose = picker(app, role.voice, name, (voice) => (role.voice = voice));
    return row(name, t("lineCount", { count: role.lines }), role.sample, choose, [], (button) => hear(role.sample, { voice: role.voice, rate: role.rate, pitch: role.pitch }, button));
  });
  const heads = ["character", "voice", "sample"].map((head) => h("th", { scope: "col" }, t(head)));
  return h("div", { class: "cast" }, h("table", {}, h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, ...rows)));
}

/**
 * @param {string} name
 * @param {string} lines
 * @param {string} sample
 * @param {HTMLElement} choose
 * @param {HTMLElement[] | null} knobs
 * @param {(button: HTMLElement) => void} hear
 */
function row(name, lines, sample, choose, knobs, hear) {
  const play = h("button", { type: "button", class: "icon", "aria-label": t("preview", { name }), onclick: () => hear(play) }, "▶");
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, h("span", { class: "name" }, name), h("span", { class: "quiet" }, lines)),
    h("td", {}, choose),
    ...(knobs ?? [null, null]).map((knob, at) => h("td", { class: "knob", "data-label": knob && t(at ? "pitch" : "rateKnob") }, knob)),
    h("td", { class: "sample" }, h("div", {}, play, h("span", {}, sample))),
  );
}

/** @param {import("../../api/jobs.js").Role} role */
function manner(role) {
  const knob = (/** @type {"rate" | "pitch"} */ name, /** @type {number} */ min, /** @type {number} */ max, /** @type {number} */ step, /** @type {string} */ label) => {
    const input = h("input", { type: "number", min, max, step, value: String(role[name]), "aria-label": t("knobOf", { knob: label, name: role.name }) });
    input.onchange = () => {
      const value = Math.min(max, Math.max(min, Number(input.value) || (name === "rate" ? 1 : 0)));
      role[name] = value;
      input.value = String(value);
    };
    input.title = name === "pitch" ? t("semitones", { value: signed(role.pitch) }) : "";
    return input;
  };
  return [knob("rate", 0.5, 2, 0.05, t("rateKnob")), knob("pitch", -12, 12, 0.5, t("pitch"))];
}

/**
 * A list of all voices by language; one that the file has and the list has not, such as a blend, is kept.
 * @param {import("../../app.js").App} app
 * @param {string} chosen
 * @param {string} name whose voice it is
 * @param {(voice: string) => void} onChange
 * @param {string} [none] what no voice is called, if there may be none
 */
function picker({ voices }, chosen, name, onChange, none) {
  const languages = [...new Set(voices.map(languageName))];
  const select = h("select", { id: freshId(), "aria-label": t("voiceOf", { name }) });
  if (none) select.append(h("option", { value: "" }, none));
  if (chosen && !voices.some(({ id }) => id === chosen)) select.append(h("option", { value: chosen }, chosen));
  for (const language of languages) {
    const options = voices.filter((voice) => languageName(voice) === language).map(({ id, gender }) => h("option", { value: id }, `${shownName(id)} · ${t(gender)}`));
    select.append(h("optgroup", { label: language }, ...options));
  }
  select.value = chosen;
  select.onchange = () => onChange(select.value);
  return select;
}

/**
 * Speaks somebody's own words as they would be spoken.
 * @param {import("../../app.js").App} app
 */
function sampler({ key, session, failed }) {
  const audio = new Audio();
  let latest = 0;
  return async (/** @type {string} */ input, /** @type {Manner} */ { voice, rate, pitch }, /** @type {HTMLElement} */ button) => {
    const mine = (latest += 1);
    session.stop();
    audio.pause();
    button.setAttribute("aria-busy", "true");
    try {
      const body = { model: "declaim", input, voice, speed: rate, pitch, response_format: "wav" };
      const blob = await (await ask("/v1/audio/speech", { body, key: key() })).blob();
      if (mine !== latest) return; // another one was asked for meanwhile
      URL.revokeObjectURL(audio.src);
      audio.src = URL.createObjectURL(blob);
      await audio.play();
    } catch (error) {
      failed(error, () => button.click());
    } finally {
      button.removeAttribute("aria-busy");
    }
  };
}
