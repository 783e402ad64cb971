// A request as somebody would write it in a shell or in Python. The key is never in it.

/**
 * @param {string} origin of the service
 * @param {Record<string, unknown>} body
 * @param {{hasKey: boolean, format: string}} options
 */
export function curlOf(origin, body, { hasKey, format }) {
  const json = JSON.stringify({ ...body, response_format: format }, null, 2);
  const lines = [
    `curl ${origin}/v1/audio/speech`,
    ...(hasKey ? [`  -H "Authorization: Bearer $DECLAIM_API_KEY"`] : []),
    "  -H 'Content-Type: application/json'",
    `  -o speech.${format}`,
    `  -d '${json.replaceAll("'", "'\\''")}'`,
  ];
  return lines.join(" \\\n");
}

/**
 * @param {string} origin
 * @param {Record<string, unknown>} body
 * @param {{hasKey: boolean, format: string}} options
 */
export function pythonOf(origin, body, { hasKey, format }) {
  const { model, input, voice, speed, ...extra } = body;
  const key = hasKey ? 'os.environ["DECLAIM_API_KEY"]' : '"none"';
  const named = { model, input, voice: voice ?? "marin", ...(speed === undefined ? {} : { speed }), response_format: format };
  const lines = Object.entries(named).map(([name, value]) => `    ${name}=${literal(value)},`);
  if (Object.keys(extra).length) lines.push(`    extra_body=${literal(extra)},`);
  return [
    ...(hasKey ? ["import os", ""] : []),
    "from openai import OpenAI",
    "",
    `client = OpenAI(base_url="${origin}/v1", api_key=${key})`,
    "with client.audio.speech.with_streaming_response.create(",
    ...lines,
    ") as answer:",
    `    answer.stream_to_file("speech.${format}")`,
  ].join("\n");
}

/**
 * JSON is Python but for three names, which no request has; strings are escaped alike.
 * @param {unknown} value
 */
function literal(value) {
  return JSON.stringify(value);
}
