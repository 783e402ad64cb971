import numpy as np
import pytest

from declaim.engines.indextts.sampling import Sampler, Sampling, candidates

LOGITS = np.log(np.array([0.05, 0.4, 0.1, 0.3, 0.15], dtype=np.float32))
PLAIN = Sampling(temperature=1, top_k=0, top_p=1, repetition_penalty=1)


def drawn(sampling: Sampling, count: int = 20_000) -> np.ndarray:
    generator = np.random.default_rng(3)
    codes = [Sampler(sampling, generator)(LOGITS) for _ in range(count)]
    return np.bincount(codes, minlength=len(LOGITS)) / count


def test_codes_come_as_often_as_they_are_likely() -> None:
    assert drawn(PLAIN) == pytest.approx(np.exp(LOGITS), abs=0.015)


def test_temperature_sharpens_and_flattens() -> None:
    for temperature in (0.5, 2):
        expected = np.exp(LOGITS) ** (1 / temperature)
        codes, probabilities = candidates(LOGITS, Sampling(temperature, top_k=0, top_p=1))
        assert codes.tolist() == [0, 1, 2, 3, 4]
        assert probabilities == pytest.approx(expected / expected.sum(), rel=1e-5)


def test_temperature_0_takes_the_likeliest_and_draws_nothing() -> None:
    generator = np.random.default_rng(0)
    assert Sampler(Sampling(temperature=0), generator)(LOGITS) == 1
    assert generator.random() == np.random.default_rng(0).random()


@pytest.mark.parametrize(("top_k", "kept"), [(1, [1]), (2, [1, 3]), (4, [1, 2, 3, 4]), (50, [0, 1, 2, 3, 4])])
def test_top_k(top_k: int, kept: list[int]) -> None:
    assert candidates(LOGITS, Sampling(1, top_k=top_k, top_p=1))[0].tolist() == kept


@pytest.mark.parametrize(
    ("top_p", "kept"), [(0.01, [1]), (0.5, [1, 3]), (0.75, [1, 3, 4]), (0.99, [0, 1, 2, 3, 4])]
)
def test_a_nucleus_is_the_fewest_codes_that_are_likely_enough(top_p: float, kept: list[int]) -> None:
    codes, probabilities = candidates(LOGITS, Sampling(1, top_k=0, top_p=top_p))
    assert codes.tolist() == kept
    assert probabilities.sum() == pytest.approx(1)


def test_the_nucleus_is_of_the_likeliest_k() -> None:
    """Of the two likeliest, 0.4 and 0.3, the first has 0.57 by itself."""
    assert candidates(LOGITS, Sampling(1, top_k=2, top_p=0.55))[0].tolist() == [1]


@pytest.mark.parametrize(("logit", "penalised"), [(2.0, 1.0), (-2.0, -4.0)])
def test_a_penalty_lowers_a_logit_whatever_its_sign(logit: float, penalised: float) -> None:
    sampler = Sampler(Sampling(repetition_penalty=2), np.random.default_rng(0), seen=[1])
    logits = np.array([0, logit, 0], dtype=np.float32)
    assert sampler._penalised(logits).tolist() == [0, penalised, 0]
    assert logits[1] == logit


def test_what_was_chosen_is_penalised_from_then_on() -> None:
    sampler = Sampler(Sampling(temperature=0, repetition_penalty=100), np.random.default_rng(0))
    logits = np.array([1, 3, 2], dtype=np.float32)
    assert [sampler(logits) for _ in range(3)] == [1, 2, 0]


def test_a_draw_at_the_very_end_finds_a_code(monkeypatch: pytest.MonkeyPatch) -> None:
    sampler = Sampler(PLAIN, np.random.default_rng(0))
    monkeypatch.setattr("numpy.cumsum", lambda values: np.full(len(values), 0.0))
    assert sampler(LOGITS) == 4
