"""Character n-grams: their hashes, and the regression on them."""

import numpy as np
import pytest

from declaim.prosody.emotion import EMOTIONS
from declaim.prosody.ngrams import NgramClassifier, ngrams


def written_out(text: str) -> list[str]:
    padded = f" {text} "
    return [padded[i : i + size] for size in range(1, 5) for i in range(len(padded) - size + 1)]


def test_one_hash_for_each_run_of_one_to_four_characters() -> None:
    assert len(ngrams("haha 哈哈")) == len(written_out("haha 哈哈"))
    distinct = set(written_out("haha 哈哈"))
    assert len(np.unique(ngrams("haha 哈哈"))) == len(distinct)


def test_a_run_has_the_same_hash_wherever_it_stands() -> None:
    shared = np.intersect1d(ngrams("我很高兴"), ngrams("她高兴了"))
    assert len(shared) == len(set(written_out("我很高兴")) & set(written_out("她高兴了")))


def test_the_hash_is_fnv_1a() -> None:
    expected = 0x811C9DC5
    for character in "太好":
        expected = ((expected ^ ord(character)) * 0x01000193) % 2**32
    assert expected in ngrams("太好了")
    assert expected not in ngrams("好太了")


@pytest.mark.parametrize(("one", "other"), [("ＯＫ！", "ok!"), ("Never", "never"), (" sad ", "sad")])
def test_spellings_that_are_the_same(one: str, other: str) -> None:
    np.testing.assert_array_equal(ngrams(one), ngrams(other))


@pytest.mark.parametrize("text", ["", "a", "🎉", "\ud800", "é" * 5000])
def test_whatever_is_written_is_read(text: str) -> None:
    logits = NgramClassifier.packaged()(text)
    assert logits.shape == (len(EMOTIONS),)
    assert np.isfinite(logits).all()


def test_logits_are_tf_idf_at_unit_length_times_the_weights() -> None:
    vocabulary = np.unique([ngrams(letter)[1] for letter in "ab"])
    a, b = np.searchsorted(vocabulary, [ngrams(letter)[1] for letter in "ab"])
    weights = np.random.default_rng(1).normal(size=(2, 8)).astype(np.float32)
    rarity = np.array([1.5, 2.5], np.float32)
    features = np.zeros(2)
    features[[a, b]] = (1 + np.log(3)) * rarity[a], rarity[b]
    expected = features / np.linalg.norm(features) @ weights + 1
    classifier = NgramClassifier(vocabulary, rarity, weights, np.ones(8, np.float32))
    np.testing.assert_allclose(classifier("abaxa"), expected, rtol=1e-5)


def test_what_is_unknown_says_nothing() -> None:
    vocabulary, bias = ngrams("x")[1:2], np.arange(8, dtype=np.float32)
    classifier = NgramClassifier(vocabulary, np.ones(1, np.float32), np.ones((1, 8), np.float32), bias)
    np.testing.assert_array_equal(classifier("the hen"), bias)


def test_the_packaged_vocabulary_is_sorted_and_each_n_gram_there_once() -> None:
    packaged = NgramClassifier.packaged()
    assert (np.diff(packaged.vocabulary.astype(np.int64)) > 0).all()
    assert len(packaged.vocabulary) == len(packaged.rarity) == len(packaged.weights)
    assert (packaged.rarity >= 1).all()


@pytest.mark.parametrize(
    ("text", "emotion"),
    [
        ("太好了，我真高兴！", "happy"),
        ("I am so angry with you.", "angry"),
        ("真恶心，太脏了。", "disgusted"),
        ("I was terrified.", "afraid"),
    ],
)
def test_words_that_name_an_emotion(text: str, emotion: str) -> None:
    assert EMOTIONS[NgramClassifier.packaged()(text).argmax()] == emotion
