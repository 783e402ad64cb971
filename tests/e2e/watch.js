// Run before the page's own scripts: notes what leaves the page as sound, and when which word is lit.
window.watched = { heard: [], lit: [] };
const connect = AudioNode.prototype.connect;
const tapped = new WeakSet();
AudioNode.prototype.connect = function (target, ...rest) {
  if (target instanceof AudioDestinationNode && !tapped.has(this)) {
    tapped.add(this);
    const tap = new AnalyserNode(this.context, { fftSize: 512 });
    const block = new Float32Array(512);
    connect.call(this, tap);
    setInterval(() => {
      tap.getFloatTimeDomainData(block);
      const level = Math.sqrt(block.reduce((sum, value) => sum + value * value, 0) / block.length);
      window.watched.heard.push([performance.now() / 1000, level]);
    }, 5);
  }
  return connect.call(this, target, ...rest);
};
addEventListener("DOMContentLoaded", () =>
  new MutationObserver((changes) => {
    for (const { target, oldValue } of changes) {
      const was = (oldValue ?? "").split(" ").includes("lit");
      if (target.classList.contains("lit") && !was && target.dataset.start) {
        window.watched.lit.push([performance.now() / 1000, Number(target.dataset.start)]);
      }
    }
  }).observe(document.body, { subtree: true, attributeFilter: ["class"], attributeOldValue: true }),
);
