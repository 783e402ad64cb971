from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ai_edge_litert")

import tiny_fastspeech as tiny
from declaim.engines.fastspeech.graph import DECODER_FILE, PREDICTOR_FILE, cut
from declaim.errors import EngineError, ModelError
from declaim.models.litert import LiteRtModel


@pytest.fixture
def parts(tmp_path: Path) -> tuple[LiteRtModel, LiteRtModel]:
    cut(tiny.write(tmp_path / "whole.tflite"), tmp_path)
    return LiteRtModel(tmp_path / PREDICTOR_FILE, 1), LiteRtModel(tmp_path / DECODER_FILE, 1)


def test_the_whole_needs_an_operator_that_is_not_there(tmp_path: Path) -> None:
    whole = LiteRtModel(tiny.write(tmp_path / "whole.tflite"), 1)
    with pytest.raises(EngineError, match="FlexRandomUniform"):
        whole.run(np.array([[1, 2, 3]], dtype=np.int32), np.ones(1, dtype=np.float32))


@pytest.mark.parametrize("ids", [[1, 2, 3], [7, 0, 4, 4, 2]])
def test_the_parts_are_the_whole_without_dropout(
    parts: tuple[LiteRtModel, LiteRtModel], ids: list[int]
) -> None:
    symbols = np.array([ids], dtype=np.int32)
    predictor, decoder = parts
    states, durations, f0, energy = predictor.run(symbols)
    np.testing.assert_allclose(states, tiny.EMBEDDING[symbols])
    np.testing.assert_allclose(np.stack([durations, f0, energy], -1), tiny.EMBEDDING[symbols][..., :3])
    whole = np.arange(len(ids), dtype=np.int32)[None]
    (mel,) = decoder.run(states, f0, energy, whole)
    np.testing.assert_allclose(mel, tiny.mel_of(symbols, whole), rtol=1e-6)


def test_each_part_has_its_own_weights_only(tmp_path: Path) -> None:
    whole = tiny.write(tmp_path / "whole.tflite")
    cut(whole, tmp_path)
    assert b"FlexRandomUniform" in whole.read_bytes()
    decoder = (tmp_path / DECODER_FILE).read_bytes()
    assert tiny.EMBEDDING.tobytes() not in decoder
    assert tiny.EMBEDDING.tobytes() in (tmp_path / PREDICTOR_FILE).read_bytes()


def test_another_graph_is_refused(tmp_path: Path) -> None:
    model = tiny.published_graph()
    model.subgraphs[0].tensors[0].name = b"other"
    with pytest.raises(ModelError, match="input_ids"):
        cut(tiny.write(tmp_path / "other.tflite", model), tmp_path)


def test_a_file_that_is_no_model(tmp_path: Path) -> None:
    path = tmp_path / "no.tflite"
    path.write_bytes(b"nothing")
    with pytest.raises(ModelError, match=r"no\.tflite"):
        LiteRtModel(path, 1)


def test_a_model_that_failed_runs_again(parts: tuple[LiteRtModel, LiteRtModel]) -> None:
    predictor, _ = parts
    with pytest.raises(EngineError):
        predictor.run(np.array([[1.5]], dtype=np.float64))
    assert len(predictor.run(np.array([[1]], dtype=np.int32))) == 4
