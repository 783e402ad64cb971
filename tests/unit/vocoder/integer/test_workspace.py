import numpy as np
import pytest

from declaim.vocoder.integer.workspace import _KEPT, Workspace


def test_an_array_has_the_shape_and_kind_that_are_asked_for() -> None:
    array = Workspace().array("x", (3, 5), np.int16)
    assert (array.shape, array.dtype) == ((3, 5), np.int16)
    array[...] = 1
    assert array.flags.c_contiguous


def test_memory_is_used_again_for_less_and_for_the_same() -> None:
    space = Workspace()
    first = space.array("x", (100, 8), np.float32)
    assert np.shares_memory(first, space.array("x", (100, 8), np.float32))
    assert np.shares_memory(first, space.array("x", (3, 2), np.int16))
    assert np.shares_memory(first, space.array("x", (100, 8), np.float32))


def test_more_gets_new_memory_and_what_was_had_stays() -> None:
    space = Workspace()
    first = space.array("x", (2, 2), np.float32)
    first[...] = 7
    space.array("x", (50, 50), np.float32)[...] = 0
    assert (first == 7).all()


def test_names_do_not_share() -> None:
    space = Workspace()
    assert not np.shares_memory(space.array("x", (4, 4), np.int8), space.array("y", (4, 4), np.int8))


@pytest.mark.parametrize(("more", "kept"), [(0, True), (1, False)])
def test_only_as_much_as_an_ordinary_piece_takes_is_kept(more: int, kept: bool) -> None:
    space = Workspace()
    array = space.array("x", (_KEPT // 2, 1), np.int8)
    space.array("y", (_KEPT - _KEPT // 2 + more, 1), np.int8)
    space.trim()
    assert np.shares_memory(array, space.array("x", (1, 1), np.int8)) == kept
