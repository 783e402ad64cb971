from pathlib import Path

import numpy as np
import pytest

from declaim.errors import ModelError
from declaim.prosody.quantised import BLOCK, EmbeddingTable, quantise, write_table


def matrix(rows: int = 6, blocks: int = 3) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(rows, blocks * BLOCK)).astype(np.float32)


def test_no_weight_moves_by_more_than_half_a_step() -> None:
    weights = matrix()
    blocks = quantise(weights)
    back = (blocks.values.astype(np.float32) - 128) * blocks.scales[..., None]
    steps = np.repeat(blocks.scales, BLOCK, axis=1)
    assert (np.abs(back.reshape(weights.shape) - weights) <= steps * 0.501).all()


def test_the_largest_weight_of_a_block_is_kept() -> None:
    weights = matrix(1, 1)
    largest = np.abs(weights).max()
    blocks = quantise(weights)
    assert np.abs(blocks.values.astype(int) - 128).max() == 127
    assert blocks.scales[0, 0] * 127 == pytest.approx(largest)


def test_a_block_of_zeros_stays_zero(tmp_path: Path) -> None:
    write_table(quantise(np.zeros((2, BLOCK), np.float32)), tmp_path)
    assert not EmbeddingTable(tmp_path)(np.array([0, 1])).any()


def test_rows_of_a_table(tmp_path: Path) -> None:
    weights = matrix()
    write_table(quantise(weights), tmp_path)
    rows = EmbeddingTable(tmp_path)(np.array([4, 0, 4]))
    assert rows.dtype == np.float32
    np.testing.assert_allclose(rows, weights[[4, 0, 4]], atol=0.03)


def test_a_row_must_be_whole_blocks() -> None:
    with pytest.raises(ModelError, match=f"{BLOCK + 1} wide"):
        quantise(np.zeros((2, BLOCK + 1), np.float32))


def test_the_matrix_itself_is_left_alone() -> None:
    weights = matrix()
    copy = weights.copy()
    quantise(weights)
    np.testing.assert_array_equal(weights, copy)
