// A service that is full or starting says when to come again; this comes again.
import { ApiError } from "./http.js";

const MOST_TRIES = 20;
const LONGEST_WAIT = 120;

/**
 * Do something, and again whenever the service says that it is only too early.
 * @template T
 * @param {() => Promise<T>} attempt
 * @param {{signal: AbortSignal, onWait: (seconds: number, error: ApiError) => void}} options
 *   `onWait` is told before each second of waiting how many are left.
 * @returns {Promise<T>}
 */
export async function withPatience(attempt, { signal, onWait }) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (tries >= MOST_TRIES || !isTooEarly(error)) throw error;
      const wait = Math.min(error.retryAfter ?? 1, LONGEST_WAIT);
      for (let left = wait; left > 0; left -= 1) {
        onWait(left, error);
        await pause(1000, signal);
      }
    }
  }
}

/**
 * @param {unknown} error
 * @returns {error is ApiError}
 */
export function isTooEarly(error) {
  return error instanceof ApiError && (error.status === 429 || error.status === 503) && error.retryAfter !== null;
}

/**
 * @param {number} milliseconds
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
export function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const leave = () => {
      clearTimeout(timer);
      reject(new DOMException("", "AbortError"));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", leave);
      resolve();
    }, milliseconds);
    if (signal.aborted) leave();
    signal.addEventListener("abort", leave, { once: true });
  });
}
