import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from declaim.ablation.configurations import Configuration
from declaim.ablation.measurement import Timing, measure, medians, rows, take_turns
from declaim.audio.chunk import AudioChunk
from declaim.config import Config
from declaim.manner import manner_of
from declaim.stopwatch import timed

MANNER = manner_of(Config(), "Go.")
CHUNK = AudioChunk(np.zeros(12_000, dtype=np.float32), 24_000, (0, 1))


@dataclass
class _Speaks:
    """In two chunks, each of which takes a while."""

    name: str = ""
    base: int | None = None
    seconds: float = 0.02
    said: list[str] = field(default_factory=list)

    def speak(self, text: str, manner: object) -> Iterator[AudioChunk]:
        assert manner is MANNER
        self.said.append(text)
        for stage in ("acoustic", "vocoder"):
            with timed(stage):  # type: ignore[arg-type]
                time.sleep(self.seconds)
            yield CHUNK


def timing(total: float) -> Timing:
    return Timing(0.1, 0.2, 0.3, 0.4, total, total / 2, 5.0)


def test_stages_total_and_first_audio() -> None:
    found = measure(_Speaks(), "Go.", MANNER)  # type: ignore[arg-type]
    assert (found.text, found.prosody, found.audio) == (0.0, 0.0, 1.0)
    assert 0.02 <= found.acoustic <= found.first_audio < found.total
    assert found.acoustic + found.vocoder == pytest.approx(found.total, abs=0.01)


def test_what_is_measured_does_not_add_up_from_run_to_run() -> None:
    speaks: Any = _Speaks()
    assert max(measure(speaks, "Go.", MANNER).acoustic for _ in range(5)) < 0.08


def test_turns_go_there_and_back_after_a_warm_up() -> None:
    three: Any = [_Speaks(seconds=0) for _ in range(3)]
    order = [index for index, _ in take_turns(three, "Go.", MANNER, 3)]
    assert order == [0, 1, 2, 2, 1, 0, 0, 1, 2]
    for each in three:
        assert each.said[1:] == ["Go."] * 3
        assert each.said[0] != "Go."


def test_medians_are_of_each_number() -> None:
    found = medians([timing(3.0), timing(1.0), timing(2.0)])
    assert (found.total, found.first_audio, found.vocoder) == (2.0, 1.0, 0.4)


def test_changes_are_against_the_base_in_shares_of_the_first() -> None:
    bases = (None, 0, 0, 2)
    four: Any = [_Speaks(name, base) for name, base in zip("abcd", bases, strict=True)]
    table = rows(four, [[timing(total)] for total in (10.0, 12.0, 4.0, 3.0)])
    assert [row.name for row in table] == ["a", "b", "c", "d"]
    assert [row.change for row in table] == [None, 0.2, -0.6, pytest.approx(-0.1)]
    assert [row.is_kept for row in table] == [True, False, True, True]


def test_the_real_stages_are_told_apart(of_kokoro: list[Configuration]) -> None:
    found = measure(of_kokoro[-1], "Go home. Come back, then.", manner_of(Config(), "Go home."))
    stages = found.text, found.prosody, found.acoustic, found.vocoder
    assert all(seconds > 0 for seconds in stages)
    assert sum(stages) <= found.total
    assert found.first_audio < found.total
