"""Free-text instructions ("cheerful, but not too fast"; 用低沉的语气慢慢说) as a score, by rules.

They are looked through for the words of :mod:`declaim.prosody.instruction_words`. Each meaning is taken as
strongly as words of degree around it say, and turned round where it is negated; several add up. Other words
ask for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any, Final, Literal, TypeAlias

from declaim.prosody.emotion import Emotion
from declaim.prosody.instruction_words import (
    ATTRIBUTES,
    DEGREES,
    DIRECTIONS,
    FOLLOWING_DEGREES,
    JOINTS,
    MEANINGS,
    NEGATED,
    NEGATIONS,
    NO_NEGATIONS,
    STEPS,
    STOPS,
    Field,
    Meaning,
)
from declaim.prosody.prosody import NEUTRAL, Prosody
from declaim.prosody.score import Score

_LONGEST: Final = 4_096
"""Characters that are read: what OpenAI's interface takes."""
_FILLERS: Final = re.compile(r"\b(?:a|an|the|your|my|his|her|its|their)\b\s*")
_PUNCTUATION: Final = r"[,;!?\n，。；！？]|\.(?!\d)"

_FACTOR: Final = re.compile(
    r"(?P<times>\d{1,3}(?:\.\d{1,3})?)\s*(?:x\b|×|倍速|倍的?语速|times (?:faster|speed|as fast))"
    r"|(?P<percent>\d{1,3})\s*% (?P<way>faster|quicker|slower)"
    r"|(?P<zh_way>快|慢)(?:了|大约)?\s*(?P<zh_percent>\d{1,3})\s*%"
    r"|(?P<double>twice (?:as )?(?:fast|speed)|double (?:speed|pace)|快一倍|[两二]倍速)"
    r"|(?P<half>half (?:as fast|speed|pace)|at half speed|慢一半|一半的?速度|半速)"
)


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of the lexicon, found."""

    kind: Literal["meaning", "attribute", "direction", "degree", "not", "stop", "joint", "nothing"]
    value: Any = None
    """A :class:`Meaning`, a field's name, -1 to 1, or a degree."""
    follows: bool = False


_STOP: Final = _Word("stop")
_Asked: TypeAlias = tuple[Meaning, float]
"""A meaning and its degree."""


def interpret_instructions(text: str) -> Score:
    """The fields of a score that free-text instructions ask for; only those are set.

    Args:
        text: Chinese, English or both. What comes after 4,096 characters is not read.
    """
    text = _FILLERS.sub("", text[:_LONGEST].lower().replace("’", "'"))
    rate, text = _stated_rate(text)
    asked = [each for phrase in _phrases(text) for each in _asked(_with_directions(phrase))]
    fields: dict[str, Any] = _prosody_fields(asked)
    if any(meaning.emotion or meaning.is_unemotional for meaning, _ in asked):
        fields["emotion"] = _emotion(asked)
    if rate is not None:
        fields["rate"] = rate
    return Score(**fields)


def _stated_rate(text: str) -> tuple[float | None, str]:
    """The rate that is given as a number, if one is, and the rest of the text."""
    match = _FACTOR.search(text)
    if not match:
        return None, text
    if match["double"] or match["half"]:
        rate = 2.0 if match["double"] else 0.5
    elif match["times"]:
        rate = float(match["times"])
    else:
        part = int(match["percent"] or match["zh_percent"]) / 100
        rate = 1 - part if (match["way"] or match["zh_way"]) in ("slower", "慢") else 1 + part
    low, high = Prosody.LIMITS["rate"]
    return min(max(rate, low), high), text[: match.start()] + text[match.end() :]


def _phrases(text: str) -> Iterator[list[_Word]]:
    """The words of the lexicon in a text, up to each punctuation mark or "but"."""
    pattern, words = _lexicon()
    phrase: list[_Word] = []
    for match in pattern.finditer(text):
        word = _looked_up(match.group(), words)
        if word.kind == "stop":
            yield phrase
            phrase = []
        else:
            phrase.append(word)
    yield phrase


def _looked_up(found: str, words: Mapping[str, _Word]) -> _Word:
    """The word of the lexicon: as it is, or one that any ending may follow."""
    beginnings = (found[:length] + "*" for length in range(len(found), 0, -1))
    name = next((each for each in (found, *beginnings) if each in words), "")
    return words.get(name, _STOP)


def _with_directions(phrase: Sequence[_Word]) -> list[_Word]:
    """A phrase whose directions ("higher") are meanings, by the attribute (pitch, 音量) they are said of."""
    attributes = [word.value for word in phrase if word.kind == "attribute"]
    passed = 0
    resolved = []
    for word in phrase:
        if word.kind == "attribute":
            passed += 1
        elif word.kind == "direction" and attributes:
            resolved.append(_Word("meaning", _step(attributes[max(0, passed - 1)], word.value)))
        elif word.kind != "direction":
            resolved.append(word)
    return resolved


def _step(attribute: Field, direction: int) -> Meaning:
    if direction == 0:
        return Meaning("", own=attribute)
    return Meaning("", STEPS[attribute][direction > 0])


def _asked(phrase: Sequence[_Word]) -> Iterator[_Asked]:
    """The meanings of a phrase, each with its degree."""
    negated = False
    found: list[_Asked] = []
    degree: float | None = None
    for index, word in enumerate(phrase):
        if word.kind == "not":
            negated = True
        elif word.kind == "degree" and found and (word.follows or not _leads(phrase[index + 1 :])):
            meaning, before = found[-1]
            found[-1] = meaning, before if negated else before * word.value
        elif word.kind == "degree":
            degree = word.value if degree is None else degree * word.value
        elif word.kind == "joint":
            degree = None
        elif word.kind == "meaning":
            found.append((word.value, NEGATED if negated else degree or 1.0))
            degree = None
    yield from found


def _leads(rest: Sequence[_Word]) -> bool:
    """Whether a degree stands before the meaning that it belongs to."""
    following = next((word.kind for word in rest if word.kind in ("meaning", "joint")), None)
    return following == "meaning"


def _prosody_fields(asked: Sequence[_Asked]) -> dict[str, float]:
    said = NEUTRAL
    touched: set[str] = set()
    for meaning, degree in asked:
        if meaning.own:
            touched.add(meaning.own)
        if degree > 0 or not meaning.emotion:
            said = said * meaning.prosody**degree
            touched |= {
                name for name, value in asdict(meaning.prosody).items() if value != getattr(NEUTRAL, name)
            }
    return {name: getattr(said, name) for name in touched}


def _emotion(asked: Sequence[_Asked]) -> Emotion:
    """The emotions that are asked for, each once, as strongly as it is asked for most strongly."""
    weights: dict[str, float] = {}
    for meaning, degree in asked:
        for name, weight in meaning.emotion.items():
            weights[name] = max(weights.get(name, 0.0), min(1.0, weight * max(degree, 0.0)))
    total = max(1.0, sum(weights.values()))
    return Emotion(**{name: weight / total for name, weight in weights.items()})


@cache
def _lexicon() -> tuple[re.Pattern[str], Mapping[str, _Word]]:
    """One pattern for all words, the longest first, and what they stand for.

    Each alternative begins with a letter, which lets `re` pass over all others quickly.
    """
    words = dict(_entries())
    written = sorted(words, key=len, reverse=True)
    english = "|".join(
        re.escape(word.removesuffix("*")) + ("[a-z]*" if word.endswith("*") else "")
        for word in written
        if word.isascii()
    )
    chinese = "|".join(re.escape(word) for word in written if not word.isascii())
    return re.compile(rf"\b(?:{english})\b|{chinese}|{_PUNCTUATION}"), words


def _entries() -> Iterator[tuple[str, _Word]]:
    tables: list[tuple[str, _Word]] = [
        *((meaning.words, _Word("meaning", meaning)) for meaning in MEANINGS),
        *((words, _Word("attribute", name)) for name, words in ATTRIBUTES.items()),
        *((words, _Word("direction", sign)) for sign, words in DIRECTIONS.items()),
        *((words, _Word("degree", degree)) for degree, words in DEGREES.items()),
        (NEGATIONS, _Word("not")),
        (NO_NEGATIONS, _Word("nothing")),
        (STOPS, _STOP),
        (JOINTS, _Word("joint")),
    ]
    for words, word in tables:
        for written in map(str.strip, words.split(",")):
            yield written, replace(word, follows=written in FOLLOWING_DEGREES)
