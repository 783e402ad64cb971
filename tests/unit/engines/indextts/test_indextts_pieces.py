from collections.abc import Sequence

import numpy as np
import pytest

from declaim.engines.indextts.cast import Cast
from declaim.engines.indextts.pieces import pieces_of
from declaim.engines.indextts.word_times import estimated, heard
from declaim.errors import ConfigError, UnknownVoiceError
from declaim.text.sentence import Clause, Word


def clause(at: int, words: int, **others: object) -> Clause:
    """Words of three letters and a space."""
    said = tuple(Word((at + 4 * n, at + 4 * n + 3), "abc", "abc", "en") for n in range(words))
    return Clause(said, (at, at + 4 * words), **({"punctuation": ","} | others))  # type: ignore[arg-type]


def tokens(piece: Sequence[Clause]) -> int:
    return sum(len(each.words) for each in piece)


def cut(*clauses: Clause, limit: int = 100, soon: bool = False, all_short: bool = False) -> list[list[int]]:
    pieces = pieces_of(clauses, tokens, limit=limit, soon=soon, all_short=all_short)
    ends = [(piece[0].span[0], piece[-1].span[1]) for piece in pieces]
    assert [start for start, _ in ends[1:]] == [end for _, end in ends[:-1]]
    return [[len(each.words) for each in piece] for piece in pieces]


def test_a_sentence_is_one_piece() -> None:
    assert cut(clause(0, 10), clause(40, 12)) == [[10, 12]]


def test_the_first_clause_comes_soon() -> None:
    assert cut(clause(0, 10), clause(40, 12), clause(88, 9), soon=True) == [[10], [12, 9]]


def test_a_short_first_clause_has_company() -> None:
    assert cut(clause(0, 2), clause(8, 12), clause(56, 9), soon=True) == [[2, 12], [9]]


def test_clause_by_clause() -> None:
    assert cut(clause(0, 10), clause(40, 3), clause(52, 9), all_short=True) == [[10], [3, 9]]


@pytest.mark.parametrize("asked", [{"pause": 1.0}, {"hold": 0.2}])
def test_a_piece_ends_where_silence_is_asked_for(asked: dict[str, float]) -> None:
    assert cut(clause(0, 2, **asked), clause(8, 12)) == [[2], [12]]


def test_a_piece_has_no_more_tokens_than_the_model_takes() -> None:
    assert cut(clause(0, 10), clause(40, 12), clause(88, 9), limit=21) == [[10], [12, 9]]


def test_a_clause_that_is_too_long_is_cut_between_words() -> None:
    long = clause(0, 41, pause=0.5)
    pieces = pieces_of([long], tokens, limit=16, soon=False, all_short=False)
    parts = [part for piece in pieces for part in piece]
    assert tuple(word for part in parts for word in part.words) == long.words
    assert max(tokens(piece) for piece in pieces) <= 16
    assert [part.pause for part in parts] == [None] * (len(parts) - 1) + [0.5]
    assert parts[-1].punctuation == ","
    assert (parts[0].span[0], parts[-1].span[1]) == long.span


def test_what_is_written_as_one_is_not_cut() -> None:
    number = Clause(tuple(Word((0, 9), "abc", "abc", "en") for _ in range(30)), (0, 9))
    assert cut(number, limit=16) == [[30]]


def test_times_are_shared_out_over_what_is_heard() -> None:
    samples = np.concatenate([np.zeros(100), np.full(1400, 0.5), np.zeros(50)]).astype(np.float32)
    timings = estimated([clause(0, 2), clause(8, 2)], samples, 1000)
    seconds = 1.4 / (4 * 3 + 4)  # four words of three phonemes, and a mark between
    starts = [0.1, 0.1 + 3 * seconds, 0.1 + 10 * seconds, 0.1 + 13 * seconds]
    assert [timing.start for timing in timings] == pytest.approx(starts)
    assert [timing.end - timing.start for timing in timings] == pytest.approx([3 * seconds] * 4)
    assert timings[-1].end == pytest.approx(1.5)
    assert [timing.span for timing in timings] == [(0, 3), (4, 7), (8, 11), (12, 15)]


def test_a_number_has_one_time() -> None:
    number = Clause(tuple(Word((0, 4), "abc", "abc", "en") for _ in range(3)), (0, 4))
    (timing,) = estimated([number], np.ones(100, np.float32), 100)
    assert (timing.start, timing.end, timing.text) == (0, pytest.approx(1), "")


def test_silence_is_heard_whole() -> None:
    assert heard(np.zeros(10, np.float32)) == (0, 10)
    assert heard(np.zeros(0, np.float32)) == (0, 0)


@pytest.fixture
def recordings(tmp_path):  # noqa: ANN001, ANN201
    names = ("zf_xiaoxiao", "zf", "female", "default")
    for name in names:
        (tmp_path / name).touch()
    return {name: tmp_path / name for name in names}


@pytest.mark.parametrize(
    ("voice", "taken"),
    [
        ("zf_xiaoxiao", "zf_xiaoxiao"),
        ("zf_xiaoyi", "zf"),
        ("af_heart", "female"),
        ("am_adam", "default"),
        ("am_adam*0.3+zf_xiaoxiao*0.7", "zf_xiaoxiao"),
    ],
)
def test_the_nearest_recording_is_taken(recordings, voice: str, taken: str) -> None:  # noqa: ANN001
    assert Cast(recordings).recording(voice).name == taken


def test_a_voice_without_a_recording(recordings) -> None:  # noqa: ANN001
    del recordings["default"]
    with pytest.raises(UnknownVoiceError, match="no recording for am_adam") as caught:
        Cast(recordings).recording("am_adam")
    assert "male" in caught.value.hint
    with pytest.raises(UnknownVoiceError, match="there is no voice"):
        Cast(recordings).recording("nobody")


def test_a_cast_that_cannot_be_used(recordings) -> None:  # noqa: ANN001
    for wrong, problem in (
        ({}, "has no voice"),
        ({"nobody": recordings["zf"]}, "nobody is no voice"),
        ({"default": recordings["zf"].with_name("none")}, "there is no file .*none"),
    ):
        with pytest.raises(ConfigError, match=problem):
            Cast(wrong)
