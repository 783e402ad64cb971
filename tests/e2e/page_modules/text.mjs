// Edits, markup and units.
import assert from "node:assert/strict";
import { test } from "node:test";
import { moved, noEdits, withClause, withWord } from "./js/text/edits.js";
import { compiled } from "./js/text/markup.js";
import { clausesOf, sentencesOf, unitsOf } from "./js/text/units.js";
import { curlOf, pythonOf } from "./js/text/calls.js";

const TEXT = [..."重庆 is 😀 <big>, **very** big.\n\nYes! [pause 1s] [行](/xing2/)"];
const place = (word) => TEXT.join("").split(word)[0];
const at = (word) => {
  const start = [...place(word)].length;
  return { start, end: start + [...word].length };
};

test("a text without edits is sent as it is", () => {
  assert.equal(compiled(TEXT, noEdits()).text, TEXT.join(""));
});

test("pauses and pronunciations stay plain text", () => {
  let edits = withWord(noEdits(), { ...at("重庆"), say: "chong2 qing4", pause: 0.3 });
  assert.ok(compiled(TEXT, edits).text.startsWith("[重庆](/chong2 qing4/) [pause 300ms] is"));
  edits = withWord(edits, { ...at("重庆") });
  assert.deepEqual(edits, noEdits());
});

test("emphasis and prosody make SSML of all of it, with the marks of plain text translated", () => {
  let edits = withWord(noEdits(), { ...at("very"), emphasis: "strong" });
  edits = withClause(edits, { ...at("Yes"), pitch: -2, rate: 0.9 });
  assert.equal(
    compiled(TEXT, edits).text,
    '<speak><p>重庆 is 😀 &lt;big&gt;, <emphasis level="strong">very</emphasis> big.</p><p>\n\n' +
      '<prosody pitch="-2.0st" rate="90%">Yes</prosody>! <break time="1s"/> <phoneme alphabet="pinyin" ph="xing2">行</phoneme></p></speak>',
  );
});

test("places in the markup lead back to the text", () => {
  const edits = withWord(noEdits(), { ...at("very"), emphasis: "strong", say: 'v"ɛ' });
  const markup = compiled(TEXT, edits);
  const points = [...markup.text];
  for (const word of ["重庆", "is", "very", "Yes"]) {
    const start = [...markup.text.split(word)[0]].length;
    const { start: from, end } = at(word);
    assert.deepEqual(markup.origin([start, start + [...word].length]), [from, end], word);
  }
  assert.ok(!points.join("").includes('v"ɛ'));
});

test("a stretch has its own edits only", () => {
  const edits = withWord(noEdits(), { ...at("very"), emphasis: "moderate" });
  const { start } = at("Yes");
  assert.equal(compiled(TEXT, { ...edits, words: [] }, { start, end: start + 4 }).text, "Yes!");
});

test("edits are written into SSML", () => {
  const points = [..."<speak>Not now.</speak>"];
  const edits = withWord(noEdits(), { start: 11, end: 14, emphasis: "strong" });
  assert.equal(compiled(points, edits).text, '<speak>Not <emphasis level="strong">now</emphasis>.</speak>');
});

test("edits move with their words, and go with them", () => {
  const edits = withWord(noEdits(), { start: 4, end: 7, pause: 1 });
  assert.deepEqual(moved(edits, [..."one two three"], [..."oh, one two three"]).words, [{ start: 8, end: 11, pause: 1 }]);
  assert.deepEqual(moved(edits, [..."one two three"], [..."one two thirty"]).words, edits.words);
  assert.deepEqual(moved(edits, [..."one two three"], [..."one ten three"]).words, []);
});

test("units hold the marks at their words, and nothing is lost", () => {
  const text = [..."“Hi,” she (Ann) said: 你好，世界。"];
  const spans = [[1, 3], [6, 9], [11, 14], [16, 20], [22, 24], [25, 27]];
  const units = unitsOf(text, spans);
  assert.deepEqual(units.map(({ lead, word, tail }) => lead + word + tail), ["“Hi,”", "she", "(Ann)", "said:", "你好，", "世界"]);
  assert.equal(clausesOf(text, units).length, 4);
  assert.deepEqual(sentencesOf(text, units), [{ start: 1, end: 27 }]);
  const two = unitsOf(text, spans.slice(1), unitsOf(text, spans.slice(0, 1))[0]);
  assert.deepEqual(two.map((unit) => unit.word), units.slice(1).map((unit) => unit.word));
});

test("calls quote what they hold", () => {
  const body = { model: "declaim", input: "it's \"so\"\n", voice: "af_heart", emotion: { sad: 0.5 } };
  const curl = curlOf("x:", body, { hasKey: true, format: "mp3" });
  assert.match(curl, /it'\\''s/);
  assert.match(curl, /\$DECLAIM_API_KEY/);
  assert.match(pythonOf("x:", body, { hasKey: false, format: "mp3" }), /input="it's \\"so\\"\\n",\n.*voice="af_heart"/s);
});
