// Server-sent events out of a stream of text, as far as the service uses them: `data:` lines with JSON.

/**
 * @param {AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>} stream
 * @returns {AsyncGenerator<any>} the JSON of each event
 */
export async function* eventsOf(stream) {
  const decoder = new TextDecoder();
  let held = "";
  for await (const block of chunksOf(stream)) {
    held += decoder.decode(block, { stream: true });
    const ends = held.lastIndexOf("\n\n");
    if (ends < 0) continue;
    const whole = held.slice(0, ends);
    held = held.slice(ends + 2);
    for (const event of whole.split("\n\n")) {
      const data = event.split("\n").filter((line) => line.startsWith("data:"));
      if (data.length) yield JSON.parse(data.map((line) => line.slice(5).trimStart()).join("\n"));
    }
  }
}

/**
 * Safari's streams are not iterable.
 * @param {any} stream
 * @returns {AsyncGenerator<Uint8Array>}
 */
async function* chunksOf(stream) {
  if (!stream.getReader) {
    yield* stream;
    return;
  }
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {}); // it may have failed already, which whoever reads it has been told
  }
}
