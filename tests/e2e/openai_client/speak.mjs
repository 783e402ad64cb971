// Speaks a text through OpenAI's client, unmodified, and writes the audio to a file as it comes.
// Prints what happened as one line of JSON.
import { createWriteStream } from "node:fs";
import { once } from "node:events";
import OpenAI from "openai";

const [baseURL, file, request, leave] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey: "any", maxRetries: 0 });
const begun = performance.now();
const arrivals = [];

try {
  const response = await client.audio.speech.create({ model: "tts-1", ...JSON.parse(request) });
  const output = createWriteStream(file);
  for await (const block of response.body) {
    arrivals.push(performance.now() - begun);
    output.write(block);
    if (leave) break; // closes the connection
  }
  output.end();
  await once(output, "finish");
  console.log(JSON.stringify({ type: response.headers.get("content-type"), arrivals }));
} catch (error) {
  console.log(JSON.stringify({ error: error.constructor.name, status: error.status, code: error.code, message: error.message }));
}
