// What the views share: the text, who speaks it, and what to do when that fails.
import { ApiError, askJson, isAbort } from "./api/http.js";
import { Player } from "./audio/player.js";
import { remember } from "./state/history.js";
import { storedKey } from "./state/key.js";
import { Manuscript } from "./state/manuscript.js";
import { Session } from "./state/session.js";
import { requestOf } from "./state/settings.js";
import { compiled } from "./text/markup.js";
import { announce, dismiss, notify } from "./ui/notice.js";
import { t } from "./ui/strings.js";

/** @typedef {{characters: number}} Limits */

export class App {
  manuscript = new Manuscript();
  player = new Player();
  key = storedKey;
  session = new Session(this.player, this.key);
  /** @type {Limits} */
  limits = { characters: 200_000 };
  /** @type {import("./views/voices.js").Voice[]} */
  voices = [];
  /** @type {() => void} what was asked for last, to be asked for again */
  #again = () => this.speak();

  /** @param {() => void} openKey */
  constructor(openKey) {
    this.openKey = openKey;
    this.session.addEventListener("phase", () => this.#say());
    this.session.addEventListener("wait", (event) => this.#wait(/** @type {CustomEvent} */ (event).detail));
    this.session.addEventListener("error", () => this.failed(this.session.error));
  }

  /**
   * What there is to choose from.
   * @returns {Promise<boolean>} whether the service has told
   */
  async learn() {
    try {
      const [offer, { voices }] = await Promise.all([
        askJson("/v1/capabilities", { key: this.key() }),
        askJson("/v1/audio/voices", { key: this.key() }),
      ]);
      this.limits.characters = offer.limits.characters;
      this.voices = voices;
      return true;
    } catch (error) {
      this.failed(error);
      return false;
    }
  }

  /** The request for the whole text as it is now. */
  request() {
    const { points, edits, settings } = this.manuscript;
    return requestOf(settings, compiled(points, edits).text);
  }

  speak() {
    const { text, points, edits, settings } = this.manuscript;
    if (!text.trim()) return;
    dismiss();
    this.#again = () => this.speak();
    remember(localStorage, { text, settings, edits, at: Date.now() });
    this.session.speak({ points, edits, settings });
  }

  /**
   * Speak a stretch of the text again, by whoever spoke it before.
   * @param {{start: number, end: number}} stretch
   * @param {import("./text/edits.js").Edits} edits its own
   * @param {string} voice
   */
  hear(stretch, edits, voice) {
    const { points, settings } = this.manuscript;
    const voices = settings.voices.length || !voice ? settings.voices : [{ name: voice, weight: 1 }];
    dismiss();
    this.#again = () => this.hear(stretch, edits, voice);
    this.session.speak({ points, edits, settings: { ...settings, voices }, stretch });
  }

  /**
   * @param {unknown} error what a request came to
   * @param {() => void} [retry] what to do again; else what was to be spoken
   */
  failed(error, retry = this.#again) {
    if (isAbort(error)) return;
    const again = { text: t("again"), action: retry };
    if (!(error instanceof ApiError)) {
      notify(t("failed", { message: String(error) }), { kind: "error", actions: [again] });
    } else if (error.status === 401) {
      notify(t(this.key() ? "wrongKey" : "needKey"), { kind: "error", actions: [{ text: t("giveKey"), action: this.openKey }] });
    } else {
      notify(this.#messageOf(error), { kind: "error", actions: [again] });
    }
  }

  /** @param {ApiError} error */
  #messageOf(error) {
    if (error.code === "unreachable") return t("unreachable");
    if (error.code === "broken_off") {
      const seconds = this.session.reading?.seconds.toFixed(1) ?? "0";
      return [t("brokenOff", { seconds }), error.message].filter(Boolean).join(" ");
    }
    return t("failed", { message: error.message });
  }

  #say() {
    const { phase, reading } = this.session;
    if (phase === "asking") announce(t("asking"));
    if (phase === "streaming") {
      dismiss();
      announce(t("speaking"));
    }
    if (phase === "done" && reading) announce(t("finished", { seconds: reading.seconds.toFixed(1) }));
    if (phase === "idle") dismiss();
  }

  /** @param {{seconds: number, status: number}} waiting */
  #wait({ seconds, status }) {
    const message = t(status === 429 ? "waiting" : "starting", { seconds });
    notify(message, { kind: "wait", actions: [{ text: t("stop"), action: () => this.session.stop() }] });
  }
}
