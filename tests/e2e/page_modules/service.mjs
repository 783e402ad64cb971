// Events, patience, metrics, links and history.
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventsOf } from "./js/api/events.js";
import { ApiError } from "./js/api/http.js";
import { quantile, samplesIn, total } from "./js/api/metrics.js";
import { withPatience } from "./js/api/patience.js";
import { samplesOf } from "./js/api/speech.js";
import { entriesIn, forget, MOST_CHARACTERS, MOST_ENTRIES, remember } from "./js/state/history.js";
import { linkOf, readLink } from "./js/state/link.js";
import { checkedSettings, defaults, requestOf, withEmotion } from "./js/state/settings.js";
import en from "./js/strings/en.js";
import zh from "./js/strings/zh.js";

test("events come whole, however they are cut", async () => {
  const bytes = new TextEncoder().encode('data: {"a": "你好"}\n\n: comment\n\ndata: {"b": 2}\n\n');
  for (const size of [1, 2, 7, 1000]) {
    async function* blocks() {
      for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
    }
    const found = [];
    for await (const event of eventsOf(blocks())) found.push(event);
    assert.deepEqual(found, [{ a: "你好" }, { b: 2 }]);
  }
});

test("samples are little-endian", () => {
  assert.deepEqual([...samplesOf(btoa("\x01\x00\xff\xff\x00\x80"))], [1, -1, -32768]);
});

test("too early is tried again, anything else is not", async () => {
  const told = [];
  let tries = 0;
  const early = new ApiError({ status: 429, code: "queue_full", message: "", retryAfter: 1 });
  const attempt = async () => {
    tries += 1;
    if (tries === 1) throw early;
    return "spoken";
  };
  const { signal } = new AbortController();
  assert.equal(await withPatience(attempt, { signal, onWait: (left) => told.push(left) }), "spoken");
  assert.deepEqual(told, [1]);
  await assert.rejects(withPatience(() => Promise.reject(new ApiError({ status: 500, code: "", message: "" })), { signal, onWait() {} }));
  const leaving = new AbortController();
  const left = withPatience(() => Promise.reject(early), { signal: leaving.signal, onWait: () => setTimeout(() => leaving.abort(), 10) });
  await assert.rejects(left, { name: "AbortError" });
});

test("metrics", () => {
  const samples = samplesIn(
    '# HELP x\nx_total{endpoint="/a",status="200"} 3.0\nx_total{endpoint="/a",status="404"} 2\n' +
      'y_bucket{le="1.0"} 1\ny_bucket{le="2.0"} 3\ny_bucket{le="+Inf"} 4\n',
  );
  assert.equal(total(samples, "x_total"), 5);
  assert.equal(total(samples, "x_total", { status: "404" }), 2);
  assert.equal(quantile(samples, "y", 0.5), 1.5);
  assert.equal(quantile(samples, "y", 1), 2);
  assert.ok(Number.isNaN(quantile(samples, "z", 0.5)));
});

test("a link says what it was made of, and nothing that cannot be", () => {
  const settings = { ...defaults(), speed: 1.2, voices: [{ name: "zf_xiaoyi", weight: 0.5 }], emotion: { sad: 0.5 } };
  const edits = { words: [{ start: 0, end: 2, say: "ni3 hao3" }], clauses: [{ start: 0, end: 4, pitch: 2, rate: 1 }] };
  const reading = { text: "你好 &=#%", settings, edits };
  assert.deepEqual(readLink(new URL(linkOf("http://x/#old", reading)).hash), reading);
  assert.equal(readLink("#other=1"), null);
  const shape = JSON.stringify({ words: [{ start: -1, end: 3 }, { start: 0, end: 99 }, { start: 0, end: 1, emphasis: "<b>", pause: 1e9 }], clauses: "x" });
  const how = JSON.stringify({ speed: 99, pitch: "x", voices: [{ name: "<img>", weight: 1 }], emotion: { "<b>": 1, sad: 7 } });
  const read = readLink(`#${new URLSearchParams({ text: "ab", shape, how })}`);
  assert.deepEqual(read.edits, { words: [{ start: 0, end: 1 }], clauses: [] });
  assert.deepEqual(read.settings, { ...defaults(), speed: 2 });
  assert.deepEqual(readLink("#text=a&how={broken").settings, defaults());
});

test("requests leave out what is as usual, and emotions make room", () => {
  assert.deepEqual(requestOf(defaults(), "x"), { model: "declaim", input: "x" });
  const emotion = withEmotion({ happy: 0.8, calm: 0.2 }, "sad", 0.5);
  assert.ok(Object.values(emotion).reduce((sum, value) => sum + value, 0) <= 1);
  assert.equal(emotion.sad, 0.5);
  assert.deepEqual(checkedSettings(null), defaults());
});

test("the history is bounded, and survives what others wrote there", () => {
  const kept = new Map();
  const storage = { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value), removeItem: (name) => kept.delete(name) };
  const entry = (text, at) => ({ text, at, settings: defaults(), edits: { words: [], clauses: [] } });
  for (let at = 0; at < MOST_ENTRIES + 5; at += 1) remember(storage, entry(`text ${at}`, at));
  assert.equal(entriesIn(storage).length, MOST_ENTRIES);
  remember(storage, entry("text 20", 99));
  assert.equal(entriesIn(storage).filter(({ text }) => text === "text 20").length, 1);
  remember(storage, entry("x".repeat(MOST_CHARACTERS - 10), 100));
  assert.ok(entriesIn(storage).length < 4);
  forget(storage, 100);
  assert.ok(!entriesIn(storage).some(({ at }) => at === 100));
  storage.setItem = () => {
    throw new Error("full");
  };
  assert.deepEqual(remember(storage, entry("y", 1)), []);
  kept.set("declaim.history", "{broken");
  assert.deepEqual(entriesIn(storage), []);
});

test("both languages say everything", () => {
  assert.deepEqual(Object.keys(zh).sort(), Object.keys(en).sort());
  for (const [name, phrase] of Object.entries(en)) {
    const gaps = (text) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
    if (!name.startsWith("text")) assert.deepEqual(gaps(zh[name]), gaps(phrase), name);
  }
});
