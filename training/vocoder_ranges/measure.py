"""Measure the ranges of the vocoder's convolutions: ``python -m training.vocoder_ranges.measure``.

Speaks texts.txt in floats, piece by piece as in use, each text with another voice, of both sexes and several
languages, and writes to src/declaim/engines/data/vocoder_ranges.json, for each convolution that is computed
in integers, between which values its inputs and outputs lie. The outermost 0.01 % of a piece's values on
either side do not count: a few outliers would cost all other values resolution. Raise ``RECIPE_VERSION`` in
kokoro_graph.py with it, or graphs that were cut before keep the old ranges.
"""

from __future__ import annotations

import itertools
import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper

from declaim.acoustic.frames import Frames
from declaim.acoustic.kokoro import AcousticModel
from declaim.engines.kokoro import KokoroEngine
from declaim.engines.kokoro_files import DURATION_FILE, FRAMES_FILE, VOCODER_FILE
from declaim.engines.kokoro_graph import cut
from declaim.engines.voices import VoiceBank
from declaim.models.session import Session
from declaim.models.store import ModelStore
from declaim.prosody.score import Score
from declaim.text.frontend import TextFrontend

HERE = Path(__file__).parent
TARGET = HERE.parents[1] / "src/declaim/engines/data/vocoder_ranges.json"

QUANTISED = re.compile(
    r".*/(?:generator/(?:noise_res\.[01]|resblocks\.[012])/.*|generator/resblocks\.[345]/convs1.*"
    r"|encode/.*|decode\.[0-3]/.*|asr_res/.*)"
)
"""Names of the convolutions that are worth computing in integers (docs/vocoder.md)."""

TAIL = 1e-4
VOICES = [
    "zf_xiaoxiao",
    "zm_yunxi",
    "af_heart",
    "am_michael",
    "zf_xiaoyi",
    "zm_yunjian",
    "bf_emma",
    "bm_george",
    "zf_xiaobei",
    "zm_yunyang",
    "af_bella",
    "am_adam",
    "zf_xiaoni",
    "zm_yunxia",
    "af_nicole",
    "am_fenrir",
]

Range = tuple[float, float]


class Recorder:
    """A vocoder that notes the range of each tensor it is told to watch."""

    def __init__(self, session: Session, watched: list[str]) -> None:
        self._session = session
        self._watched = watched
        self.ranges: dict[str, Range] = {}

    def __call__(
        self, frames: Frames, style: NDArray[np.float32], start: int, end: int
    ) -> NDArray[np.float32]:
        """Vocode ``frames[start:end]`` as :class:`declaim.vocoder.istftnet.Vocoder` does."""
        features = np.ascontiguousarray(frames.features[:, :, start:end])
        samples, *tensors = self._session.run(
            ["audio", *self._watched],
            features=features,
            f0=frames.f0[None, None, 2 * start : 2 * end],
            energy=frames.energy[None, None, 2 * start : 2 * end],
            style=style,
        )
        self._note("features", features)
        for name, tensor in zip(self._watched, tensors, strict=True):
            self._note(name, tensor)
        return samples.ravel()

    def _note(self, name: str, tensor: NDArray[np.float32]) -> None:
        low, high = (float(end) for end in np.quantile(tensor, [TAIL, 1 - TAIL]))
        lowest, highest = self.ranges.get(name, (low, high))
        self.ranges[name] = min(lowest, low), max(highest, high)


def main() -> None:
    """Measure and write."""
    store = ModelStore()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        cut(store.ensure("kokoro") / "kokoro.int8.onnx", folder)
        ends = convolutions(folder / VOCODER_FILE)
        watched = watch(folder / VOCODER_FILE, ends)
        recorder = Recorder(Session(folder / VOCODER_FILE, 2), watched)
        acoustic = AcousticModel(Session(folder / DURATION_FILE, 2), Session(folder / FRAMES_FILE, 2))
        vocabulary = json.loads((store.ensure("kokoro") / "vocab.json").read_text(encoding="utf-8"))["vocab"]
        engine = KokoroEngine(acoustic, recorder, VoiceBank(store.ensure("kokoro-voices")), vocabulary)
        for voice, text in jobs():
            print(voice, text)
            for sentence in TextFrontend().read(text):
                for _ in engine.speak(sentence, Score(), voice):
                    pass
    ranges = {
        name: [float(f"{end:.4g}") for tensor in pair for end in recorder.ranges[tensor]]
        for name, pair in sorted(ends.items())
    }
    TARGET.write_text(json.dumps(ranges, indent=1) + "\n", encoding="utf-8")
    print(f"wrote {len(ranges)} ranges")


def convolutions(path: Path) -> dict[str, tuple[str, str]]:
    """The convolutions to measure: by name, the tensors that go in and out."""
    nodes = onnx.load(path, load_external_data=False).graph.node
    return {
        node.name: (node.input[0], node.output[0])
        for node in nodes
        if node.op_type == "Conv" and QUANTISED.fullmatch(node.name)
    }


def watch(path: Path, ends: dict[str, tuple[str, str]]) -> list[str]:
    """Make these tensors outputs of the model, except those that are its inputs; their names."""
    model = onnx.load(path)
    inputs = {value.name for value in model.graph.input}
    watched = sorted({tensor for pair in ends.values() for tensor in pair} - inputs)
    kind = onnx.TensorProto.FLOAT
    model.graph.output.extend(helper.make_tensor_value_info(name, kind, None) for name in watched)
    onnx.save(model, path)
    return watched


def jobs() -> Iterator[tuple[str, str]]:
    """A voice for each text; the languages of voice and text differ in about half of them."""
    texts = (HERE / "texts.txt").read_text(encoding="utf-8").splitlines()
    yield from zip(itertools.cycle(VOICES), texts, strict=False)


if __name__ == "__main__":
    main()
