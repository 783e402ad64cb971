// Listening to a book that is being made: its sentences, the one that is heard among them, and a bar to pause.
import { byId, h } from "../../ui/dom.js";
import { clock } from "../../ui/numbers.js";
import { t } from "../../ui/strings.js";

const EVERY = 250; // milliseconds

/** @param {import("./studio.js").Room} room */
export function startListening({ app, shelf, listener }) {
  const [bar, text] = [byId("listen"), byId("heard-text")];
  const [pause, time] = [byId("listen-pause", HTMLButtonElement), byId("listen-time")];
  const [chapter, words] = [byId("listen-chapter"), byId("listen-sentence")];
  let timer = 0;
  /** @type {string} whose sentences are shown */
  let shown = "";

  const again = () => listener.heard && listener.play(listener.heard.id, listener.heard.chapter, listener.at);
  const jump = (/** @type {number} */ at) => {
    if (listener.heard && at >= 0 && at < listener.sentences.length) listener.play(listener.heard.id, listener.heard.chapter, at);
  };
  pause.onclick = () => {
    const { player } = listener;
    if (player.isPaused) player.resume();
    else if (player.isPlaying) player.pause();
    else again();
  };
  byId("listen-back").onclick = () => jump(listener.at - 1);
  byId("listen-on").onclick = () => jump(listener.at + 1);
  byId("listen-close").onclick = () => listener.close();

  function showState() {
    const { heard, player } = listener;
    bar.hidden = text.hidden = !heard;
    document.body.classList.toggle("listening", heard !== null);
    if (heard) app.session.stop();
    else [shown, timer] = ["", (clearInterval(timer), 0)];
    pause.textContent = t(player.isPaused ? "resume" : player.isPlaying ? "pause" : "play");
    if (heard && !timer) timer = setInterval(showTime, EVERY);
    const job = shelf.jobs?.find(({ id }) => id === heard?.id);
    chapter.textContent = heard ? (job?.chapters[heard.chapter]?.title ?? "") : "";
    shelf.dispatchEvent(new CustomEvent("change"));
  }

  function showTime() {
    const { player, at, sentences } = listener;
    const before = sentences.slice(0, at).reduce((sum, each) => sum + each.seconds + each.pause, 0);
    const all = sentences.reduce((sum, each) => sum + each.seconds + each.pause, 0);
    time.textContent = `${clock(Math.min(all, before + Math.max(0, player.position - listener.begun)))} / ${clock(all)}`;
  }

  function showSentences() {
    const { heard, sentences } = listener;
    const wanted = heard ? `${heard.id} ${heard.chapter}` : "";
    if (wanted !== shown) text.replaceChildren();
    shown = wanted;
    for (let at = text.childElementCount; at < sentences.length; at += 1) text.append(sentence(at));
    showPlace();
  }

  /** @param {number} at */
  function sentence(at) {
    const { text: printed, speaker } = listener.sentences[at];
    const isOther = speaker && speaker !== listener.sentences[at - 1]?.speaker;
    return h("button", { type: "button", class: "said", onclick: () => jump(at) }, isOther ? h("span", { class: "who" }, speaker) : null, printed);
  }

  function showPlace() {
    for (const lit of text.querySelectorAll("[aria-current]")) lit.removeAttribute("aria-current");
    const now = text.children[listener.at];
    now?.setAttribute("aria-current", "true");
    words.textContent = listener.sentences[listener.at]?.text ?? "";
    if (now instanceof HTMLElement && !text.contains(document.activeElement)) text.scrollTop = now.offsetTop - text.clientHeight / 3;
  }

  function next() {
    const { heard } = listener;
    const chapters = shelf.jobs?.find(({ id }) => id === heard?.id)?.chapters ?? [];
    if (heard && chapters[heard.chapter + 1]?.seconds) listener.play(heard.id, heard.chapter + 1);
  }

  listener.addEventListener("state", showState);
  listener.addEventListener("sentences", showSentences);
  listener.addEventListener("place", showPlace);
  listener.addEventListener("end", next);
  listener.addEventListener("error", (event) => app.failed(/** @type {CustomEvent} */ (event).detail, again));
}
