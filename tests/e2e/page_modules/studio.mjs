// Books: the cast as TOML, and following a job through lost connections.
import assert from "node:assert/strict";
import test from "node:test";
import { follow } from "./js/api/jobs.js";
import { castOf } from "./js/state/cast.js";

const plain = { name: "Anna", voice: "bf_emma", aliases: [], gender: "", age: "", rate: 1, pitch: 0, expressiveness: null };

test("a cast is written as a cast file", () => {
  assert.equal(castOf([plain]), '[characters."Anna"]\nvoice = "bf_emma"');
  const odd = { ...plain, name: 'O"Neil\\\u007f', voice: "", aliases: ["a", "”"], gender: "male", age: "old", rate: 0.93, pitch: -2, expressiveness: 0.5 };
  assert.equal(
    castOf([odd, plain]).split("\n\n")[0],
    '[characters."O\\"Neil\\\\\\u007F"]\naliases = ["a", "”"]\ngender = "male"\nage = "old"\nrate = 0.93\npitch = -2.0\nexpressiveness = 0.5',
  );
  assert.equal(castOf([]), "");
});

/** An answer of some events, which then breaks off or ends. @param {object[]} events @param {boolean} breaks */
function answer(events, breaks) {
  const body = new ReadableStream({
    start(controller) {
      for (const event of events) controller.enqueue(new TextEncoder().encode(`: still here\n\ndata: ${JSON.stringify(event)}\n\n`));
    },
    pull: (controller) => (breaks ? controller.error(new TypeError("network error")) : controller.close()),
  });
  return new Response(body);
}

/** @param {(() => Promise<Response> | Response)[]} answers */
async function followed(answers) {
  const asked = [];
  globalThis.fetch = async (path, { headers }) => {
    asked.push([path, headers.Authorization]);
    return answers.shift()();
  };
  const heard = [];
  let lost = 0;
  const { signal } = new AbortController();
  await follow("a1", { key: () => "k", signal, onEvent: ({ state }) => heard.push(state), onLost: () => (lost += 1) });
  return { asked, heard, lost };
}

test("a job is followed through lost connections until it ends", async () => {
  const refuse = () => Promise.reject(new TypeError("refused"));
  const { asked, heard, lost } = await followed([
    () => answer([{ state: "running" }], true),
    refuse,
    () => answer([{ state: "paused" }], false),
    () => answer([{ state: "running" }, { state: "done" }], false),
  ]);
  assert.deepEqual(heard, ["running", "paused", "running", "done"]);
  assert.equal(lost, 3);
  assert.deepEqual(asked[0], ["/v1/jobs/a1/events", "Bearer k"]);
});

test("a job that is gone is not asked for again", async () => {
  await assert.rejects(followed([() => new Response("{}", { status: 404 })]), { status: 404 });
});
