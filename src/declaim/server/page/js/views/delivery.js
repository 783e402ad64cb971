// How it is spoken: speed, pitch, expressiveness, and an emotion in place of the one that is read.
import { RANGES, defaults, withEmotion } from "../state/settings.js";
import { byId, h, slider } from "../ui/dom.js";
import { EMOTIONS, toneOf } from "../ui/emotions.js";
import { signed } from "../ui/numbers.js";
import { t } from "../ui/strings.js";

/** @param {import("../app.js").App} app */
export function startDelivery({ manuscript }) {
  const place = byId("delivery");
  /** @type {Record<keyof typeof RANGES, [number, (value: number) => string]>} */
  const knobs = {
    speed: [0.05, (value) => `×${value.toFixed(2)}`],
    pitch: [0.5, (value) => t("semitones", { value: signed(value) })],
    expressiveness: [0.1, (value) => value.toFixed(1)],
  };
  const summary = h("summary", {});
  const emotions = h("details", { class: "emotions" }, summary);

  function drawKnobs() {
    const rows = /** @type {(keyof typeof RANGES)[]} */ (Object.keys(knobs)).map((name) => {
      const [step, shown] = knobs[name];
      const [min, max] = RANGES[name];
      return slider({ label: t(name), min, max, step, value: manuscript.settings[name], shown, onChange: (value) => manuscript.set({ [name]: value }) });
    });
    place.replaceChildren(...rows, emotions, h("button", { type: "button", class: "plain", onclick: reset }, t("usual")));
    drawEmotions();
  }

  function drawEmotions() {
    const { emotion } = manuscript.settings;
    const rows = EMOTIONS.map((name) =>
      slider({
        label: t(name), min: 0, max: 1, step: 0.05, value: emotion[name] ?? 0, tone: toneOf(name),
        shown: (value) => value.toFixed(2),
        onChange: (value) => {
          manuscript.set({ emotion: withEmotion(manuscript.settings.emotion, name, value) });
          showWeights();
        },
      }),
    );
    emotions.replaceChildren(summary, ...rows, h("button", { type: "button", class: "plain", onclick: () => (manuscript.set({ emotion: {} }), drawEmotions()) }, t("emotionReset")));
    showSummary();
  }

  function showWeights() {
    emotions.querySelectorAll(".slider").forEach((row, at) => {
      const [input, output] = [row.querySelector("input"), row.querySelector("output")];
      const weight = manuscript.settings.emotion[EMOTIONS[at]] ?? 0;
      if (!input || !output || input === document.activeElement) return;
      input.value = String(weight);
      output.textContent = weight.toFixed(2);
      input.setAttribute("aria-valuetext", weight.toFixed(2));
    });
    showSummary();
  }

  function showSummary() {
    const names = Object.entries(manuscript.settings.emotion).map(([name, weight]) => `${t(name)} ${weight.toFixed(2)}`);
    summary.textContent = names.length ? t("emotionGiven", { names: names.join(", ") }) : t("emotionAsRead");
  }

  function reset() {
    const { voices } = manuscript.settings;
    manuscript.set({ ...defaults(), voices });
    drawKnobs();
  }

  manuscript.addEventListener("loaded", drawKnobs);
  drawKnobs();
}
