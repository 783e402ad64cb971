// What is measured in audio, and when it is played.
import assert from "node:assert/strict";
import { test } from "node:test";
import { medianPitch, PitchTracker } from "./js/audio/pitch.js";
import { Peaks } from "./js/audio/peaks.js";
import { Timeline } from "./js/audio/timeline.js";
import { wavOf } from "./js/audio/wav.js";

const RATE = 24_000;
/** A voice-like tone: a fundamental with three harmonics. */
const tone = (hertz, seconds) =>
  Int16Array.from({ length: seconds * RATE }, (_, at) =>
    [1, 0.6, 0.4, 0.2].reduce((sum, weight, number) => sum + 5000 * weight * Math.sin((2 * Math.PI * hertz * (number + 1) * at) / RATE), 0),
  );

test("the pitch of tones", () => {
  for (const hertz of [80, 121, 205, 333]) {
    const tracker = new PitchTracker(RATE);
    const samples = tone(hertz, 0.5);
    for (let at = 0; at < samples.length; at += 1001) tracker.push(samples.subarray(at, at + 1001));
    assert.ok(Math.abs(medianPitch(tracker.frames) / hertz - 1) < 0.01, `${hertz}: ${medianPitch(tracker.frames)}`);
    assert.ok(Math.abs(tracker.seconds - 0.5) < 0.06);
  }
});

test("no pitch in silence and noise", () => {
  const tracker = new PitchTracker(RATE);
  tracker.push(new Int16Array(RATE / 2));
  let seed = 1;
  tracker.push(Int16Array.from({ length: RATE }, () => ((seed = (seed * 48_271) % 2_147_483_647) % 20_000) - 10_000));
  assert.ok(tracker.frames.filter(Boolean).length < 0.05 * tracker.frames.length);
});

test("pieces are put one behind the other, and a gap moves the place", () => {
  const line = new Timeline();
  const begin = line.put(10, 0, 1);
  assert.ok(begin > 10 && begin < 10.1);
  assert.equal(line.put(10.2, 1, 0.5), begin + 1);
  assert.equal(line.gaps, 0);
  assert.equal(line.placeAt(begin - 5), 0);
  assert.ok(Math.abs(line.placeAt(begin + 1.2) - 1.2) < 1e-9);
  const late = line.put(13, 1.5, 1);
  assert.equal(line.gaps, 1);
  assert.equal(line.placeAt(12.9), 1.5);
  assert.ok(Math.abs(line.placeAt(late + 0.25) - 1.75) < 1e-9);
});

test("peaks and WAV", async () => {
  const peaks = new Peaks(RATE);
  peaks.push(tone(200, 1));
  assert.equal(peaks.values.length, 50);
  assert.equal(peaks.bars(7).length, 7);
  const bytes = new Uint8Array(await wavOf([tone(100, 0.1), tone(100, 0.1)], RATE).arrayBuffer());
  assert.equal(bytes.length, 44 + 2 * 2 * 2400);
  assert.equal(new DataView(bytes.buffer).getUint32(24, true), RATE);
});
