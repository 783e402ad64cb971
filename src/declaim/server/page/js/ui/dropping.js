// Files that are dropped.

/**
 * @param {HTMLElement} target
 * @param {(file?: File) => void} take
 */
export function startDrop(target, take) {
  const isOver = (/** @type {boolean} */ over) => target.classList.toggle("dropping", over);
  target.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    isOver(true);
  });
  target.addEventListener("dragleave", () => isOver(false));
  target.addEventListener("drop", (event) => {
    isOver(false);
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    take(event.dataTransfer.files[0]);
  });
}

/** A file that misses its place must not take the place of the page. */
export function startMissedDrops() {
  for (const kind of /** @type {const} */ (["dragover", "drop"])) {
    addEventListener(kind, (event) => {
      if (hasFiles(event)) event.preventDefault();
    });
  }
}

/** @param {DragEvent} event */
const hasFiles = (event) => event.dataTransfer?.types.includes("Files") ?? false;
