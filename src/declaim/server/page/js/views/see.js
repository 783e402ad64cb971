// How it was read: figures of the whole, and every sentence's score.
import { byId, h } from "../ui/dom.js";
import { EMOTIONS, dominant, toneOf } from "../ui/emotions.js";
import { signed } from "../ui/numbers.js";
import { t } from "../ui/strings.js";

const SHOWN = 0.05; // the least weight that is shown

/** @param {import("../app.js").App} app */
export function startSee({ session, player }) {
  for (const name of ["head", "phase", "scores"]) session.addEventListener(name, show);

  function show() {
    const { reading } = session;
    if (!reading?.head) return;
    showFacts(reading);
    showSentences(reading);
  }

  /** @param {import("../state/reading.js").Reading} reading */
  function showFacts(reading) {
    const sources = { hit: t("fromCache"), coalesced: t("joined") };
    const rows = [
      [t("factVoice"), reading.head?.voice],
      [t("factChannel"), [...reading.channels].join(", ")],
      [t("factSource"), sources[/** @type {"hit"} */ (reading.head?.cache)] ?? t("made")],
      [t("factFirst"), reading.firstAudio && `${reading.firstAudio.toFixed(2)} s`],
      [t("factFactor"), Number.isFinite(reading.factor) && reading.factor.toFixed(2)],
      [t("factWords"), reading.isWhole && reading.seconds && t("perMinute", { count: Math.round((60 * reading.words.length) / reading.seconds) })],
      [t("factPitch"), reading.isWhole && t("hertz", { count: Math.round(reading.middlePitch) })],
      [t("factGaps"), reading.isWhole && player.gaps],
    ];
    byId("facts").replaceChildren(
      ...rows.filter(([, value]) => value !== "" && value !== false && value !== null && value !== undefined)
        .flatMap(([name, value]) => [h("dt", {}, String(name)), h("dd", {}, String(value))]),
    );
  }

  /** @param {import("../state/reading.js").Reading} reading */
  function showSentences(reading) {
    const counts = new Map();
    for (const { score } of reading.sentences) counts.set(dominant(score.emotion), (counts.get(dominant(score.emotion)) ?? 0) + 1);
    byId("legend").replaceChildren(
      ...[...EMOTIONS, "plain"].map((name) => {
        const entry = h("li", { class: counts.has(name) ? "" : "absent" }, t(name), counts.has(name) && h("b", {}, ` ${counts.get(name)}`));
        entry.style.setProperty("--tone", toneOf(name));
        return entry;
      }),
    );
    byId("sentences").replaceChildren(...reading.sentences.map(({ span, score }) => sentence(reading.points.slice(...span).join(""), score)));
  }
  showSentences(/** @type {any} */ ({ sentences: [], points: [] }));
}

/**
 * @param {string} text
 * @param {import("../state/reading.js").Score} score
 */
function sentence(text, score) {
  const weights = Object.entries(score.emotion).filter(([, weight]) => weight >= SHOWN).sort(([, one], [, other]) => other - one);
  const bars = weights.map(([name, weight]) => {
    const bar = h("span", { class: "bar" }, `${t(name)} ${weight.toFixed(2)}`);
    bar.style.setProperty("--tone", toneOf(name));
    bar.style.setProperty("--weight", String(weight));
    return bar;
  });
  const figures = [
    `${t("rate")} ×${score.rate.toFixed(2)}`,
    `${t("pitchFigure")} ${t("semitones", { value: signed(score.pitch) })}`,
    `${t("range")} ×${score.pitch_range.toFixed(2)}`,
    `${t("energy")} ${signed(score.energy)} dB`,
  ];
  const words = score.emphasis.map(({ word }) => word).join(", ");
  return h(
    "li",
    {},
    h("p", { class: "said" }, text),
    bars.length > 0 && h("div", { class: "bars" }, ...bars),
    h("p", { class: "quiet" }, figures.join(" · ")),
    words && h("p", { class: "quiet" }, t("emphasised", { words })),
  );
}
