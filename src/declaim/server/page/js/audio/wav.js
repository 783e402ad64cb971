// A WAV file of what was heard, without asking for it again.

/**
 * @param {Int16Array[]} pieces mono
 * @param {number} sampleRate
 * @returns {Blob}
 */
export function wavOf(pieces, sampleRate) {
  const bytes = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
  const head = new DataView(new ArrayBuffer(44));
  const name = (/** @type {number} */ at, /** @type {string} */ letters) =>
    [...letters].forEach((letter, index) => head.setUint8(at + index, letter.charCodeAt(0)));
  name(0, "RIFF");
  head.setUint32(4, 36 + bytes, true);
  name(8, "WAVEfmt ");
  head.setUint32(16, 16, true); // the format's own length
  head.setUint16(20, 1, true); // PCM
  head.setUint16(22, 1, true); // channels
  head.setUint32(24, sampleRate, true);
  head.setUint32(28, sampleRate * 2, true);
  head.setUint16(32, 2, true); // bytes a frame
  head.setUint16(34, 16, true); // bits
  name(36, "data");
  head.setUint32(40, bytes, true);
  return new Blob([head.buffer, ...pieces.map((piece) => /** @type {ArrayBuffer} */ (piece.slice().buffer))], {
    type: "audio/wav",
  });
}
