from contextvars import copy_context
from typing import Any

import numpy as np
import pytest
from onnxruntime.capi.onnxruntime_inference_collection import OrtValue
from tiny_indextts import LAYERS

from declaim.engines.indextts.decoder import Decoder
from declaim.engines.indextts.graph import Graph
from declaim.engines.indextts.layout import ModelFolder
from declaim.engines.indextts.sampling import Sampling
from declaim.errors import EngineError, ModelError
from declaim.models.interrupt import Interrupt, RunInterrupted

CONDITION = np.ones((1, 3, 1280), dtype=np.float32)
GREEDY = Sampling(temperature=0)


@pytest.fixture(scope="module")
def decoder(tiny_folder: ModelFolder) -> Decoder:
    return Decoder.load(tiny_folder, 1)


def codes(decoder: Decoder, tokens: tuple[int, ...] = (276, 40, 50), **options: Any) -> list[int]:
    chosen: dict[str, Any] = {"sampling": GREEDY, "seed": 0, "limit": 100} | options
    return decoder.codes([*tokens], CONDITION, options.pop("language", 1), **chosen).tolist()


def test_text_voice_language_and_seed_tell(decoder: Decoder) -> None:
    usual = codes(decoder)
    assert codes(decoder, (276, 40, 51)) != usual
    assert decoder.codes([276, 40, 50], -CONDITION, 1, sampling=GREEDY, seed=0, limit=99).tolist() != usual
    assert decoder.codes([276, 40, 50], CONDITION, 0, sampling=GREEDY, seed=0, limit=99).tolist() != usual
    drawn = [codes(decoder, sampling=Sampling(temperature=1.5), seed=seed) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_positions_go_on_behind_the_one_that_is_skipped(
    decoder: Decoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, int]] = []
    advance = Graph.advance

    def spied(self: Graph, arrays: Any, state: Any = ()) -> Any:
        if "token" in arrays:
            seen.append((arrays["token"].item(), arrays["pos_idx"].item()))
        return advance(self, arrays, state)

    monkeypatch.setattr(Graph, "advance", spied)
    said = codes(decoder)
    assert seen == list(zip(said, range(2, 2 + len(said)), strict=True))


def test_keys_and_values_are_never_made_arrays(decoder: Decoder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only logits come out of the runtime, and what went out as state comes in as the same memory."""
    shapes: set[tuple[int, ...]] = set()
    given: list[list[int]] = []
    taken: list[list[int]] = []
    to_array, advance = OrtValue.numpy, Graph.advance

    def counted(self: OrtValue) -> Any:
        shapes.add(tuple(self.shape()))
        return to_array(self)

    def spied(self: Graph, arrays: Any, state: Any = ()) -> Any:
        taken.append([value.data_ptr() for value in state])
        logits, kept = advance(self, arrays, state)
        given.append([value.data_ptr() for value in kept])
        return logits, kept

    monkeypatch.setattr(OrtValue, "numpy", counted)
    monkeypatch.setattr(Graph, "advance", spied)
    said = codes(decoder)
    assert shapes == {(1, 8194)}
    assert len(given) == len(said) + 1
    assert taken[1:] == given[:-1]
    assert len(set(given[0])) == 2 * LAYERS


def test_speech_that_does_not_end_is_an_error(decoder: Decoder) -> None:
    length = len(codes(decoder))
    assert len(codes(decoder, limit=length)) == length
    with pytest.raises(EngineError, match=f"not ended after {length - 1} codes"):
        codes(decoder, limit=length - 1)


def test_speech_without_a_sound_is_an_error(decoder: Decoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("declaim.engines.indextts.decoder.STOP", codes(decoder)[0])
    with pytest.raises(EngineError, match="said nothing"):
        codes(decoder)


def test_decoding_can_be_interrupted_between_steps(decoder: Decoder, monkeypatch: pytest.MonkeyPatch) -> None:
    interrupt, steps = Interrupt(), 0
    advance = Graph.advance

    def spied(self: Graph, arrays: Any, state: Any = ()) -> Any:
        nonlocal steps
        steps += 1
        if steps == 4:
            interrupt.set()
        return advance(self, arrays, state)

    monkeypatch.setattr(Graph, "advance", spied)

    def interrupted() -> None:
        interrupt.install()
        with pytest.raises(RunInterrupted, match=r"gpt_step\.onnx"):
            codes(decoder)
        assert steps == 4
        interrupt.clear()
        assert codes(decoder)

    copy_context().run(interrupted)


def test_a_graph_with_other_inputs_is_refused(tiny_folder: ModelFolder) -> None:
    with pytest.raises(ModelError, match=r"takes conds, text_ids, lang_id instead of ids") as caught:
        Graph(tiny_folder.graph("gpt_prefill"), 1, ("ids",))
    assert "0.1.0" in caught.value.hint


def test_a_damaged_graph_is_not_called_one_that_is_made_anew(tiny_folder: ModelFolder) -> None:
    with pytest.raises(ModelError, match="tiktoken cannot be loaded") as caught:
        Graph(tiny_folder.vocabulary, 1, ())
    assert "delete" not in caught.value.hint


def test_a_failed_step_is_an_engine_error(tiny_folder: ModelFolder) -> None:
    graph = Graph(tiny_folder.graph("campplus"), 1, ("fbank",))
    with pytest.raises(EngineError, match=r"campplus\.onnx failed"):
        graph.advance({"fbank": np.zeros((1, 4, 79), np.float32)})
