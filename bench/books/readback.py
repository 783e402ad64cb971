"""What Whisper hears of a book's takes: ``python -m bench.books.readback zh.json --language zh``.

The argument is the manifest beside the audiobook. A random sample of its sentences is read back with the
recogniser of the quality bench and its way of counting (``python -m bench.quality``). With ``--beside
VOICE`` the same sentences are also spoken on their own, in that voice and without prosody, and read back:
so it shows what is due to the sentences, and what to how the book was made.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import soxr

import declaim
from bench.quality.metrics import ErrorCount, count_errors, count_syllable_errors
from bench.quality.recognition import SAMPLE_RATE, Recogniser
from bench.quality.run import SURROUNDING_SILENCE

_RESAMPLES = 2000
_WORST = 5


def main() -> None:
    """Print error rates over the sample, and the sentences that were heard worst."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--language", choices=("zh", "en"), required=True)
    parser.add_argument("--sample", type=int, default=60)
    parser.add_argument("--shortest", type=int, default=1, help="letters of a sentence, at least")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--beside", metavar="VOICE", help="speak the sentences on their own as well, so")
    given = parser.parse_args()
    manifest = json.loads(given.manifest.read_text(encoding="utf-8"))
    spoken = [
        sentence
        for chapter in manifest["chapters"]
        for sentence in chapter["sentences"]
        if "take" in sentence and sum(map(str.isalnum, sentence["text"])) >= given.shortest
    ]
    drawn = random.Random(given.seed).sample(spoken, given.sample)  # noqa: S311 - nothing secret
    recogniser = Recogniser(given.threads)
    folder = given.manifest.parent
    rows = [
        _row(recogniser, sentence["text"], _take(folder / sentence["take"]), given.language)
        for sentence in drawn
    ]
    print(f"{len(rows)} of {len(spoken)} takes")
    for name, is_said in (("narration", False), ("what characters say", True)):
        part = [
            row for row, sentence in zip(rows, drawn, strict=True) if bool(sentence["speaker"]) is is_said
        ]
        if part:
            _tell(f"{name}, {len(part)}", part, given.language)
    _tell("all", rows, given.language)
    if given.beside:
        alone = declaim.Synthesizer(declaim.Config(prosody="off", threads=given.threads, voice=given.beside))
        plain = [
            _row(recogniser, sentence["text"], _spoken(alone, sentence["text"]), given.language)
            for sentence in drawn
        ]
        _tell(f"the same on their own, {given.beside}", plain, given.language)
    for text, heard, count, _ in sorted(rows, key=lambda row: -row[2].errors)[:_WORST]:
        print(f"  {count.errors}: {text!r}\n     {heard!r}")


Row = tuple[str, str, ErrorCount, ErrorCount]
Samples = npt.NDArray[np.float32]


def _row(recogniser: Recogniser, text: str, samples: Samples, language: Any) -> Row:  # noqa: ANN401 - one of two words
    padded = np.pad(samples, round(SURROUNDING_SILENCE * SAMPLE_RATE))
    heard = recogniser.transcribe(padded, language)
    return text, heard, count_errors([text], heard, language), count_syllable_errors([text], heard, language)


def _spoken(synthesizer: declaim.Synthesizer, text: str) -> Samples:
    """A sentence on its own, at the recogniser's rate."""
    chunks = list(synthesizer.speak(text, soon=False))
    samples = np.concatenate([chunk.samples for chunk in chunks])
    resampled: Samples = soxr.resample(samples, chunks[0].sample_rate, SAMPLE_RATE)
    return resampled


def _take(path: Path) -> Samples:
    """At the recogniser's rate."""
    with av.open(str(path)) as container:
        rate = container.streams.audio[0].rate
        frames = [frame.to_ndarray() for frame in container.decode(container.streams.audio[0])]
    whole = np.concatenate(frames, axis=1)[0].astype(np.float32) / 32768
    resampled: Samples = soxr.resample(whole, rate, SAMPLE_RATE)
    return resampled


def _tell(what: str, rows: list[Row], language: str) -> None:
    whole = sum(row[2].errors == 0 for row in rows)
    name = "CER" if language == "zh" else "WER"
    line = f"{what}: {name} {_rate([row[2] for row in rows])}; {whole} without an error"
    if language == "zh":
        line += f"; pinyin {_rate([row[3] for row in rows])}"
    print(line)


def _rate(counts: list[ErrorCount]) -> str:
    """With a 95 % percentile bootstrap over sentences, as on the quality bench."""
    errors = np.array([count.errors for count in counts])
    lengths = np.array([count.length for count in counts])
    drawn = np.random.default_rng(1).integers(len(counts), size=(_RESAMPLES, len(counts)))
    low, high = np.percentile(errors[drawn].sum(axis=1) / lengths[drawn].sum(axis=1), (2.5, 97.5))
    return f"{errors.sum() / lengths.sum():.2%} ({low:.2%} to {high:.2%}), {errors.sum()} of {lengths.sum()}"


if __name__ == "__main__":
    main()
