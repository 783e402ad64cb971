import numpy as np
import pytest

from bench.quality.bootstrap import mean, mean_difference, ratio, ratio_difference


def test_the_value_is_the_corpus_rate_not_the_mean_of_rates() -> None:
    assert ratio([1, 0], [2, 8]).value == pytest.approx(0.1)


def test_the_interval_is_the_textbook_one_for_a_mean() -> None:
    values = np.random.default_rng(1).normal(3.0, 0.5, 400)
    estimate = mean(values)
    half = 1.96 * values.std() / 20
    assert estimate.low == pytest.approx(values.mean() - half, abs=0.01)
    assert estimate.high == pytest.approx(values.mean() + half, abs=0.01)


def test_equal_values_leave_no_interval() -> None:
    estimate = mean([2.5] * 10)
    assert (estimate.low, estimate.value, estimate.high) == (2.5, 2.5, 2.5)


def test_pairing_sees_a_small_steady_difference_among_widely_spread_sentences() -> None:
    others = np.random.default_rng(2).normal(3.0, 1.0, 60)
    difference = mean_difference(others + 0.05, others)
    assert difference.low == pytest.approx(0.05)
    assert difference.high == pytest.approx(0.05)


def test_paired_rates_differ_by_the_errors_of_one_side() -> None:
    lengths = [10.0] * 50
    errors = [1.0, 0.0] * 25
    difference = ratio_difference(errors, [0.0] * 50, lengths, lengths)
    assert difference.value == pytest.approx(0.05)
    assert 0 < difference.low < 0.05 < difference.high


def test_the_same_results_give_the_same_interval() -> None:
    assert ratio([1, 0, 2], [5, 5, 5]) == ratio([1, 0, 2], [5, 5, 5])


@pytest.mark.parametrize(("errors", "lengths"), [([], []), ([1, 2], [3])])
def test_columns_that_cannot_be_compared_are_refused(errors: list[int], lengths: list[int]) -> None:
    with pytest.raises(ValueError, match="two columns"):
        ratio(errors, lengths)
