"""How English says who speaks: “…,” said Anna; the old man turned and asked, “…”."""

from __future__ import annotations

import re
from collections.abc import Iterator

from declaim.studio.dialogue.english_words import (
    CHILD_NOUNS,
    FEMALE_NAMES,
    FEMALE_NOUNS,
    FUNCTION_WORDS,
    MALE_NAMES,
    MALE_NOUNS,
    NOT_NAMES,
    ONLY_WITH_PARTICLE,
    OUTRIGHT,
    SPEECH_VERBS,
    THOUGHT_VERBS,
    TITLES,
)
from declaim.studio.dialogue.mention import Mention, MentionKind, Tag

_NEAR = 240
"""Characters of narration that can belong to a quote's tag."""

_VERB = (
    r"(?i:\b(?:"
    + "|".join(sorted(SPEECH_VERBS, key=len, reverse=True))
    + "|"
    + "|".join(rf"{verb}(?=\s+{particle}\b)" for verb, particle in ONLY_WITH_PARTICLE.items())
    + r")\b)"
)
_PERSON_NOUNS = "|".join(
    sorted(
        FEMALE_NOUNS | MALE_NOUNS | CHILD_NOUNS | {"person", "stranger", "voice", "doctor"},
        key=len,
        reverse=True,
    )
)
_TITLE = rf"(?:(?i:{'|'.join(sorted(TITLES, key=len, reverse=True))})\.?\s+)"
_CAPITALISED = r"[A-Z][\w’'-]*[\w]|[A-Z]\b"
_NAME = rf"(?:{_TITLE})?(?:{_CAPITALISED})(?:\s+(?:of\s+|de\s+|von\s+|van\s+)?(?:{_CAPITALISED}))*"
_STOP = (
    r"(?:in|with|as|to|and|or|who|when|at|very|from|by|on|of|had|was|were|is|has|but|for|that|which|while|so|then"
    r"|without|after|before|again|next|out|up|down|aloud|rather|quite|over|into|under|upon|if|because|though|once"
    rf"|he|she|it|they|we|you|not|never|could|would|did|came|went|put|looked|took|\w+ly|\w+ing|{_VERB})\b"
)
_DETERMINER = r"\b(?i:the|a|an|his|her|my|their|our|this|that|another|some)\s+"
_PLAIN = rf"{_DETERMINER}(?:(?!{_STOP})[a-z][\w’-]*\s+){{0,3}}?(?:(?:{_PERSON_NOUNS})\b)"
_TAGGED_PLAIN = rf"{_DETERMINER}(?:(?!{_STOP})[a-z][\w’-]*)(?:\s+(?!{_STOP})[a-z][\w’-]*){{0,3}}"
_TITLED = rf"{_DETERMINER}(?:(?!{_STOP})[a-z][\w’-]*\s+){{0,2}}(?:{_NAME})"
_PRONOUN = r"\b(?:[Hh]e|[Ss]he|[Tt]hey|I|[Ii]t|[Ww]e)\b(?![’'])"
_OTHERS = (
    r"\b(?i:one of (?:the|them)\b(?:\s+\w+)?|the (?:other|others|first|second|third|latter)\b"
    r"|somebody|someone|everybody|all)"
)

_SUBJECT = rf"(?:{_PRONOUN}|{_OTHERS}|{_TITLED}|{_NAME}|{_TAGGED_PLAIN})"
_ACTOR = re.compile(rf"{_PRONOUN}|{_TITLED}|{_PLAIN}|{_NAME}")
_DOER = re.compile(
    rf"(?:^|[.!?;:,—-]\s+|\b(?:and|but|then|when|while|as|that|so)\s+)(?P<who>{_TITLED}|{_PLAIN}|{_NAME})\s+"
    r"(?:\w+ly\s+)?(?:was|were|had|did|could|would|said|went|came|took|gave|got|saw|knew|felt|made|ran|stood|sat"
    r"|began|turned|found|thought|put|left|held|shook|lay|rose|fell|let|kept|told|brought|\w+ed)\b"
)
_ADVERBS = (
    r"(?:\s*,?\s*(?:\w+ly|also|then|only|just|again|at last|at once|now|had|would|was|all|first|soon"
    r"|once more|still|once|quite|even|never|always|both|in a \w+ (?:tone|voice)|has|could|did"
    r"|to (?:him|her|my)self),?){0,3}\s+"
)
_INVERTED = re.compile(
    rf"[\s,—–-]*(?:and\s+|but\s+|then\s+)?(?P<verb>{_VERB})(?:\s+(?:on|out|in|back|aloud))?\s+(?P<who>{_SUBJECT})"
)
_STRAIGHT = re.compile(
    rf"[\s,—–-]*(?:(?:and|but|then|so|as|for|while|here|now),?\s+)?(?P<who>{_SUBJECT}){_ADVERBS}(?P<verb>{_VERB})"
)
_DIRECTLY_BEFORE = re.compile(rf"(?P<who>{_SUBJECT}){_ADVERBS}$")
_VERB_ANYWHERE = re.compile(_VERB)
_AFTER_VERB = re.compile(rf"(?:\s+(?:on|out|back|aloud))?\s+(?P<who>{_SUBJECT})")
_LISTENER = re.compile(rf"\s+(?:\w+ly\s+)?(?P<to>to\s+|at\s+|of\s+)?(?P<who>{_SUBJECT})")
_SENTENCE_START = re.compile(
    r"(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bDr)(?<!\bSt)(?<!\bProf)[.!?]+[”’'\")\]*]*\s+(?=[A-Z“‘\"'(])|[;\n]\s*"
)
_VOCATIVE = re.compile(
    rf"(?:^|[,.!?;—]\s+|\b(?i:oh|o|ah|well|no|yes|dear|my dear|hello|hullo|why|please"
    r"|come|good-?bye|now|sir|poor),?\s+)"
    rf"(?:my\s+dear\s+|dear\s+|old\s+|you,?\s+)?(?P<who>{_NAME})(?=\s*(?:[,!?.;—]|$))"
)
_GOVERNED = re.compile(r"\b(?:by|of|to|at|with|from|in|on|for|upon|into|over|behind|beside|near)\s+$")
_MARKS = "“”‘’\"'`«»「」『』 "


def named_subjects(text: str) -> Iterator[str]:
    """Who does something where a clause begins: Tom, Mrs. Moss, the old lady."""
    for match in _DOER.finditer(text):
        who = _mention(match["who"], match.start("who"))
        if who and who.kind is MentionKind.NAME:
            yield who.text


def has_title(name: str) -> bool:
    """Whether a name has a title, so that it can only be somebody's: Mr. Reed."""
    words = name.split()
    return len(words) > 1 and words[0].rstrip(".").lower() in TITLES


class English:
    """The grammar of speech tags in English."""

    topic_first = True

    def leading(self, told: str) -> Mention | None:  # noqa: ARG002 - a line may as well answer what is done
        """See :class:`~declaim.studio.dialogue.mention.Grammar`."""
        return None

    def is_new_scene(self, told: str) -> bool:  # noqa: ARG002 - turns end with scene breaks and headings
        """See :class:`~declaim.studio.dialogue.mention.Grammar`."""
        return False

    def leaving(self, told: str) -> list[Mention]:  # noqa: ARG002 - turns end with scene breaks and headings
        """See :class:`~declaim.studio.dialogue.mention.Grammar`."""
        return []

    def is_silent(self, told: str) -> bool:  # noqa: ARG002 - it matters only of who leads
        """See :class:`~declaim.studio.dialogue.mention.Grammar`."""
        return False

    def tag_behind(self, text: str) -> Tag | None:
        """See :class:`~declaim.studio.dialogue.mention.Grammar`."""
        near = text[:_NEAR]
        for pattern in (_INVERTED, _STRAIGHT):
            match = pattern.match(near)
            if match and (who := _mention(match["who"], match.start("who"))):
                return _tag(who, match["verb"], near[match.end() :])
        return None

    def tag_before(self, text: str) -> Tag | None:
        """See :class:`~declaim.studio.dialogue.mention.Grammar`."""
        near = text[-2 * _NEAR :].rstrip()
        if not near or near[-1] in '.!?”"*':
            return None
        sentence = near[_last_sentence(near) :]
        mentions = self.actors(sentence)
        verbs = [m for m in _VERB_ANYWHERE.finditer(sentence) if _introduces(sentence, m)]
        for verb in reversed(verbs):
            if who := _subject(sentence, verb, mentions):
                others = tuple(m for m in mentions if m.start < verb.start() and m != who)
                return _tag(who, verb.group(), sentence[verb.end() :], others)
        if mentions and near[-1] in ",:—-":
            return Tag(mentions[0], is_sure=False, others=tuple(mentions[1:]))
        return None

    def actors(self, text: str) -> list[Mention]:
        """See :class:`~declaim.studio.dialogue.mention.Grammar`."""
        found = [who for m in _ACTOR.finditer(text) if (who := _mention(m.group(), m.start()))]
        return [
            who._replace(is_object=bool(_GOVERNED.search(text, max(0, who.start - 12), who.start)))
            for who in found
        ]

    def addressed(self, quote: str) -> list[str]:
        """See :class:`~declaim.studio.dialogue.mention.Grammar`."""
        inside = quote.strip(_MARKS)
        return [
            who.text
            for m in _VOCATIVE.finditer(inside)
            if (who := _mention(m["who"], 0)) and who.kind is MentionKind.NAME
        ]


def _tag(who: Mention, verb: str, behind: str, others: tuple[Mention, ...] = ()) -> Tag:
    return Tag(who, verb.lower() in THOUGHT_VERBS, _listener(verb, behind), others=others)


def _listener(verb: str, behind: str) -> Mention | None:
    """Whom a verb's action is for: she said to Anna, she told Anna."""
    match = _LISTENER.match(behind)
    if match and (match["to"] or verb.lower() in {"told", "tells", "asked", "asks", "begged", "warned"}):
        return _mention(match["who"], match.start("who"))
    return None


def _last_sentence(text: str) -> int:
    starts = [match.end() for match in _SENTENCE_START.finditer(text)]
    return starts[-1] if starts else 0


def _introduces(sentence: str, verb: re.Match[str]) -> bool:
    """Whether a verb before a quote speaks of that quote: it is near its end, or the end is a colon."""
    if len(sentence) - verb.end() > _NEAR // 2:
        return False
    return verb.group().lower() in OUTRIGHT or sentence[-1] in ",:—-"


def _subject(sentence: str, verb: re.Match[str], mentions: list[Mention]) -> Mention | None:
    direct = _DIRECTLY_BEFORE.search(sentence[: verb.start()])
    if direct and (who := _mention(direct["who"], direct.start("who"))):
        return who
    before = [mention for mention in mentions if mention.start < verb.start()]
    before = [mention for mention in before if not mention.is_object] or before
    if before:
        return before[0]
    behind = _AFTER_VERB.match(sentence, verb.end())
    return _mention(behind["who"], behind.start("who")) if behind else None


def _mention(text: str, start: int) -> Mention | None:
    """A mention of somebody, its words put in order; None for a capitalised word that names nobody."""
    words = list(_named_words(text))
    if not words or words[-1].endswith(("'s", "’s")):
        return None
    joined = " ".join(words)
    lowered = joined.lower()
    pronoun = {"he": MentionKind.HE, "she": MentionKind.SHE, "they": MentionKind.THEY, "we": MentionKind.THEY}
    if lowered in pronoun:
        return Mention(joined, pronoun[lowered], start)
    if joined == "I":
        return Mention(joined, MentionKind.I, start)
    if lowered == "it":
        return Mention(joined, MentionKind.IT, start)
    if re.match(_OTHERS, joined):
        return Mention(joined, MentionKind.OTHER, start)
    return Mention(joined, MentionKind.NAME, start)


def _is_no_name(word: str) -> bool:
    """Whether a capitalised word before a name is none itself: Then Tom, Finally Tom."""
    lowered = word.lower()
    if lowered in FEMALE_NAMES or lowered in MALE_NAMES:
        return False
    return lowered in FUNCTION_WORDS or lowered.endswith("ly")


def _named_words(text: str) -> Iterator[str]:
    """The words that name somebody: a name without its article, or a description with it."""
    words = text.split()
    is_article = words[0].lower() in {"the", "a", "an", "this", "that", "some", "another"}
    capitalised = [i for i, word in enumerate(words) if word[0].isupper() and not (i == 0 and is_article)]
    if len(capitalised) == 1 and words[capitalised[0]].lower() in NOT_NAMES and words != ["I"]:
        if capitalised[0] or len(words) == 1:
            if words[0].lower() in {"he", "she", "they", "it", "we", "all", "one"}:
                yield words[0].lower()
            elif re.match(_OTHERS, text):
                yield from words
            return
        capitalised = []
    first = words[0].lower()
    if capitalised and (
        first in {"the", "a", "an", "this", "that", "some", "another"} or capitalised[0] == 0
    ):
        named = words[capitalised[0] :]
        while len(named) > 1 and _is_no_name(named[0]):
            named = named[1:]
        if not (len(named) == 1 and named[0].lower() in TITLES and first in {"a", "an"}):
            yield from named
            return
    yield from (words[0].lower(), *words[1:])
