from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declaim.acoustic.frames import SAMPLES_PER_FRAME, SPEECH_ENERGY, Frames
from declaim.vocoder import pieces as module
from declaim.vocoder.pieces import MARGIN, Piece, plan, render, silence_after

HEARD, SILENT = 0.0, -9.5
"""Predicted energies: heard but not so loud that the level is corrected; and silence."""
LONG = (130, 140, 150)
"""Clauses each of which is long enough for a piece of its own."""
STYLE = np.zeros((1, 256), np.float32)


@pytest.fixture(autouse=True)
def _three_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that all pieces but the first are cut alike and sentences can be short."""
    monkeypatch.setattr(module, "_LONG_PIECE", module._PIECE)


def frames(durations: list[int], loudness: list[float] | np.ndarray) -> Frames:
    """A sentence whose energy is given for each frame."""
    energy = np.repeat(np.asarray(loudness, np.float32), 2)
    total = sum(durations)
    assert len(energy) == 2 * total
    return Frames(np.array(durations), np.zeros((1, 512, total), np.float32), energy * 0, energy)


def spoken(*clauses: int, pause: int = 8, boundary: int = 10) -> tuple[Frames, list[int]]:
    """A sentence of clauses of one sound each, with their punctuation; and where each clause ends.

    Pauses are quietest in their middle, as those that the model draws.
    """
    durations, loudness = [boundary], [SILENT] * boundary
    for sound in clauses:
        durations += [sound, pause]
        loudness += [HEARD] * sound + [SILENT + abs(i - pause // 2) / 10 for i in range(pause)]
    ends = [2 * i + 1 for i in range(len(clauses))]  # tokens, the first boundary not counted
    return frames([*durations, boundary], loudness + [SILENT] * boundary), ends


class Ramp:
    """A vocoder whose every sample is its own place in the sentence, plus one: gaps and repeats show."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int]] = []

    def __call__(self, frames: Frames, _style: Any, start: int, end: int) -> np.ndarray:
        assert 0 <= start < end <= len(frames)
        self.asked.append((start, end))
        return np.arange(start * SAMPLES_PER_FRAME, end * SAMPLES_PER_FRAME, dtype=np.float32) + 1


class Constant:
    def __init__(self, value: float) -> None:
        self.value = value

    def __call__(self, _frames: Frames, _style: Any, start: int, end: int) -> np.ndarray:
        return np.full((end - start) * SAMPLES_PER_FRAME, self.value, np.float32)


def whole_lengths(given: Frames, group: list[Piece]) -> list[int]:
    """Frames of each piece of a sentence's only group, with the silence that is left out of it."""
    return np.diff([0, *(piece.end for piece in group[:-1]), len(given)]).tolist()


def clauses_of(group: list[Piece]) -> list[list[int]]:
    return [list(piece.clauses) for piece in group]


def rendered(vocoder: Any, given: Frames, group: list[Piece]) -> list[np.ndarray]:
    return list(render(vocoder, given, STYLE, group))


def test_pieces_tile_the_sentence_without_its_outer_silence() -> None:
    given, ends = spoken(*LONG)
    (group,) = plan(given, ends, [None] * 3)
    assert [piece.clauses for piece in group] == [range(1), range(1, 2), range(2, 3)]
    assert group[0].end == group[1].start
    assert group[1].end == group[2].start
    kept = group[-1].end - group[0].start
    heard = np.flatnonzero(given.loudness() > SPEECH_ENERGY)
    assert kept == heard[-1] + 1 - heard[0] + 10
    assert group[0].start < heard[0]
    assert group[-1].end > heard[-1] + 1


def test_the_cut_is_at_the_quietest_frame_of_the_punctuation() -> None:
    given, ends = spoken(130, 50)
    loudness = given.loudness()
    loudness[140:148] = [-4, -5, -6, -7, -8, -9, -8, -6]
    given = frames(given.durations.tolist(), loudness)
    (group,) = plan(given, ends, [None, None])
    assert group[0].end == 145


def test_a_word_is_never_cut_though_it_has_a_closure_as_quiet_as_the_pause() -> None:
    given, ends = spoken(130, 50)
    loudness = given.loudness()
    loudness[134:137] = -12  # the closure of a plosive, three frames before the end of the word
    given = frames(given.durations.tolist(), loudness)
    (group,) = plan(given, ends, [None, None])
    assert 139 <= group[0].end <= 150


def test_silence_asked_for_parts_groups_and_trims_both_sides() -> None:
    given, ends = spoken(*LONG, pause=30)
    groups = plan(given, ends, [None, 1.0, None])
    assert [[piece.clauses for piece in group] for group in groups] == [
        [range(1), range(1, 2)],
        [range(2, 3)],
    ]
    silence = groups[1][0].start - groups[0][-1].end
    assert silence == 30 - 10


@pytest.mark.parametrize(
    ("pause", "tail", "lead"),
    [
        (None, 6, 4),
        (9.0, 6, 4),
        (0.25, 6, 4),
        (0.225, 5, 4),
        (0.2, 4, 4),
        (0.1, 2, 2),
        (0.05, 1, 1),
        (0.0, 0, 1),
    ],
)
def test_no_more_silence_is_kept_than_the_pause_is_long(pause: float | None, tail: int, lead: int) -> None:
    given, ends = spoken(60, 60, pause=30)
    groups = plan(given, ends, [9.0 if pause is None else pause, None])
    assert (groups[0][-1].end, groups[1][0].start) == (10 + 60 + tail, 10 + 60 + 30 - lead)
    assert silence_after(given, groups, 0) == pytest.approx((tail + lead) / 40)


@pytest.mark.parametrize(("pause", "tail"), [(None, 6), (0.35, 6), (0.25, 6), (0.15, 2), (0.1, 0), (0.0, 0)])
def test_the_next_sentence_keeps_its_own_silence(pause: float | None, tail: int) -> None:
    given, ends = spoken(60)
    groups = plan(given, ends, [pause])
    assert groups[0][-1].end == 10 + 60 + tail
    assert silence_after(given, groups, 0) == pytest.approx((tail + 4) / 40)


def test_a_break_behind_the_last_clause_makes_no_empty_group() -> None:
    given, ends = spoken(40)
    assert len(plan(given, ends, [1.0])) == 1


# A first piece has the boundary's 10 frames and 4 of its pause; one in the middle 4 of either pause; the last
# one 4 of the pause before it, the 8 of its own, and the boundary's 10.
@pytest.mark.parametrize(
    ("sounds", "clauses", "lengths"),
    [
        ((106, 112, 10), [[0], [1], [2]], [120, 120, 32]),
        ((105, 112, 10), [[0, 1], [2]], [239, 32]),
        ((106, 111, 98), [[0], [1, 2]], [120, 239]),
        ((106, 112, 9), [[0], [1, 2]], [120, 151]),
        ((106, 9), [[0, 1]], [151]),
        ((3, 130), [[0, 1]], [169]),
        ((60,) * 5, [[0, 1], [2, 3], [4]], [142, 136, 82]),
        ((3, 3, 130, 3, 3), [[0, 1, 2], [3, 4]], [166, 36]),
        ((3, 3, 3), [[0, 1, 2]], [53]),
    ],
)
def test_clauses_are_merged_until_a_piece_has_three_seconds(
    sounds: tuple[int, ...], clauses: list[list[int]], lengths: list[int]
) -> None:
    given, ends = spoken(*sounds)
    (group,) = plan(given, ends, [None] * len(sounds))
    assert clauses_of(group) == clauses
    assert whole_lengths(given, group) == lengths


@pytest.mark.parametrize(
    ("soon", "clauses", "lengths"),
    [(False, [[0, 1, 2], [3, 4]], [210, 150]), (True, [[0], [1, 2], [3, 4]], [74, 136, 150])],
)
def test_pieces_grow(
    soon: bool, clauses: list[list[int]], lengths: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LONG_PIECE", 200)
    given, ends = spoken(*(60,) * 5)
    (group,) = plan(given, ends, [None] * 5, soon=soon)
    assert clauses_of(group) == clauses
    assert whole_lengths(given, group) == lengths


@pytest.mark.parametrize(
    ("sounds", "clauses", "lengths"),
    [
        ((34, 112, 10), [[0], [1], [2]], [48, 120, 32]),
        ((33, 112, 10), [[0, 1], [2]], [167, 32]),
        ((34, 111, 98), [[0], [1, 2]], [48, 239]),
        ((34, 112, 9), [[0], [1, 2]], [48, 151]),
        ((18, 9), [[0, 1]], [63]),
        ((60,) * 5, [[0], [1, 2], [3, 4]], [74, 136, 150]),
        ((3, 3, 3, 60, 60), [[0, 1, 2, 3], [4]], [107, 82]),
    ],
)
def test_soon_makes_the_first_piece_and_no_other_short(
    sounds: tuple[int, ...], clauses: list[list[int]], lengths: list[int]
) -> None:
    given, ends = spoken(*sounds)
    (group,) = plan(given, ends, [None] * len(sounds), soon=True)
    assert clauses_of(group) == clauses
    assert whole_lengths(given, group) == lengths


@pytest.mark.parametrize("sounds", [(60, 80), (60, 60, 60), (40, 20, 20, 80), (25, 5, 90, 30)])
def test_the_first_piece_is_long_enough_and_less_than_the_whole(
    sounds: tuple[int, ...],
) -> None:
    given, ends = spoken(*sounds)
    (group,) = plan(given, ends, [None] * len(sounds), soon=True)
    first = whole_lengths(given, group)[0]
    assert 48 <= first < len(given)
    assert first < whole_lengths(given, plan(given, ends, [None] * len(sounds))[0])[0]


def test_soon_is_for_the_first_group_only() -> None:
    given, ends = spoken(40, 40, 40, 40)
    groups = plan(given, ends, [None, 1.0, None, None], soon=True)
    assert [clauses_of(group) for group in groups] == [[[0], [1]], [[2, 3]]]


def test_a_short_clause_before_silence_that_is_asked_for_stays_alone() -> None:
    given, ends = spoken(3, 130, 3)
    groups = plan(given, ends, [1.0, 1.0, None])
    assert [clauses_of(group) for group in groups] == [[[0]], [[1]], [[2]]]


def test_half_a_second_of_what_surrounds_a_piece_is_vocoded_with_it() -> None:
    given, ends = spoken(*LONG)
    (first, middle, last) = plan(given, ends, [None] * 3)[0]
    assert first.reach == (0, first.end + 20)
    assert middle.reach == (middle.start - 20, middle.end + 20)
    assert last.reach == (last.start - 20, len(given))


@pytest.mark.parametrize("silence", [10, 60])
@pytest.mark.parametrize("sounds", [(40,), (40, 40), LONG])
def test_all_silence_at_the_ends_of_a_sentence_is_vocoded_and_dropped(
    sounds: tuple[int, ...], silence: int
) -> None:
    given, ends = spoken(*sounds, boundary=silence)
    heard = np.flatnonzero(given.loudness() > SPEECH_ENERGY)
    (group,) = plan(given, ends, [None] * len(sounds))
    assert (group[0].reach[0], group[-1].reach[1]) == (0, len(given))
    assert (group[0].start, group[-1].end) == (heard[0] - 4, heard[-1] + 1 + 6)
    vocoder = Ramp()
    samples = np.concatenate(rendered(vocoder, given, group))
    assert (vocoder.asked[0][0], vocoder.asked[-1][1]) == (0, len(given))
    assert len(samples) == (heard[-1] + 1 - heard[0] + 10) * SAMPLES_PER_FRAME


def test_silence_between_groups_is_vocoded_with_both() -> None:
    given, ends = spoken(*LONG, pause=60)
    groups = plan(given, ends, [1.0, 1.0, None])
    cuts = [10 + 130 + 30, 10 + 130 + 60 + 140 + 30]  # in the middle of the pauses
    assert [group[0].reach for group in groups] == [
        (0, cuts[0] + 20),
        (cuts[0] - 20, cuts[1] + 20),
        (cuts[1] - 20, len(given)),
    ]
    assert [group[0].end for group in groups[:-1]] == [10 + 130 + 6, 10 + 130 + 60 + 140 + 6]


def test_a_merged_piece_reaches_as_far_as_its_clauses() -> None:
    given, ends = spoken(130, 60, 60, 130)
    (group,) = plan(given, ends, [None] * 4)
    assert clauses_of(group) == [[0], [1, 2], [3]]
    assert group[1].reach == (group[1].start - 20, group[1].end + 20)


def test_a_sentence_without_a_sound_is_left_whole() -> None:
    given = frames([10, 20, 10], [SILENT] * 40)
    assert plan(given, [0], [None]) == [[Piece(0, 40, range(1), (0, 40))]]


@pytest.mark.parametrize("sounds", [(130,), (130, 140), (130, 140, 150, 160)])
def test_no_sample_is_lost_repeated_or_moved(sounds: tuple[int, ...]) -> None:
    given, ends = spoken(*sounds)
    (group,) = plan(given, ends, [None] * len(sounds))
    assert len(group) == len(sounds)
    samples = np.concatenate(rendered(Ramp(), given, group))
    first, last = group[0].start * SAMPLES_PER_FRAME, group[-1].end * SAMPLES_PER_FRAME
    assert len(samples) == last - first
    inside = slice(MARGIN, -MARGIN)
    assert np.abs(samples[inside] - (np.arange(first, last) + 1)[inside]).max() < 0.1


def test_each_chunk_begins_a_margin_before_its_piece() -> None:
    given, ends = spoken(*LONG)
    (group,) = plan(given, ends, [None] * 3)
    assert len(group) == 3
    chunks = rendered(Ramp(), given, group)
    for piece, chunk in zip(group[1:], chunks[1:], strict=True):
        assert chunk[0] == pytest.approx(piece.start * SAMPLES_PER_FRAME - MARGIN + 1, abs=0.1)


def test_joins_sum_to_one() -> None:
    given, ends = spoken(*LONG)
    (group,) = plan(given, ends, [None] * 3)
    assert len(group) == 3
    samples = np.concatenate(rendered(Constant(0.25), given, group))
    assert samples[MARGIN:-MARGIN] == pytest.approx(0.25, abs=1e-6)


def test_a_group_fades_in_and_out() -> None:
    given, ends = spoken(130, 50)
    (group,) = plan(given, ends, [None] * 2)
    assert len(group) == 2
    samples = np.concatenate(rendered(Constant(0.25), given, group))
    assert abs(samples[0]) < 1e-3
    assert abs(samples[-1]) < 1e-3
    assert (np.diff(samples[:MARGIN]) > 0).all()
    assert (np.diff(samples[-MARGIN:]) < 0).all()


def test_pieces_are_vocoded_as_far_as_they_reach() -> None:
    given, ends = spoken(130, 50)
    (group,) = plan(given, ends, [None] * 2)
    assert len(group) == 2
    vocoder = Ramp()
    rendered(vocoder, given, group)
    assert vocoder.asked == [piece.reach for piece in group]
    assert module.CONTEXT * SAMPLES_PER_FRAME > MARGIN


def test_the_next_piece_is_not_vocoded_before_this_one_is_taken() -> None:
    given, ends = spoken(130, 50)
    (group,) = plan(given, ends, [None] * 2)
    assert len(group) == 2
    vocoder = Ramp()
    next(render(vocoder, given, STYLE, group))
    assert len(vocoder.asked) == 1


def loud(energy: float) -> tuple[Frames, list[Piece]]:
    given = frames([10, 40, 10], [SILENT] * 10 + [energy] * 40 + [SILENT] * 10)
    (group,) = plan(given, [0], [None])
    return given, group


def test_a_piece_is_brought_to_the_level_of_its_energy() -> None:
    levels = []
    for energy in (6.0, 8.0):
        for own in (0.1, 0.2):  # the vocoder's own level makes no difference
            given, group = loud(energy)
            (samples,) = rendered(Constant(own), given, group)
            levels.append(samples[len(samples) // 2])
    assert levels[0] == pytest.approx(levels[1], rel=1e-3)
    assert levels[2] == pytest.approx(levels[3], rel=1e-3)
    assert levels[2] > levels[0]


@pytest.mark.parametrize(("own", "sign"), [(1e-4, 1), (50.0, -1)])
def test_the_change_of_level_is_limited(own: float, sign: int) -> None:
    given, group = loud(7.0)
    (samples,) = rendered(Constant(own), given, group)
    change = np.log(samples[len(samples) // 2] / own)
    assert change == pytest.approx(sign * module._MAX_LEVEL_CHANGE, abs=1e-3)


def test_silent_frames_do_not_make_the_rest_louder() -> None:
    """The vocoder leaves the edges of what it is given silent, and now and then a frame inside."""
    given = frames([10, 150, 4, 150, 10], [SILENT] * 10 + [7.0] * 304 + [SILENT] * 10)

    class Edged:
        def __call__(self, _frames: Frames, _style: Any, start: int, end: int) -> np.ndarray:
            samples = np.full((end - start, SAMPLES_PER_FRAME), 0.1, np.float32)
            samples[[0, 1, 2, 30, -3, -2, -1]] = 1e-6
            return samples.ravel()

    (group,) = plan(given, [1, 2], [None] * 2)
    assert len(group) == 2
    chunks = [rendered(vocoder, given, group) for vocoder in (Constant(0.1), Edged())]
    plain, edged = (chunk[len(chunk) // 2] for chunk in (chunks[0][0], chunks[1][0]))
    assert edged == pytest.approx(plain, rel=0.02)


def test_silence_is_not_made_louder() -> None:
    given, ends = spoken(40)
    (group,) = plan(given, ends, [None])
    (samples,) = rendered(Constant(1e-4), given, group)
    assert samples.max() == pytest.approx(1e-4)


@st.composite
def sentences(draw: st.DrawFn) -> tuple[Frames, list[int], list[float | None]]:
    """Any sentence: clauses of one to five tokens, any durations and energies."""
    sizes = draw(st.lists(st.integers(1, 5), min_size=1, max_size=6))
    count = sum(sizes)
    durations = draw(st.lists(st.integers(1, 30), min_size=count + 2, max_size=count + 2))
    seed = draw(st.integers(0, 1000))
    loudness = np.random.default_rng(seed).uniform(-10, 2.9, sum(durations))
    pause = st.none() | st.floats(0, 1)
    pauses = draw(st.lists(pause, min_size=len(sizes), max_size=len(sizes)))
    return frames(durations, loudness), (np.cumsum(sizes) - 1).tolist(), pauses


@settings(max_examples=300, deadline=None)
@given(sentences(), st.booleans())
def test_any_sentence_is_planned_whole(
    sentence: tuple[Frames, list[int], list[float | None]], soon: bool
) -> None:
    given, ends, pauses = sentence
    groups = plan(given, ends, pauses, soon=soon)
    clauses = [clause for group in groups for piece in group for clause in piece.clauses]
    assert clauses == list(range(len(ends)))
    assert [group[-1].clauses.stop for group in groups[:-1]] == [
        i + 1 for i, pause in enumerate(pauses[:-1]) if pause is not None
    ]
    done = 0
    for group in groups:
        assert group[0].start >= done
        for piece, following in pairwise(group):
            assert piece.end == following.start
        for piece in group:
            assert piece.start < piece.end
            assert 0 <= piece.reach[0] <= max(0, piece.start - module.CONTEXT)
            assert min(len(given), piece.end + module.CONTEXT) <= piece.reach[1] <= len(given)
        assert all(piece.end - piece.start >= 120 for piece in group[1:-1])
        done = group[-1].end
    assert done <= len(given)
    assert (groups[0][0].reach[0], groups[-1][-1].reach[1]) == (0, len(given))


@settings(max_examples=100, deadline=None)
@given(sentences(), st.booleans())
def test_any_sentence_is_rendered_whole(
    sentence: tuple[Frames, list[int], list[float | None]], soon: bool
) -> None:
    given, ends, pauses = sentence
    for group in plan(given, ends, pauses, soon=soon):
        chunks = rendered(Ramp(), given, group)
        assert len(chunks) == len(group)
        samples = np.concatenate(chunks)
        first, last = group[0].start * SAMPLES_PER_FRAME, group[-1].end * SAMPLES_PER_FRAME
        assert len(samples) == last - first
        error = np.abs(samples - (np.arange(first, last) + 1))[MARGIN:-MARGIN]
        assert error.max(initial=0) < 0.1
