from typing import Any

import numpy as np
import pytest

from declaim.ablation.configurations import Configuration
from declaim.config import Config
from declaim.engines.kokoro import KokoroEngine
from declaim.manner import manner_of
from declaim.text.sentence import Sentence

TEXT = "Go home now, or go there, or stay. 他来了，我们走吧。 Well done!"


@pytest.fixture
def spoken(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Sentence, bool]]:
    """What engines were given to say, and whether soon."""
    given: list[tuple[Sentence, bool]] = []
    speak = KokoroEngine.speak

    def recorded(self: KokoroEngine, sentence: Sentence, *rest: Any, soon: bool = False) -> Any:
        given.append((sentence, soon))
        return speak(self, sentence, *rest, soon=soon)

    monkeypatch.setattr(KokoroEngine, "speak", recorded)
    return given


def test_each_changes_one_thing_of_its_base(of_kokoro: list[Configuration]) -> None:
    assert [each.base for each in of_kokoro] == [None, 0, 1, 2, 3]
    changed = []
    for each in of_kokoro[1:]:
        base = of_kokoro[each.base or 0]
        names = ("composer", "engine", "whole", "is_streamed")
        changed.append([name for name in names if getattr(each, name) is not getattr(base, name)])
    assert changed == [["engine"], ["composer"], ["whole"], ["is_streamed"]]


def test_a_whole_text_is_one_piece_until_it_is_split(
    of_kokoro: list[Configuration], spoken: list[tuple[Sentence, bool]]
) -> None:
    manner = manner_of(Config(), TEXT)
    found = []
    for each in of_kokoro:
        chunks = list(each.speak(TEXT, manner))
        assert (chunks[0].span[0], chunks[-1].span[1]) == (0, len(TEXT))
        found.append((len(chunks), [soon for _, soon in spoken]))
        spoken.clear()
    assert found[:3] == [(1, [False])] * 3
    assert found[3] == (3, [False, False, False])
    assert found[4] == (4, [True, False, False])


def test_nothing_is_heard_before_all_is_made_until_it_is_streamed(
    of_kokoro: list[Configuration], spoken: list[tuple[Sentence, bool]]
) -> None:
    made = []
    for each in of_kokoro[3:]:
        next(each.speak(TEXT, manner_of(Config(), TEXT)))
        made.append(len(spoken))
        spoken.clear()
    assert made == [3, 1]


def test_the_light_vocoder_says_the_same(of_kokoro: list[Configuration]) -> None:
    manner = manner_of(Config(), TEXT)
    first, second = ([chunk.samples for chunk in each.speak(TEXT, manner)] for each in of_kokoro[:2])
    np.testing.assert_allclose(np.concatenate(first), np.concatenate(second), atol=1e-3)
