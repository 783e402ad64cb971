// Requests to the service, with the key in a header, and its problems as errors that can be told apart.

/** What the service, or the way to it, answered instead of what was asked for. */
export class ApiError extends Error {
  /**
   * @param {{status: number, code: string, message: string, retryAfter?: number | null}} problem
   *   `status` is 0 where there was no answer; `retryAfter` in seconds.
   */
  constructor({ status, code, message, retryAfter = null }) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/**
 * @typedef {object} Asking
 * @property {unknown} [body] sent as JSON, by POST
 * @property {string} [method] where neither GET, nor POST with a body
 * @property {AbortSignal} [signal]
 * @property {string} [key] the API key, if there is one
 */

/**
 * Ask the service; gives the answer if it is one of success.
 * @param {string} path
 * @param {Asking} [asking]
 * @returns {Promise<Response>}
 * @throws {ApiError} for every other answer, and for none
 */
export async function ask(path, { body, method, signal, key } = {}) {
  /** @type {Record<string, string>} */
  const headers = key ? { Authorization: `Bearer ${key}` } : {};
  /** @type {RequestInit} */
  const request = { method, headers, signal, cache: "no-store", credentials: "omit", redirect: "error" };
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    Object.assign(request, { method: "POST", body: JSON.stringify(body) });
  }
  const response = await fetch(path, request).catch((error) => {
    throw isAbort(error) ? error : unreachable();
  });
  if (!response.ok) throw problemOf(response.status, await response.text().catch(() => ""), response.headers.get("Retry-After"));
  return response;
}

/**
 * @param {string} path
 * @param {Asking} [asking]
 * @returns {Promise<any>} the answer's JSON
 */
export async function askJson(path, asking) {
  return (await ask(path, asking)).json();
}

/** The service cannot be reached. */
export function unreachable() {
  return new ApiError({ status: 0, code: "unreachable", message: "" });
}

/**
 * Whether an error is only the news that somebody has aborted a request.
 * @param {unknown} error
 */
export function isAbort(error) {
  return error instanceof DOMException && error.name === "AbortError";
}

/**
 * What an answer that is none of success says.
 * @param {number} status
 * @param {string} text the body
 * @param {string | null} retryAfter the header
 */
export function problemOf(status, text, retryAfter) {
  const problem = parsed(text)?.error;
  const seconds = Number.parseInt(retryAfter ?? "", 10);
  return new ApiError({
    status,
    code: String(problem?.code ?? status),
    message: String(problem?.message ?? status),
    retryAfter: Number.isFinite(seconds) ? seconds : null,
  });
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null; // somebody between the service and here has answered
  }
}
