// Speech as it is made: 16-bit PCM with the times of its words.
import { eventsOf } from "./events.js";
import { ApiError, ask, isAbort } from "./http.js";

/**
 * @typedef {{text: string, span: [number, number], start: number, end: number}} Word
 *   `span` in code points of the text that was sent, times in seconds.
 * @typedef {{voice: string, cache: string, sampleRate: number, ignored: string}} Head
 * @typedef {{samples: Int16Array, words: Word[], channel: string}} Delta
 */

/**
 * Ask for speech; gives what its answer's head says and its pieces.
 * @param {Record<string, unknown>} body a request of `POST /v1/audio/speech`
 * @param {{signal: AbortSignal, key: string}} options
 * @returns {Promise<{head: Head, deltas: AsyncGenerator<Delta>}>}
 */
export async function speech(body, { signal, key }) {
  const wanted = { ...body, response_format: "pcm", stream_format: "sse" };
  const response = await ask("/v1/audio/speech", { body: wanted, signal, key });
  const head = {
    voice: response.headers.get("X-Declaim-Voice") ?? "",
    cache: response.headers.get("X-Declaim-Cache") ?? "",
    sampleRate: Number(response.headers.get("X-Declaim-Sample-Rate")) || 24_000,
    ignored: response.headers.get("X-Declaim-Ignored") ?? "",
  };
  return { head, deltas: deltasOf(response) };
}

/**
 * @param {Response} response
 * @returns {AsyncGenerator<Delta>}
 */
async function* deltasOf(response) {
  try {
    for await (const event of eventsOf(/** @type {ReadableStream<Uint8Array>} */ (response.body))) {
      if (event.type === "speech.audio.done") return;
      if (event.type === "speech.audio.error") throw brokenOff(event.error?.message);
      if (event.type === "speech.audio.delta") {
        yield { samples: samplesOf(event.audio), words: event.words ?? [], channel: event.channel ?? "" };
      }
    }
  } catch (error) {
    throw error instanceof ApiError || isAbort(error) ? error : brokenOff();
  }
  throw brokenOff(); // it ended without saying so
}

/** @param {string} [message] */
function brokenOff(message = "") {
  return new ApiError({ status: 0, code: "broken_off", message });
}

/**
 * @param {string} base64 of 16-bit little-endian samples
 * @returns {Int16Array}
 */
export function samplesOf(base64) {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
  const view = new DataView(bytes.buffer);
  return Int16Array.from({ length: bytes.length >> 1 }, (_, at) => view.getInt16(2 * at, true));
}
