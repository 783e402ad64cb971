// The melody of a word, drawn over it: semitones from the voice's middle pitch.

const SVG = "http://www.w3.org/2000/svg";
const REACH = 9; // semitones up and down that are drawn
const LONGEST_JUMP = 0.4; // octaves
const LONGEST_BRIDGE = 6; // frames
const [WIDTH, HEIGHT] = [100, 100];

/**
 * @param {number[]} frames Hz, 0 where there is no voice
 * @param {number} middle Hz
 */
export function curveOf(frames, middle) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  drawing.setAttribute("preserveAspectRatio", "none");
  drawing.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", pathOf(bridged(smoothed(frames)), middle));
  drawing.append(path);
  return drawing;
}

/**
 * @param {number[]} frames
 * @param {number} middle
 */
export function pathOf(frames, middle) {
  let isDown = false;
  const steps = frames.map((hertz, at) => {
    if (!hertz || !middle) {
      isDown = false;
      return "";
    }
    const semitones = Math.max(-REACH, Math.min(REACH, 12 * Math.log2(hertz / middle)));
    const x = (WIDTH * (at + 0.5)) / frames.length;
    const y = HEIGHT * (0.5 - (0.46 * semitones) / REACH);
    const step = `${isDown ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
    isDown = true;
    return step;
  });
  return steps.join("");
}

/** The median of five voiced frames, without those that jump away from it: wrong octaves. @param {number[]} frames */
function smoothed(frames) {
  return frames.map((hertz, at) => {
    const near = frames.slice(Math.max(0, at - 2), at + 3).filter(Boolean).sort((one, other) => one - other);
    const middle = near[near.length >> 1] ?? 0;
    return hertz && near.length > 2 && Math.abs(Math.log2(hertz / middle)) < LONGEST_JUMP ? middle : 0;
  });
}

/** Short unvoiced stretches are drawn through, as the ear hears them. @param {number[]} frames */
function bridged(frames) {
  const drawn = [...frames];
  let last = -1;
  frames.forEach((hertz, at) => {
    if (!hertz) return;
    const gap = at - last;
    const isSmooth = last >= 0 && Math.abs(Math.log2(hertz / frames[last])) < LONGEST_JUMP;
    if (isSmooth && gap > 1 && gap <= LONGEST_BRIDGE) {
      for (let step = 1; step < gap; step += 1) drawn[last + step] = frames[last] * (hertz / frames[last]) ** (step / gap);
    }
    last = at;
  });
  return drawn;
}
