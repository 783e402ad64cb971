// Who speaks: a list to choose from and to listen to, and blends of up to four.
import { ask } from "../api/http.js";
import { voiceOf } from "../state/settings.js";
import { byId, h, slider } from "../ui/dom.js";
import { t } from "../ui/strings.js";

const MOST = 4;
/** @type {Record<string, string>} what a voice says of itself; others say the English one */
const SAMPLES = {
  zh: "你好，很高兴为你朗读。",
  en: "Hello, it is a pleasure to read to you.",
};

/** @typedef {{id: string, language: string, language_name: string, gender: string}} Voice */

/** @param {import("../app.js").App} app */
export function startVoices(app) {
  const { manuscript, voices } = app;
  const filter = h("select", { id: "voice-language", "aria-label": t("voiceFilter") });
  const list = h("div", { class: "voice-list", role: "radiogroup", "aria-label": t("voice") });
  const blend = h("div", { class: "blend" });
  byId("voices").replaceChildren(filter, list, blend);
  if (!voices.length) {
    list.replaceChildren(h("p", { class: "quiet" }, t("noVoices")));
    filter.hidden = true;
    return;
  }

  const languages = new Map(voices.map((voice) => [voice.language, languageName(voice)]));
  filter.replaceChildren(h("option", { value: "" }, t("voiceAll")), ...[...languages].map(([code, name]) => h("option", { value: code }, name)));
  filter.onchange = () => drawList();
  const preview = previewer(app);

  function drawList() {
    const shown = voices.filter((voice) => !filter.value || voice.language === filter.value);
    list.replaceChildren(automatic(), ...shown.map(row));
    drawBlend();
  }

  const chosen = () => manuscript.settings.voices;
  const choose = (/** @type {import("../state/settings.js").VoiceShare[]} */ shares) => manuscript.set({ voices: shares });

  function automatic() {
    const input = h("input", { type: "radio", name: "voice", value: "", checked: !chosen().length, onchange: () => choose([]) });
    return h("div", { class: "voice" }, h("label", {}, input, h("span", { class: "name" }, t("voiceAuto"))));
  }

  /** @param {Voice} voice */
  function row(voice) {
    const name = shownName(voice.id);
    const input = h("input", {
      type: "radio", name: "voice", value: voice.id, checked: chosen()[0]?.name === voice.id,
      onchange: () => choose([{ name: voice.id, weight: 1 }]),
    });
    const about = `${languageName(voice)} · ${t(voice.gender)}`;
    const hear = h("button", { type: "button", class: "icon", "aria-label": t("preview", { name }), onclick: () => preview(voice, hear) }, "▶");
    const add = h("button", { type: "button", class: "icon", "aria-label": t("blendWith", { name }), onclick: () => blendIn(voice.id) }, "+");
    return h("div", { class: "voice", "data-voice": voice.id }, h("label", {}, input, h("span", { class: "name" }, name), h("span", { class: "quiet" }, about)), hear, add);
  }

  /** @param {string} name */
  function blendIn(name) {
    const shares = chosen();
    if (shares.some((share) => share.name === name) || shares.length >= MOST) return;
    choose([...shares, { name, weight: shares.length ? 0.5 : 1 }]);
  }

  function drawBlend() {
    const shares = chosen();
    blend.hidden = shares.length < 2;
    if (blend.contains(document.activeElement) && blend.childElementCount === shares.length) return; // it is being dragged
    blend.replaceChildren(
      ...shares.map(({ name, weight }) => {
        const share = slider({
          label: shownName(name), min: 0.05, max: 1, step: 0.05, value: weight,
          shown: (value) => value.toFixed(2),
          onChange: (value) => choose(chosen().map((each) => (each.name === name ? { name, weight: value } : each))),
        });
        const leave = () => choose(chosen().filter((each) => each.name !== name));
        return h("div", { class: "share" }, share, h("button", { type: "button", class: "icon", "aria-label": t("leaveOut", { name: shownName(name) }), onclick: leave }, "×"));
      }),
    );
  }

  manuscript.addEventListener("settings", () => {
    const name = chosen()[0]?.name ?? "";
    for (const input of list.querySelectorAll("input")) input.checked = input.value === name;
    for (const element of list.querySelectorAll(".voice")) {
      element.classList.toggle("blended", chosen().slice(1).some((share) => share.name === element.getAttribute("data-voice")));
    }
    drawBlend();
  });
  drawList();
}

/**
 * Short samples, made when they are first asked for; the service's cache and this page keep them.
 * @param {import("../app.js").App} app
 */
function previewer({ key, session, failed }) {
  /** @type {Map<string, string>} */
  const made = new Map();
  const audio = new Audio();
  return async (/** @type {Voice} */ voice, /** @type {HTMLElement} */ button) => {
    session.stop();
    button.setAttribute("aria-busy", "true");
    try {
      const url = made.get(voice.id) ?? (await sample(voice));
      made.set(voice.id, url);
      audio.src = url;
      await audio.play();
    } catch (error) {
      failed(error);
    } finally {
      button.removeAttribute("aria-busy");
    }
  };

  /** @param {Voice} voice */
  async function sample(voice) {
    const input = SAMPLES[voice.language] ?? SAMPLES.en;
    const body = { model: "declaim", input, voice: voiceOf([{ name: voice.id, weight: 1 }]), response_format: "wav" };
    return URL.createObjectURL(await (await ask("/v1/audio/speech", { body, key: key() })).blob());
  }
}

/** @param {Voice} voice */
export function languageName(voice) {
  try {
    return new Intl.DisplayNames([document.documentElement.lang], { type: "language", style: "short" }).of(voice.language) ?? voice.language_name;
  } catch {
    return voice.language_name; // no tag that the browser knows
  }
}

/** `zf_xiaoxiao` is Xiaoxiao. @param {string} id */
export function shownName(id) {
  const name = id.replace(/^[a-z]{2}_/, "");
  return name.charAt(0).toUpperCase() + name.slice(1);
}
