"""Of what gender and age somebody is, by what they are called and by the pronouns that follow."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from declaim.studio.dialogue import chinese_words as zh
from declaim.studio.dialogue import english_words as en

_PRONOUNS = re.compile(
    r"\b(?:he|him|his|himself|she|her|hers|herself)\b|(?<=[，,；])(?:便|就|又|也|却|才|而|但|可)?(?P<han>[他她伊])(?!们)",
    re.IGNORECASE,
)
"""In Chinese only subjects: 老周瞪了他一眼 says nothing of 老周."""
_FEMALE = frozenset({"she", "her", "hers", "herself", "她", "伊"})
_HAN_SHE = "她"
_HAN_PRONOUN = re.compile(r"\s*[他她伊](?!们)")
_SENTENCE = re.compile(r"[^.!?。！？;；\n]+")
_LEAST_VOTES = 2
_DISTINGUISHES = 3
"""Times that 她 or 伊 is written, from which on 他 is a man, so that one pronoun is enough."""
_CLEAR = 0.7
"""Share of the pronouns behind a name that must agree."""
_LONGEST_SENTENCE = 400


def called_gender(name: str) -> str:
    """``female``, ``male`` or empty, by a name's titles, nouns and first name."""
    return _chinese_gender(name) if re.search(r"[\u3400-\u9fff]", name) else _english_gender(name)


def called_age(name: str) -> str:
    """``child``, ``old`` or empty, by what somebody is called."""
    words = set(name.lower().split())
    if words & en.CHILD_NOUNS or any(sign in name for sign in zh.CHILD_SIGNS):
        return "child"
    return "old" if words & en.OLD_WORDS or any(sign in name for sign in zh.OLD_SIGNS) else ""


def voted_genders(narration: Iterable[str], names: Mapping[str, str]) -> dict[str, str]:
    """The gender of people by the pronouns that follow their names in the same sentence.

    Args:
        narration: stretches of text without dialogue.
        names: who is meant by each name.

    Returns:
        The genders that are clear, by person.
    """
    if not names:
        return {}
    known = re.compile(
        "|".join(
            rf"\b{re.escape(name)}\b" if name.isascii() else re.escape(name)
            for name in sorted(names, key=len, reverse=True)
        )
    )
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    she = 0
    for text in narration:
        she += sum(text.count(letter) for letter in _HAN_SHE)
        alone = ""
        for sentence in _SENTENCE.finditer(text):
            alone = _vote(sentence.group()[:_LONGEST_SENTENCE], known, names, votes, alone)
    least = 1 if she >= _DISTINGUISHES else _LEAST_VOTES
    return {person: gender for person, count in votes.items() if (gender := _clear(count, least))}


def _vote(
    sentence: str,
    known: re.Pattern[str],
    names: Mapping[str, str],
    votes: Mapping[str, Counter[str]],
    alone: str,
) -> str:
    """Count a sentence's pronoun; ``alone`` is the only one in the sentence before, and so the answer."""
    found = list(known.finditer(sentence))
    people = {names[match.group()] for match in found}
    if not people and alone and (pronoun := _HAN_PRONOUN.match(sentence)):
        votes[alone][_said_gender(pronoun.group())] += 1
        return alone
    if len(people) != 1:
        return ""
    only = people.pop()
    if pronoun := _PRONOUNS.search(sentence, found[0].end()):
        votes[only][_said_gender(pronoun["han"] or pronoun.group())] += 1
    return only if not pronoun else ""


def _said_gender(pronoun: str) -> str:
    return "female" if pronoun.strip().lower() in _FEMALE else "male"


def _clear(votes: Counter[str], least: int) -> str:
    gender, most = votes.most_common(1)[0]
    return gender if most >= least and most >= _CLEAR * votes.total() else ""


def _english_gender(name: str) -> str:
    words = name.lower().replace(".", "").split()
    if not words:
        return ""
    for word in (words[0], words[-1]):
        if word in en.FEMALE_NOUNS or (word in en.FEMALE_NAMES and word == words[0]):
            return "female"
        if word in en.MALE_NOUNS or (word in en.MALE_NAMES and word == words[0]):
            return "male"
    return ""


def _chinese_gender(name: str) -> str:
    ends = [(name.rfind(sign) + len(sign), len(sign), "female") for sign in zh.FEMALE_SIGNS if sign in name]
    ends += [(name.rfind(sign) + len(sign), len(sign), "male") for sign in zh.MALE_SIGNS if sign in name]
    if ends:
        return max(ends)[2]  # the last word is the head: 赵太爷的太太
    female = any(letter in zh.FEMALE_LETTERS for letter in name[1:])
    male = any(letter in zh.MALE_LETTERS for letter in name[1:])
    return "" if female == male else "female" if female else "male"
