"""Which reading of a polyphone is meant: g2pM's network, dictionaries and the neighbours, weighed together.

A conditional log-linear model (maximum entropy) over a character's readings: one score per reading, the
sum of the weights of the features that speak for it. The network's log-probability and the dictionary words
around the character are features that all characters share; parts of speech, neighbouring characters and
words are each character's own. ``training/polyphones/train.py`` makes ``data/polyphones.npz``.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Final, NamedTuple

import numpy as np

from declaim.text.particles import particle
from declaim.text.polyphone_network import Array, PolyphoneNetwork
from declaim.text.readings import Entry, Readings
from declaim.text.segmentation import Token

Features = dict[str, float]

_UNLIKELY: Final = -8.0
"""Log-probability below which all readings count the same."""


class Candidate(NamedTuple):
    """A reading that a character may have here, and what speaks for it."""

    reading: str
    features: Features
    settled: bool
    """Whether the word it stands in is one of ``data/polyphones.txt``, which leave nothing to weigh."""


class PolyphoneResolver:
    """Chooses readings by context. Loads the network, the dictionaries and the weights."""

    def __init__(self, weights: Mapping[str, float] | None = None) -> None:
        self._network = PolyphoneNetwork()
        self.readings = Readings(self._network.readings)
        self._weights = load_weights() if weights is None else weights

    def resolve(self, text: str, tokens: Sequence[Token], allowed: Mapping[int, set[str]]) -> dict[int, str]:
        """The reading of every polyphone in ``text``, before any sandhi.

        Args:
            text: a sentence in simplified characters.
            tokens: its words.
            allowed: for some positions, the only readings possible there (a traditional character often has
                but one of its simplified form's).
        """
        order = [index for index, token in enumerate(tokens) for _ in token.text]
        resolved: dict[int, str] = {}
        for at, candidates in self.candidates(text, tokens, allowed).items():
            by_rule = particle(text, tokens, order[at], at) if text[at] in "得地" else ""
            resolved[at] = by_rule or choose(candidates, self._weights).reading
        return resolved

    def candidates(
        self, text: str, tokens: Sequence[Token], allowed: Mapping[int, set[str]]
    ) -> dict[int, list[Candidate]]:
        """Every polyphone's readings with their features."""
        positions = [at for at, character in enumerate(text) if character in self.readings.polyphones]
        if not positions:
            return {}
        logits = self._network.logits(text, positions)
        words = self.readings.covering(text, set(positions))
        places = _places(text, tokens)
        found: dict[int, list[Candidate]] = {}
        for at, scores in zip(positions, logits, strict=True):
            entries = words.get(at, [])
            readings = self._possible(text[at], entries, allowed.get(at))
            likely = self._log_probabilities(text[at], readings, scores)
            votes = list(_votes(entries, places.starts, places.tokens[at]))
            context = list(places.context(at))
            found[at] = [
                Candidate(
                    reading,
                    _features(text[at], reading, likely[reading], votes, context),
                    settled=any(voted == reading and _settles(kind) for kind, voted in votes),
                )
                for reading in readings
            ]
        return found

    def _possible(self, character: str, entries: list[Entry], allowed: set[str] | None) -> list[str]:
        """The common readings, and rare ones that a word here asks for."""
        readings = [*self.readings.polyphones[character], *(entry.reading for entry in entries)]
        unique = list(dict.fromkeys(readings))
        return [reading for reading in unique if allowed is None or reading in allowed] or unique

    def _log_probabilities(self, character: str, readings: list[str], scores: Array) -> dict[str, float]:
        """The network's log-probabilities; readings that it does not know are unlikely.

        Nothing speaks for or against any reading of a character that it does not tell apart.
        """
        classes = self._network.classes
        known = {
            reading: classes[name] for reading in readings if (name := _as_in_network(reading)) in classes
        }
        if not known or len(self._network.readings[character]) == 1:
            return dict.fromkeys(readings, 0.0)
        logits = scores[list(known.values())].astype(np.float64)
        logits -= logits.max()
        logits -= np.log(np.exp(logits).sum())
        likely = {reading: max(float(value), _UNLIKELY) for reading, value in zip(known, logits, strict=True)}
        return dict.fromkeys(readings, _UNLIKELY) | likely


def choose(candidates: Sequence[Candidate], weights: Mapping[str, float]) -> Candidate:
    """The settled candidate, or else the one with the highest score."""

    def rank(candidate: Candidate) -> tuple[bool, float]:
        score = sum(weights.get(name, 0.0) * value for name, value in candidate.features.items())
        return candidate.settled, score

    return max(candidates, key=rank)


def load_weights() -> dict[str, float]:
    """The trained weights by feature name."""
    stored = files("declaim.text").joinpath("data/polyphones.npz").read_bytes()
    with np.load(io.BytesIO(stored)) as arrays:
        names = arrays["names"].tobytes().decode().split("\n")
        return dict(zip(names, arrays["weights"].astype(np.float64).tolist(), strict=True))


class _Places(NamedTuple):
    """Where every character of a sentence stands among its words."""

    text: str
    starts: set[int]
    """Word boundaries, the end of the text included."""
    tokens: list[Token]
    """The word around each character."""
    order: list[int]
    """Its index among the words."""
    words: Sequence[Token]

    def context(self, at: int) -> Iterator[str]:
        """What surrounds a character, in words that name no reading."""
        token, order = self.tokens[at], self.order[at]
        before = self.words[order - 1] if order else Token(0, 0, "^", "^")
        after = self.words[order + 1] if order + 1 < len(self.words) else Token(0, 0, "$", "$")
        padded = f"^^{self.text[max(0, at - 2) : at]}"[-2:], f"{self.text[at + 1 : at + 3]}$$"[:2]
        yield from ("", f"p{token.tag}", f"<p{before.tag}", f">p{after.tag}", f"@{_place(token, at)}")
        yield from (f"<{padded[0][1]}", f">{padded[1][0]}", f"<{padded[0]}", f">{padded[1]}")
        for name, word in (("w", token.text), ("<w", before.text), (">w", after.text)):
            if len(word) > 1:
                yield name + word


def _places(text: str, tokens: Sequence[Token]) -> _Places:
    order = [index for index, token in enumerate(tokens) for _ in token.text]
    starts = {token.start for token in tokens} | {len(text)}
    return _Places(text, starts, [tokens[index] for index in order], order, tokens)


def _place(token: Token, at: int) -> str:
    """Single, Begin, End or Middle of its word."""
    if token.end - token.start == 1:
        return "S"
    return "B" if at == token.start else "E" if at == token.end - 1 else "M"


def _votes(entries: list[Entry], starts: set[int], token: Token) -> Iterator[tuple[str, str]]:
    """What dictionary words say, as kind and reading: the longest of each kind.

    Kinds are the source, how the word sits on the segmentation (``=`` one token, ``+`` several whole ones,
    ``<`` within one, ``x`` across their boundaries) and its length.
    """
    seen = set()
    for entry in entries:
        if (entry.start, entry.end) == (token.start, token.end):
            fit = "="
        elif entry.start in starts and entry.end in starts:
            fit = "+"
        else:
            fit = "<" if token.start <= entry.start and entry.end <= token.end else "x"
        if (kind := entry.source + fit) not in seen:
            seen.add(kind)
            yield f"{kind}{min(entry.end - entry.start, 4)}", entry.reading


def _settles(kind: str) -> bool:
    """Whether a listed word decides: the segmenter sees it, too, or it is too long to be chance."""
    return kind.startswith("own") and ("=" in kind or kind[-1] > "2")


def _features(
    character: str, reading: str, log_probability: float, votes: list[tuple[str, str]], context: list[str]
) -> Features:
    own = character + reading
    features: Features = {"network": log_probability / 2, f"network {character}": log_probability / 2}
    for kind, voted in votes:
        if voted == reading:
            features[kind] = 1.0
            features[f"{kind[:-1]} {character}"] = 1.0 if kind[-2] in "=+" else 0.5
    features |= {f"{own} {name}": 1.0 for name in context}
    return features


def _as_in_network(reading: str) -> str:
    return "r5" if reading == "er5" else reading.replace("v", "u:")
