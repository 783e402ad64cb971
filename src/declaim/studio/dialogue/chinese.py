"""How Chinese says who speaks, before a quote (老王说：“…”) or behind it (“…”他笑道)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from declaim.studio.dialogue.chinese_names import ClauseStarts, is_person, may_be_name
from declaim.studio.dialogue.chinese_phrases import (
    LONGEST_SUBJECT,
    SENTENCE_END,
    VERB,
    after_leading,
    is_quoted,
    mention_of,
    noun_phrase,
)
from declaim.studio.dialogue.chinese_scenes import (
    APPEARS,
    DESCRIBED,
    GROUP,
    KIN,
    LEAVES,
    NEW_SCENE,
    NOTE_MARK,
    SEES,
    SILENT,
    SOMEBODY,
    VOICE,
)
from declaim.studio.dialogue.chinese_words import (
    FIRST,
    HE,
    SHE,
    THEY,
    THOUGHT_VERBS,
    WEAK_VERBS,
)
from declaim.studio.dialogue.mention import Mention, MentionKind, Tag

_NEAR = 200
"""Characters of narration that can belong to a quote's tag."""
_NEAR_CLAUSES = 3
"""Clauses of a sentence behind a quote in which its tag can be."""
_CLAUSE = re.compile(r"[^，,、：:；;。！？\n]+")
_LISTENER = re.compile(
    r"(?:对着?|向着?|朝|跟|问|告诉|和|吩咐|嘱咐)(?P<who>[\u3400-\u9fffA-Za-zＱ]{1,6}?)(?=说|道|问|喊|叫|笑|大|低|：|，|$)"
)
_AT_END = re.compile(
    r"的(?P<who>(?:一个|那个)?[^的，]{0,8}(?:的人|女人|男人|孩子|老头子|老头|汉子|先生|太太))$"
)
"""Somebody at the end of a clause that describes where they are: 坐在后排的一个二十多岁的人."""
_NO_SUBJECT = frozenset("将把被在向对从给跟和同")
_SENTENCE_ENDS = frozenset("。！？；!?;…\n”」』 ")
_VOCATIVE = re.compile(r"(?:^|[，。！？、…—\s])(?P<who>[\u3400-\u9fffA-Za-zＱ]{2,5})(?=[，！。？、…—]|$)")
_GOVERNS = frozenset("对向朝跟给把被和与同着替为问叫请见看听到")
"""Behind these stands not who does something, but whom it is done to."""
_MARKS = "“”‘’\"'`«»「」『』 　"
_NOT_SPEECH = re.compile(
    r"^(?:说|叫|问|想|讲)(?:不|得|起来|到|起|书|话|明|是|做|作|人|来说)|知道|难道|听说|据说|虽说|传说|或者说|也就是说|大道|街道|一道|道路|味道|道理|报道说"
)


class Chinese:
    """The grammar of speech tags in Chinese.

    Args:
        names: of people who are known to speak.
        starts: how the book's clauses begin, by which other names are found; without it, and where it knows
            nothing, parts of speech decide.
    """

    def __init__(self, names: Iterable[str] = (), starts: ClauseStarts | None = None) -> None:
        self._starts = starts
        known = sorted({name for name in names if len(name) > 1}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None
        self._pronouns = re.compile("|".join(sorted(HE | SHE | THEY | FIRST, key=len, reverse=True)))

    topic_first = False

    def leading(self, told: str) -> Mention | None:
        """See :class:`~declaim.studio.dialogue.mention.Grammar`."""
        near = told[-_NEAR:]
        clauses = [(m.start(), m.group()) for m in _CLAUSE.finditer(near)]
        return self._subject(near, clauses, len(clauses[-1][1])) if clauses else None

    def is_new_scene(self, told: str) -> bool:
        """See :class:`~declaim.studio.dialogue.mention.Grammar`."""
        return bool(NEW_SCENE.match(told))

    def leaving(self, told: str) -> list[Mention]:
        """See :class:`~declaim.studio.dialogue.mention.Grammar`."""
        found = []
        for sentence in re.finditer(r"[^。！？；!?;\n]+", told):
            if LEAVES.search(sentence.group()) and (first := self._actors(sentence.group(), 0)[:1]):
                found += first
        return found

    def is_silent(self, told: str) -> bool:
        """See :class:`~declaim.studio.dialogue.mention.Grammar`."""
        sentences = SENTENCE_END.split(told.rstrip("。！？；!?;…\n”」』 "))
        return bool(SILENT.search(sentences[-1]))

    def tag_behind(self, text: str) -> Tag | None:
        """See :class:`~declaim.studio.dialogue.mention.Grammar`."""
        near = text[:_NEAR].lstrip("，, ")
        end = SENTENCE_END.search(near)
        sentence = near[: end.start()] if end else near
        if not sentence:
            return None
        if voice := VOICE.match(sentence):
            return Tag(mention_of(voice["who"], voice.start("who")))
        if GROUP.match(sentence):
            return Tag(Mention("", MentionKind.THEY, 0))
        if tag := self._tag(sentence, closes=True):
            return tag
        who = self._subject_at(sentence, 0)
        return Tag(who, is_sure=False) if who and who.kind is MentionKind.NAME and not who.start else None

    def tag_before(self, text: str) -> Tag | None:
        """See :class:`~declaim.studio.dialogue.mention.Grammar`."""
        near = text[-_NEAR:].rstrip()
        if not near or near[-1] in "。！？；!?;”」":
            return None
        return self._tag(near, closes=False)

    def actors(self, text: str) -> list[Mention]:
        """See :class:`~declaim.studio.dialogue.mention.Grammar`."""
        found = []
        for sentence in re.finditer(r"[^。！？；!?;\n]+", text):
            found += self._actors(sentence.group(), sentence.start())
        return found

    def addressed(self, quote: str) -> list[str]:
        """See :class:`~declaim.studio.dialogue.mention.Grammar`."""
        return [match["who"] for match in _VOCATIVE.finditer(quote.strip(_MARKS))]

    def _actors(self, sentence: str, offset: int) -> list[Mention]:
        mentions = []
        position = after_leading(sentence)
        first = self._subject_at(sentence, position)
        if first:
            mentions.append(first)
            position = first.start + len(first.text)
        mentions += self._mentioned(sentence, position)
        return [mention._replace(start=mention.start + offset) for mention in mentions]

    def _mentioned(self, sentence: str, position: int) -> list[Mention]:
        """People known and pronouns, wherever they stand."""
        found = [(m.start(), m.group()) for m in self._pronouns.finditer(sentence, position)]
        if self._known:
            found += [(m.start(), m.group()) for m in self._known.finditer(sentence, position)]
        return [
            mention_of(text, start)
            for start, text in sorted(found)
            if sentence[start - 1 : start] not in _GOVERNS
            and not sentence.startswith("的", start + len(text))
            and not (text in FIRST and KIN.match(sentence, start + len(text)))
        ]

    def _tag(self, sentence: str, *, closes: bool) -> Tag | None:
        """Who speaks by a sentence; ``closes``: it stands behind the quote and begins with the speaker."""
        clauses = [(m.start(), m.group()) for m in _CLAUSE.finditer(sentence)]
        for index in range(len(clauses) - 1, -1 if closes else max(-1, len(clauses) - 4), -1):
            start, clause = clauses[index]
            verb = self._speech_verb(clause, is_last=index == len(clauses) - 1)
            if verb is None or (closes and index >= _NEAR_CLAUSES):
                continue
            who = self._subject(sentence, clauses[: index + 1], verb.start())
            if who is None:
                return None
            others = tuple(
                m
                for m in self._mentioned(sentence, 0)
                if m.start < start + verb.start() and m.text != who.text
            )
            heard = _LISTENER.search(clause)
            listener = mention_of(heard["who"], 0) if heard and heard["who"] != who.text else None
            return Tag(who, verb.group() in THOUGHT_VERBS, listener, others=others)
        if closes or not clauses or sentence[-1] not in "：:":
            return None
        who = self._subject(sentence, clauses, len(clauses[-1][1]))
        return Tag(who, is_sure=False) if who else None

    def _speech_verb(self, clause: str, *, is_last: bool) -> re.Match[str] | None:
        """The last verb of speech in a clause, if nothing but a particle or an object is behind it."""
        found = None
        for match in VERB.finditer(clause):
            if _NOT_SPEECH.match(clause, match.start()) or clause[
                max(0, match.start() - 1) : match.end()
            ] in {"知道", "难道", "听说", "街道", "味道"}:
                continue
            if match.group() in WEAK_VERBS and not is_last:
                continue
            found = match
        if found is None or len(clause) - found.end() > LONGEST_SUBJECT:
            return None
        return found

    def _subject(self, sentence: str, clauses: list[tuple[int, str]], verb: int) -> Mention | None:
        """The subject of a verb in the last of some clauses: in that clause, or in one before it."""
        last = len(clauses) - 1
        for index in range(last, -1, -1):
            start, clause = clauses[index]
            if index < last and is_quoted(sentence, start):
                continue
            text = clause[:verb] if index == last else clause
            if GROUP.match(text):
                return Mention("", MentionKind.THEY, start)
            if index == last and SOMEBODY.search(text):
                return Mention("", MentionKind.OTHER, start)
            begins = start == 0 or sentence[start - 1] in _SENTENCE_ENDS
            who = self._seen(clause) if index == last - 1 else None
            who = who or self._appearing(text) or self._subject_at(text, after_leading(text))
            if who and (who.is_known or begins or index == last):
                return who._replace(start=start + who.start)
        return None

    def _seen(self, clause: str) -> Mention | None:
        """Whom a clause says that somebody sees or hears: what follows may be about them."""
        sees = SEES.search(clause)
        if not sees:
            return None
        known = list(self._known.finditer(sees["whom"])) if self._known else []
        known = [name for name in known if not sees["whom"].startswith("的", name.end())]
        if known:
            return mention_of(known[-1].group(), sees.start("whom") + known[-1].start())
        whom = self._subject_at(sees["whom"], 0) if sees["whom"][:1] not in HE | SHE else None
        return whom._replace(start=sees.start("whom") + whom.start) if whom and not whom.is_known else None

    @staticmethod
    def _appearing(clause: str) -> Mention | None:
        """Somebody new at the end of a clause: 坐着一个红衣女子."""
        appears = APPEARS.search(clause)
        if not appears or not is_person(appears["head"]):
            return None
        return mention_of(appears["head"], appears.start("head"))._replace(is_known=False)

    def _phrase(self, window: str) -> str:
        """The name or the description of somebody that a text begins with; empty if it is of nobody."""
        if described := DESCRIBED.match(window):
            return described.group()
        name = self._starts.name_at(window) if self._starts else ""
        if name and self._starts and (self._starts.is_name(name) or is_person(name)):
            return name
        phrase = noun_phrase(window)
        return phrase if is_person(phrase) or may_be_name(phrase) else ""

    def _apposed(self, window: str, end: int) -> Mention | None:
        """A name right behind a description: 伊的儿媳七斤嫂子."""
        note = NOTE_MARK.match(window, end)
        start = note.end() if note else end
        match = self._known.match(window, start) if self._known else None
        return mention_of(match.group(), start) if match else None

    def _subject_at(self, text: str, position: int) -> Mention | None:
        """The noun or pronoun that begins at an offset, if it can be somebody."""
        window = text[position : position + 2 * LONGEST_SUBJECT]
        phrase = self._phrase(window)
        for pattern in (self._known, self._pronouns):
            match = pattern.match(window) if pattern else None
            if match and not (window.startswith("的", match.end()) and is_person(phrase)):
                same = self._apposed(window, match.end()) if "的" in match.group() else None
                if same:
                    return same._replace(start=position + same.start)
                return mention_of(match.group(), position)
        if phrase and (same := self._apposed(window, len(phrase))):
            return same._replace(start=position + same.start)
        if not phrase or phrase[0] in _NO_SUBJECT:
            described = _AT_END.search(text[position:])
            phrase = described["who"] if described else ""
            if not phrase:
                return None
            position += described.start("who") if described else 0
        return mention_of(phrase, position)._replace(is_known=False)
