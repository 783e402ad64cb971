// Long work in pieces, so that the page answers to its user meanwhile.

const LONGEST = 25; // milliseconds of work at a time

/**
 * To be awaited between pieces of work: whoever has worked for long lets the browser go on first.
 * @returns {() => Promise<void>}
 */
export function breaths() {
  let began = performance.now();
  return async () => {
    if (performance.now() - began < LONGEST) return;
    await new Promise((resolve) => setTimeout(resolve));
    began = performance.now();
  };
}
