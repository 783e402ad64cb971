// Books and podcasts that the service makes: `/v1/jobs`.
import { eventsOf } from "./events.js";
import { ApiError, ask, askJson, isAbort, problemOf, unreachable } from "./http.js";
import { isTooEarly, pause } from "./patience.js";

const PATH = "/v1/jobs";
const LONGEST_WAIT = 8000; // milliseconds between two tries to hear of a job again

/**
 * @typedef {"draft" | "queued" | "running" | "paused" | "done" | "failed" | "cancelled"} JobState
 * @typedef {"book" | "podcast"} JobKind
 * @typedef {{title: string, share: number, seconds: number}} ChapterShown
 * @typedef {{where: string, what: string, why: string}} Omission
 * @typedef {{id: string, kind: JobKind, state: JobState, title: string, created: string, why: string, hint: string, share: number,
 *   sentences: number, seconds: number, real_time_factor: number | null, seconds_left: number | null,
 *   chapters: ChapterShown[], omissions: Omission[], files: string[]}} Job
 * @typedef {{name: string, lines: number, sample: string, voice: string, aliases: string[], gender: string,
 *   age: string, rate: number, pitch: number, expressiveness: number | null}} Role
 * @typedef {{voice: string, formats: string[], subtitles: string[], read_along: boolean, dialogue: boolean,
 *   cast: string, expressiveness: number | null, loudness: number | null}} BookOptions
 * @typedef {{voices: Record<string, string>, stereo: boolean | null}} PodcastOptions
 * @typedef {{title: string, authors: string[], language: string, seconds: number, work_seconds: number,
 *   chapters: {title: string, level: number, characters: number, seconds: number}[],
 *   prices: Record<string, number>, skipped: {kind: string, where: string, why: string, count: number}[],
 *   narrator: string, cast: Role[], warnings: string[]}} PreviewShown
 * @typedef {PreviewShown & {kind: "book", options: BookOptions}} BookPreview
 * @typedef {PreviewShown & {kind: "podcast", options: PodcastOptions}} PodcastPreview
 * @typedef {BookPreview | PodcastPreview} Preview
 * @typedef {{text: string, speaker: string, take: string, seconds: number, pause: number}} Sentence
 * @typedef {{title: string, sentences: Sentence[], is_whole: boolean}} ChapterHeard
 */

/** @type {ReadonlySet<string>} */
export const ENDED = new Set(["done", "failed", "cancelled"]);

/** Whether something is to be expected of a job. @param {Job} job */
export const isUnderWay = ({ state }) => state !== "draft" && !ENDED.has(state);

/** @param {string} key @param {AbortSignal} signal @returns {Promise<Job[]>} */
export const allJobs = async (key, signal) => (await askJson(PATH, { key, signal })).jobs;

/** @param {string} id @param {string} key @returns {Promise<Job>} */
export const jobOf = (id, key) => askJson(`${PATH}/${id}`, { key });

/** @param {string} id @param {string} key @param {AbortSignal} [signal] @returns {Promise<Preview>} */
export const previewOf = (id, key, signal) => askJson(`${PATH}/${id}/preview`, { method: "POST", key, signal });

/** @param {string} id @param {BookOptions | PodcastOptions} options @param {string} key @returns {Promise<Job>} */
export const begin = (id, options, key) => askJson(`${PATH}/${id}/begin`, { body: options, key });

/** @param {string} id @param {"pause" | "resume" | "cancel"} what @param {string} key @returns {Promise<Job>} */
export const tell = (id, what, key) => askJson(`${PATH}/${id}/${what}`, { method: "POST", key });

/** @param {string} id @param {string} key */
export const remove = (id, key) => ask(`${PATH}/${id}`, { method: "DELETE", key });

/** @param {string} id @param {string} key @returns {Promise<{name: string, bytes: number}[]>} */
export const filesOf = async (id, key) => (await askJson(`${PATH}/${id}/files`, { key })).files;

/** @param {string} id @param {string} name */
export const fileAddress = (id, name) => `${PATH}/${id}/files/${name.split("/").map(encodeURIComponent).join("/")}`;

/** @param {string} id @param {number} index @param {string} key @param {AbortSignal} [signal] @returns {Promise<ChapterHeard>} */
export const chapterOf = (id, index, key, signal) => askJson(`${PATH}/${id}/chapters/${index}`, { key, signal });

/** @param {string} id @param {string} take @param {string} key @param {AbortSignal} [signal] @returns {Promise<ArrayBuffer>} */
export const takeOf = async (id, take, key, signal) => (await ask(`${PATH}/${id}/takes/${take}`, { key, signal })).arrayBuffer();

/**
 * Send a book or a script, to be looked at before it is begun.
 * @param {File} file
 * @param {{key: string, signal: AbortSignal, onProgress: (share: number) => void, kind?: JobKind}} options
 *   Without a `kind` the service goes by the file's name.
 *   `onProgress` is told what share of the file has left this machine.
 * @returns {Promise<Job>}
 * @throws {ApiError}
 */
export function upload(file, { key, signal, onProgress, kind }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch does not tell how far it is
    request.open("POST", `${PATH}?${new URLSearchParams({ filename: file.name, draft: "true", ...(kind && { kind }) })}`);
    if (key) request.setRequestHeader("Authorization", `Bearer ${key}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(JSON.parse(request.responseText));
      else reject(problemOf(request.status, request.responseText, request.getResponseHeader("Retry-After")));
    };
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(new DOMException("", "AbortError"));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}

/**
 * Hear how a job goes on until it ends, through lost connections and restarts of the service.
 * @param {string} id
 * @param {{key: () => string, signal: AbortSignal, onEvent: (event: any) => void, onLost: () => void}} options
 * @throws {ApiError} it is not there any more, or the key is refused
 */
export async function follow(id, { key, signal, onEvent, onLost }) {
  for (let failures = 0; !signal.aborted; ) {
    try {
      const { body } = await ask(`${PATH}/${id}/events`, { key: key(), signal });
      for await (const event of eventsOf(/** @type {ReadableStream<Uint8Array>} */ (body))) {
        failures = 0;
        onEvent(event);
        if (ENDED.has(event.state)) return;
      }
    } catch (error) {
      if (isAbort(error)) return;
      if (error instanceof ApiError && error.status && !isTooEarly(error)) throw error;
    }
    failures += 1;
    onLost();
    await pause(Math.min(500 * 2 ** failures, LONGEST_WAIT), signal).catch(() => {});
  }
}
