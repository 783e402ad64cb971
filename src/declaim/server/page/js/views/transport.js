// The player: one button to speak and stop, the waveform, and what came out as a file.
import { ask } from "../api/http.js";
import { wavOf } from "../audio/wav.js";
import { byId } from "../ui/dom.js";
import { save } from "../ui/save.js";
import { announce } from "../ui/notice.js";
import { clock } from "../ui/numbers.js";
import { t } from "../ui/strings.js";

const STEP = 2; // seconds, by an arrow key

/** @param {import("../app.js").App} app */
export function startTransport(app) {
  const { player, session, manuscript } = app;
  const [speak, pause] = [byId("speak", HTMLButtonElement), byId("pause", HTMLButtonElement)];
  const canvas = byId("wave", HTMLCanvasElement);
  const [time, vitals] = [byId("time"), byId("vitals")];

  speak.onclick = () => (session.isBusy || player.isPlaying ? stop() : app.speak());
  pause.onclick = () => {
    if (player.isPaused) player.resume();
    else if (player.isPlaying) player.pause();
    else if (player.duration) player.playFrom(0);
  };
  function stop() {
    session.stop();
    announce(t("stopped"));
  }

  function showButtons() {
    const isActive = session.isBusy || player.isPlaying;
    speak.textContent = t(isActive ? "stop" : "speak");
    speak.classList.toggle("active", isActive);
    document.body.classList.toggle("sounding", isActive);
    pause.textContent = t(player.isPaused ? "resume" : player.isPlaying ? "pause" : "play");
    pause.disabled = !player.duration;
    byId("download", HTMLButtonElement).disabled = !manuscript.text.trim();
    frame();
  }

  function showVitals() {
    const { reading } = session;
    const parts = [];
    if (reading?.firstAudio) parts.push(t("firstAudio", { seconds: reading.firstAudio.toFixed(2) }));
    if (reading && Number.isFinite(reading.factor)) parts.push(t("factor", { factor: reading.factor.toFixed(2) }));
    if (reading?.channels.size) parts.push([...reading.channels].join(", "));
    if (reading?.head?.cache === "hit") parts.push(t("fromCache"));
    if (reading?.head?.cache === "coalesced") parts.push(t("joined"));
    vitals.textContent = parts.join(" · ");
  }

  let isDrawing = false;
  /** What changes often is drawn once in a frame of the screen. */
  function frame() {
    if (isDrawing) return;
    isDrawing = true;
    requestAnimationFrame(() => {
      isDrawing = false;
      showVitals();
      showPlace();
      if (player.isPlaying) frame();
    });
  }

  function showPlace() {
    const [now, all] = [player.position, player.duration];
    time.textContent = all ? `${clock(now)} / ${clock(all)}` : clock(0);
    canvas.setAttribute("aria-valuemax", all.toFixed(1));
    canvas.setAttribute("aria-valuenow", now.toFixed(1));
    canvas.setAttribute("aria-valuetext", clock(now));
    draw(canvas, session.reading?.peaks, all ? now / all : 0);
  }

  const seek = (/** @type {number} */ seconds) => {
    if (player.duration) player.playFrom(seconds);
  };
  canvas.addEventListener("pointerdown", (event) => {
    seek((event.offsetX / canvas.clientWidth) * player.duration);
  });
  canvas.addEventListener("keydown", (event) => {
    /** @type {Record<string, number>} */
    const places = { ArrowLeft: player.position - STEP, ArrowRight: player.position + STEP, Home: 0, End: player.duration - 0.1 };
    if (!(event.key in places)) return;
    event.preventDefault();
    seek(places[event.key]);
  });

  session.addEventListener("phase", showButtons);
  player.addEventListener("state", showButtons);
  manuscript.addEventListener("text", showButtons);
  for (const name of ["begin", "head", "audio", "phase"]) {
    session.addEventListener(name, frame);
  }
  new ResizeObserver(showPlace).observe(canvas);
  document.addEventListener("theme", showPlace);
  startDownload(app);
  showButtons();
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {import("../audio/peaks.js").Peaks | undefined} peaks
 * @param {number} share that was heard
 */
function draw(canvas, peaks, share) {
  const scale = devicePixelRatio;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (canvas.width !== Math.round(width * scale)) canvas.width = Math.round(width * scale);
  if (canvas.height !== Math.round(height * scale)) canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d");
  if (!context) return;
  const style = getComputedStyle(canvas);
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  const count = Math.floor(width / 3);
  const bars = peaks?.values.length ? peaks.bars(count) : Array(count).fill(0);
  const [accent, faint] = ["--accent", "--faint"].map((name) => style.getPropertyValue(name));
  bars.forEach((/** @type {number} */ value, /** @type {number} */ at) => {
    const tall = Math.max(1.5, Math.sqrt(value) * height * 0.92);
    context.fillStyle = peaks && at / count < share ? accent : faint;
    context.fillRect(at * 3, (height - tall) / 2, 2, tall);
  });
}

/** @param {import("../app.js").App} app */
function startDownload(app) {
  const { player, session } = app;
  const [button, format] = [byId("download", HTMLButtonElement), byId("format", HTMLSelectElement)];
  button.onclick = async () => {
    button.disabled = true;
    button.textContent = t("downloading", { format: format.value });
    try {
      save(await file(), `declaim.${format.value}`);
    } catch (error) {
      app.failed(error);
    } finally {
      button.disabled = false;
      button.textContent = t("download");
    }
  };

  async function file() {
    const body = app.request();
    const { reading } = session;
    const isHere = reading?.isWhole && !reading.stretch && JSON.stringify(reading.request) === JSON.stringify(body);
    if (format.value === "wav" && isHere) return wavOf(player.pieces, player.sampleRate);
    const response = await ask("/v1/audio/speech", { body: { ...body, response_format: format.value }, key: app.key() });
    return response.blob();
  }
}
