from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declaim.acoustic.frames import SAMPLES_PER_FRAME, SPEECH_ENERGY, Frames
from declaim.vocoder import pieces as module
from declaim.vocoder.pieces import MARGIN, TRIMMED_SILENCE, Piece, plan, render

HEARD, SILENT = 0.0, -9.5
"""Predicted energies: heard but not so loud that the level is corrected; and silence."""
STYLE = np.zeros((1, 256), np.float32)


def frames(durations: list[int], loudness: list[float] | np.ndarray) -> Frames:
    """A sentence whose energy is given for each frame."""
    energy = np.repeat(np.asarray(loudness, np.float32), 2)
    total = sum(durations)
    assert len(energy) == 2 * total
    return Frames(np.array(durations), np.zeros((1, 512, total), np.float32), energy * 0, energy)


def spoken(*clauses: int, pause: int = 8) -> tuple[Frames, list[int]]:
    """A sentence of clauses of one sound each, with their punctuation; and where each clause ends.

    Pauses are quietest in their middle, as those that the model draws.
    """
    durations, loudness = [10], [SILENT] * 10
    for sound in clauses:
        durations += [sound, pause]
        loudness += [HEARD] * sound + [SILENT + abs(i - pause // 2) / 10 for i in range(pause)]
    ends = [2 * i + 1 for i in range(len(clauses))]  # tokens, the first boundary not counted
    return frames([*durations, 10], loudness + [SILENT] * 10), ends


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


def rendered(vocoder: Any, given: Frames, group: list[Piece]) -> list[np.ndarray]:
    return list(render(vocoder, given, STYLE, group))


def test_pieces_tile_the_sentence_without_its_outer_silence() -> None:
    given, ends = spoken(40, 50, 60)
    (group,) = plan(given, ends, [False] * 3)
    assert [piece.clauses for piece in group] == [range(1), range(1, 2), range(2, 3)]
    assert group[0].end == group[1].start
    assert group[1].end == group[2].start
    kept = group[-1].end - group[0].start
    heard = np.flatnonzero(given.loudness() > SPEECH_ENERGY)
    assert kept == heard[-1] + 1 - heard[0] + round(TRIMMED_SILENCE * 40)
    assert group[0].start < heard[0]
    assert group[-1].end > heard[-1] + 1


def test_the_cut_is_at_the_quietest_frame_of_the_punctuation() -> None:
    given, ends = spoken(40, 50)
    loudness = given.loudness()
    loudness[50:58] = [-4, -5, -6, -7, -8, -9, -8, -6]
    given = frames(given.durations.tolist(), loudness)
    (group,) = plan(given, ends, [False, False])
    assert group[0].end == 55


def test_a_word_is_never_cut_though_it_has_a_closure_as_quiet_as_the_pause() -> None:
    given, ends = spoken(40, 50)
    loudness = given.loudness()
    loudness[44:47] = -12  # the closure of a plosive, three frames before the end of the word
    given = frames(given.durations.tolist(), loudness)
    (group,) = plan(given, ends, [False, False])
    assert 49 <= group[0].end <= 60


def test_silence_asked_for_parts_groups_and_trims_both_sides() -> None:
    given, ends = spoken(40, 50, 60, pause=30)
    groups = plan(given, ends, [False, True, False])
    assert [[piece.clauses for piece in group] for group in groups] == [
        [range(1), range(1, 2)],
        [range(2, 3)],
    ]
    silence = groups[1][0].start - groups[0][-1].end
    assert silence == 30 - round(TRIMMED_SILENCE * 40)


def test_a_break_behind_the_last_clause_makes_no_empty_group() -> None:
    given, ends = spoken(40)
    assert len(plan(given, ends, [True])) == 1


@pytest.mark.parametrize("sounds", [(3, 60), (60, 3), (3, 3, 3), (60, 3, 60), (3, 3, 60, 3, 3)])
def test_pieces_that_are_too_short_are_merged(sounds: tuple[int, ...]) -> None:
    given, ends = spoken(*sounds, pause=2)
    (group,) = plan(given, ends, [False] * len(sounds))
    clauses = [clause for piece in group for clause in piece.clauses]
    assert clauses == list(range(len(sounds)))
    if len(group) > 1:
        trimmed = 20  # of the outer pieces, the boundaries' silence is cut away
        assert min(piece.end - piece.start for piece in group) >= module._MIN_PIECE - trimmed
    long_ones = [sound for sound in sounds if sound > module._MIN_PIECE]
    assert len(group) == max(1, len(long_ones))


def test_a_sentence_without_a_sound_is_left_whole() -> None:
    given = frames([10, 20, 10], [SILENT] * 40)
    assert plan(given, [0], [False]) == [[Piece(0, 40, range(1))]]


@pytest.mark.parametrize("sounds", [(40,), (40, 50), (40, 50, 60, 70)])
def test_no_sample_is_lost_repeated_or_moved(sounds: tuple[int, ...]) -> None:
    given, ends = spoken(*sounds)
    (group,) = plan(given, ends, [False] * len(sounds))
    samples = np.concatenate(rendered(Ramp(), given, group))
    first, last = group[0].start * SAMPLES_PER_FRAME, group[-1].end * SAMPLES_PER_FRAME
    assert len(samples) == last - first
    inside = slice(MARGIN, -MARGIN)
    assert np.abs(samples[inside] - (np.arange(first, last) + 1)[inside]).max() < 0.1


def test_each_chunk_begins_a_margin_before_its_piece() -> None:
    given, ends = spoken(40, 50, 60)
    (group,) = plan(given, ends, [False] * 3)
    chunks = rendered(Ramp(), given, group)
    for piece, chunk in zip(group[1:], chunks[1:], strict=True):
        assert chunk[0] == pytest.approx(piece.start * SAMPLES_PER_FRAME - MARGIN + 1, abs=0.1)


def test_joins_sum_to_one() -> None:
    given, ends = spoken(40, 50, 60)
    (group,) = plan(given, ends, [False] * 3)
    samples = np.concatenate(rendered(Constant(0.25), given, group))
    assert samples[MARGIN:-MARGIN] == pytest.approx(0.25, abs=1e-6)


def test_a_group_fades_in_and_out() -> None:
    given, ends = spoken(40, 50)
    (group,) = plan(given, ends, [False] * 2)
    samples = np.concatenate(rendered(Constant(0.25), given, group))
    assert abs(samples[0]) < 1e-3
    assert abs(samples[-1]) < 1e-3
    assert (np.diff(samples[:MARGIN]) > 0).all()
    assert (np.diff(samples[-MARGIN:]) < 0).all()


def test_pieces_are_vocoded_with_what_surrounds_them_and_never_beyond_the_sentence() -> None:
    given, ends = spoken(40, 50)
    (group,) = plan(given, ends, [False] * 2)
    vocoder = Ramp()
    rendered(vocoder, given, group)
    assert vocoder.asked == [
        (max(0, piece.start - module.CONTEXT), min(len(given), piece.end + module.CONTEXT)) for piece in group
    ]
    assert module.CONTEXT * SAMPLES_PER_FRAME > MARGIN


def test_the_next_piece_is_not_vocoded_before_this_one_is_taken() -> None:
    given, ends = spoken(40, 50)
    (group,) = plan(given, ends, [False] * 2)
    vocoder = Ramp()
    next(render(vocoder, given, STYLE, group))
    assert len(vocoder.asked) == 1


def loud(energy: float) -> tuple[Frames, list[Piece]]:
    given = frames([10, 40, 10], [SILENT] * 10 + [energy] * 40 + [SILENT] * 10)
    (group,) = plan(given, [0], [False])
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
    given = frames([10, 100, 4, 100, 10], [SILENT] * 10 + [7.0] * 204 + [SILENT] * 10)

    class Edged:
        def __call__(self, _frames: Frames, _style: Any, start: int, end: int) -> np.ndarray:
            samples = np.full((end - start, SAMPLES_PER_FRAME), 0.1, np.float32)
            samples[[0, 1, 2, 30, -3, -2, -1]] = 1e-6
            return samples.ravel()

    chunks = [
        rendered(vocoder, given, plan(given, [1, 2], [False] * 2)[0]) for vocoder in (Constant(0.1), Edged())
    ]
    plain, edged = (chunk[len(chunk) // 2] for chunk in (chunks[0][0], chunks[1][0]))
    assert edged == pytest.approx(plain, rel=0.02)


def test_silence_is_not_made_louder() -> None:
    given, ends = spoken(40)
    (group,) = plan(given, ends, [False])
    (samples,) = rendered(Constant(1e-4), given, group)
    assert samples.max() == pytest.approx(1e-4)


@st.composite
def sentences(draw: st.DrawFn) -> tuple[Frames, list[int], list[bool]]:
    """Any sentence: clauses of one to five tokens, any durations and energies."""
    sizes = draw(st.lists(st.integers(1, 5), min_size=1, max_size=6))
    count = sum(sizes)
    durations = draw(st.lists(st.integers(1, 30), min_size=count + 2, max_size=count + 2))
    seed = draw(st.integers(0, 1000))
    loudness = np.random.default_rng(seed).uniform(-10, 2.9, sum(durations))
    breaks = draw(st.lists(st.booleans(), min_size=len(sizes), max_size=len(sizes)))
    return frames(durations, loudness), (np.cumsum(sizes) - 1).tolist(), breaks


@settings(max_examples=300, deadline=None)
@given(sentences())
def test_any_sentence_is_planned_whole(sentence: tuple[Frames, list[int], list[bool]]) -> None:
    given, ends, breaks = sentence
    groups = plan(given, ends, breaks)
    clauses = [clause for group in groups for piece in group for clause in piece.clauses]
    assert clauses == list(range(len(ends)))
    assert [group[-1].clauses.stop for group in groups[:-1]] == [
        i + 1 for i, b in enumerate(breaks[:-1]) if b
    ]
    done = 0
    for group in groups:
        assert group[0].start >= done
        for piece, following in pairwise(group):
            assert piece.end == following.start
        assert all(piece.start < piece.end for piece in group)
        done = group[-1].end
    assert done <= len(given)


@settings(max_examples=100, deadline=None)
@given(sentences())
def test_any_sentence_is_rendered_whole(sentence: tuple[Frames, list[int], list[bool]]) -> None:
    given, ends, breaks = sentence
    for group in plan(given, ends, breaks):
        chunks = rendered(Ramp(), given, group)
        assert len(chunks) == len(group)
        samples = np.concatenate(chunks)
        first, last = group[0].start * SAMPLES_PER_FRAME, group[-1].end * SAMPLES_PER_FRAME
        assert len(samples) == last - first
        error = np.abs(samples - (np.arange(first, last) + 1))[MARGIN:-MARGIN]
        assert error.max(initial=0) < 0.1
