"""``python -m bench.vocoders.layers``: in which residual blocks of the generator 8-bit inputs are heard.

All sentences are spoken with the generator in floats, and by the kernels with some of its residual blocks in
8 bits and the others in 16. Everything before the generator is the same, in floats. What is printed is the
difference of DNSMOS's P.808 to floats, and the standard error of its mean.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path
from statistics import fmean, stdev

import numpy as np
import soxr

from bench.engines import Samples
from bench.quality import corpus
from bench.quality.dnsmos import SAMPLE_RATE as DNSMOS_RATE
from bench.quality.dnsmos import Dnsmos
from bench.quality.report import table
from declaim.acoustic.frames import SAMPLE_RATE
from declaim.acoustic.kokoro import AcousticModel
from declaim.engines.kokoro import KokoroEngine
from declaim.engines.kokoro_files import DURATION_FILE, FRAMES_FILE
from declaim.engines.kokoro_graph import cut
from declaim.engines.kokoro_loading import load_vocoder
from declaim.engines.voices import VoiceBank
from declaim.models.session import Session
from declaim.models.store import ModelStore
from declaim.prosody.score import Score
from declaim.text.frontend import TextFrontend
from declaim.vocoder.integer.generator import BRANCHES, SOURCES
from declaim.vocoder.istftnet import Vocoder

VOICES = {
    "zh": ("zf_xiaoxiao", "zf_xiaoni", "zm_yunjian", "zm_yunxi"),
    "en": ("af_heart", "am_michael", "bf_emma", "bm_george"),
}
ALL = frozenset({*SOURCES, *BRANCHES[0], *BRANCHES[1]})
LAST = tuple(sorted(BRANCHES[1]))
IN_8_BITS = {
    "none": frozenset[str](),
    "noise_res": frozenset(SOURCES),
    "resblocks.0 to .2": frozenset(BRANCHES[0]),
    **{block: frozenset({block}) for block in LAST},
    **{f"all but {block}": ALL - {block} for block in LAST},
    "all": ALL,
}
"""What each row has in 8 bits."""


def main() -> None:
    """Print the table as Markdown."""
    line = argparse.ArgumentParser(prog="python -m bench.vocoders.layers", description=__doc__)
    line.add_argument("--language", choices=VOICES, default="zh")
    line.add_argument("--limit", type=int, default=24, help="sentences, by four voices in turn (default: 24)")
    line.add_argument("--threads", type=int, default=2)
    line.add_argument("--rows", nargs="+", choices=IN_8_BITS, default=list(IN_8_BITS), metavar="BLOCKS")
    options = line.parse_args()
    texts = [sentence.text for sentence in corpus.load(options.language, options.limit)]
    with tempfile.TemporaryDirectory() as folder:
        speakers = Speakers(Path(folder), options.rows, options.threads)
        scores = scored(speakers, texts, VOICES[options.language], Dnsmos(options.threads))
    floats = scores.pop("")
    rows = []
    for name, values in scores.items():
        changes = [value - before for value, before in zip(values, floats, strict=True)]
        error = stdev(changes) / len(changes) ** 0.5
        rows.append((name, f"{fmean(changes):+.3f} ± {error:.3f}"))
    print(f"{len(texts)} sentences ({options.language}); P.808 of floats {fmean(floats):.2f}.\n")
    print(table(("in 8 bits", "P.808"), rows))


class Speakers:
    """An engine whose vocoder can be changed.

    Args:
        folder: where graphs are made.
        rows: names in `IN_8_BITS`.
        threads: for each model.
    """

    def __init__(self, folder: Path, rows: Sequence[str], threads: int) -> None:
        store = ModelStore()
        model = store.ensure("kokoro")
        floats = _cut(model, folder / "float")
        self._acoustic = AcousticModel(
            *(Session(floats / file, threads) for file in (DURATION_FILE, FRAMES_FILE))
        )
        self._voices = VoiceBank(store.ensure("kokoro-voices"))
        self._vocabulary = json.loads((model / "vocab.json").read_text(encoding="utf-8"))["vocab"]
        self.vocoders: dict[str, Vocoder] = {"": load_vocoder(floats, "float", threads)}
        for number, name in enumerate(rows):
            parts = _cut(model, folder / str(number), ALL - IN_8_BITS[name])
            self.vocoders[name] = load_vocoder(parts, "kernels", threads)

    def speak(self, vocoder: str, text: str, voice: str) -> Samples:
        """Speak a text in one piece a sentence."""
        engine = KokoroEngine(self._acoustic, self.vocoders[vocoder], self._voices, self._vocabulary)
        sentences = TextFrontend().read(text)
        chunks = (chunk for sentence in sentences for chunk in engine.speak(sentence, Score(), voice))
        return np.concatenate([chunk.samples for chunk in chunks])


def scored(
    speakers: Speakers, texts: Sequence[str], voices: Sequence[str], dnsmos: Dnsmos
) -> dict[str, list[float]]:
    """P.808 of each text by each vocoder."""
    scores: dict[str, list[float]] = {name: [] for name in speakers.vocoders}
    for text, voice in zip(texts, cycle(voices), strict=False):
        for name, values in scores.items():
            samples = speakers.speak(name, text, voice)
            values.append(dnsmos.score(soxr.resample(samples, SAMPLE_RATE, DNSMOS_RATE)).p808)
    return scores


def _cut(model: Path, folder: Path, in_16_bits: frozenset[str] | None = None) -> Path:
    folder.mkdir()
    source = model / "kokoro.int8.onnx"
    if in_16_bits is None:
        cut(source, folder)
    else:
        cut(source, folder, "kernels", in_16_bits=in_16_bits)
    return folder


if __name__ == "__main__":
    main()
