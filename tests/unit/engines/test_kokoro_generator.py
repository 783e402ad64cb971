"""A random generator, taken out of its graph and computed by kernels, against the graph in floats."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray

from declaim.acoustic.frames import SAMPLES_PER_FRAME, Frames
from declaim.engines.kokoro_files import GENERATOR_FILE, SOURCE_FILE, SPECTRUM_FILE
from declaim.engines.kokoro_generator import take_out_generator
from declaim.engines.kokoro_loading import load_vocoder
from declaim.errors import EngineError, ModelError
from declaim.models.session import Session
from declaim.vocoder.integer.generator import BRANCHES, SOURCES
from declaim.vocoder.istftnet import GraphVocoder, Vocoder
from declaim.vocoder.kernels.library import supported
from tiny_generator import FEATURES, STYLE, TinyGenerator

needs_kernels = pytest.mark.skipif(not supported(), reason="this processor has no AVX-512 VNNI")


@dataclass(frozen=True)
class Made:
    """The same network twice."""

    folder: Path
    floats: Vocoder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("generator")
    tiny = TinyGenerator()
    onnx.save(tiny.model, folder / "whole.onnx")
    take_out_generator(tiny.model, tiny.weight_scales, folder)
    return Made(folder, GraphVocoder(Session(folder / "whole.onnx", 1)))


def spoken(count: int) -> tuple[Frames, NDArray[np.float32]]:
    rng = np.random.default_rng(count)
    frames = Frames(
        np.array([count]),
        rng.normal(0, 1, (1, FEATURES, count)).astype(np.float32),
        rng.normal(0, 1, 2 * count).astype(np.float32),
        rng.normal(0, 0.3, 2 * count).astype(np.float32),
    )
    return frames, rng.normal(0, 0.8, (1, 2 * STYLE)).astype(np.float32)


def error(ours: NDArray[np.float32], exact: NDArray[np.float32]) -> float:
    """Its RMS, relative to the signal's standard deviation."""
    return float(np.sqrt(((ours - exact) ** 2).mean() / exact.var()))


@needs_kernels
@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 13, 60])
def test_kernels_compute_what_the_graph_does(made: Made, count: int) -> None:
    frames, style = spoken(count)
    ours = load_vocoder(made.folder, "kernels", 2)(frames, style, 0, count)
    exact = made.floats(frames, style, 0, count)
    assert ours.shape == exact.shape == (count * SAMPLES_PER_FRAME,)
    # 8 bits in most layers. Ranges hold the extremes, so steps are coarser the more values there are.
    assert error(ours, exact) < 0.15


@needs_kernels
@pytest.mark.parametrize("count", [1, 4, 13, 60])
def test_in_16_bits_nearly_exactly(tmp_path: Path, made: Made, count: int) -> None:
    """So whatever is more in 8 bits comes of rounding, not of another network."""
    tiny = TinyGenerator()
    blocks = {*SOURCES, *BRANCHES[0], *BRANCHES[1]}
    take_out_generator(tiny.model, tiny.weight_scales, tmp_path, blocks)
    frames, style = spoken(count)
    ours = load_vocoder(tmp_path, "kernels", 2)(frames, style, 0, count)
    assert error(ours, made.floats(frames, style, 0, count)) < 2e-3


@needs_kernels
def test_a_stretch_is_vocoded_as_if_it_were_all(made: Made) -> None:
    frames, style = spoken(30)
    vocoder = load_vocoder(made.folder, "kernels", 2)
    part = Frames(np.array([9]), frames.features[:, :, 8:17], frames.f0[16:34], frames.energy[16:34])
    assert vocoder(frames, style, 8, 17).tobytes() == vocoder(part, style, 0, 9).tobytes()


def with_silence(before: int, after: int) -> tuple[Frames, NDArray[np.float32]]:
    """Thirty frames that are heard between some that are not."""
    frames, style = spoken(before + 30 + after)
    energy = np.pad(np.ones(60, np.float32), (2 * before, 2 * after))
    return Frames(frames.durations, frames.features, frames.f0, energy), style


@needs_kernels
@pytest.mark.parametrize(("before", "after"), [(30, 45), (0, 40), (25, 3), (8, 8)])
def test_silence_beyond_what_convolutions_see_is_zeros(
    monkeypatch: pytest.MonkeyPatch, made: Made, before: int, after: int
) -> None:
    # The random network's source would be loud in what is silence to Kokoro's.
    monkeypatch.setattr("declaim.vocoder.istftnet.SPEECH_ENERGY", 0.5)
    frames, style = with_silence(before, after)
    samples = load_vocoder(made.folder, "kernels", 2)(frames, style, 0, len(frames))
    assert samples.shape == (len(frames) * SAMPLES_PER_FRAME,)
    computed = samples.reshape(-1, SAMPLES_PER_FRAME).any(axis=1)
    first, last = max(0, before - 8), before + 30 + min(8, after)
    assert np.flatnonzero(computed).tolist() == list(range(first, last))


@needs_kernels
def test_what_is_nothing_but_silence_is_computed(monkeypatch: pytest.MonkeyPatch, made: Made) -> None:
    monkeypatch.setattr("declaim.vocoder.istftnet.SPEECH_ENERGY", 0.5)
    frames, style = with_silence(40, 0)
    samples = load_vocoder(made.folder, "kernels", 2)(frames, style, 0, 40)
    assert samples.reshape(40, -1).any(axis=1).all()


@needs_kernels
def test_threads_and_what_was_vocoded_before_change_nothing(made: Made) -> None:
    results = []
    for threads in (1, 2, 3):
        vocoder = load_vocoder(made.folder, "kernels", threads)
        for count in (20, 41, 20):  # memory is used again for a shorter piece
            frames, style = spoken(count)
            samples = vocoder(frames, style, 0, count)
            results += [samples] if count == 20 else []
    assert len({samples.tobytes() for samples in results}) == 1


@needs_kernels
def test_no_frames_are_an_error(made: Made) -> None:
    frames, style = spoken(3)
    with pytest.raises(EngineError):
        load_vocoder(made.folder, "kernels", 1)(frames, style, 2, 2)


@needs_kernels
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_features_that_are_no_numbers_end_no_process(made: Made, bad: float) -> None:
    frames, style = spoken(4)
    frames.features[0, 3, 2] = bad
    vocoder = load_vocoder(made.folder, "kernels", 2)
    try:
        samples = vocoder(frames, style, 0, 4)
    except (EngineError, ValueError):
        pass
    else:
        assert samples.shape == (4 * SAMPLES_PER_FRAME,)
    frames, style = spoken(4)
    assert np.isfinite(vocoder(frames, style, 0, 4)).all()


@needs_kernels
@pytest.mark.parametrize("file", [GENERATOR_FILE, SOURCE_FILE, SPECTRUM_FILE])
def test_a_damaged_file_is_named(made: Made, tmp_path: Path, file: str) -> None:
    for name in (GENERATOR_FILE, SOURCE_FILE, SPECTRUM_FILE):
        content = (made.folder / name).read_bytes()
        (tmp_path / name).write_bytes(content[: len(content) // 2] if name == file else content)
    with pytest.raises(ModelError, match=file):
        load_vocoder(tmp_path, "kernels", 1)


def test_kernels_that_are_not_allowed_are_an_error(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden() -> None:
        raise EngineError("this system does not run code made at run time")

    monkeypatch.setattr("declaim.engines.kokoro_loading.load_kernels", forbidden)
    with pytest.raises(EngineError, match="made at run time"):
        load_vocoder(made.folder, "kernels", 1)


def test_the_generator_is_in_no_graph_any_more(made: Made) -> None:
    for file in (SOURCE_FILE, SPECTRUM_FILE):
        model = onnx.load(made.folder / file)
        onnx.checker.check_model(model)
        assert not {"Conv", "ConvTranspose", "Sin"} & {node.op_type for node in model.graph.node}


def test_weights_without_a_scale_are_refused(tmp_path: Path) -> None:
    tiny = TinyGenerator()
    tiny.weight_scales.popitem()
    with pytest.raises(KeyError):
        take_out_generator(tiny.model, tiny.weight_scales, tmp_path)
