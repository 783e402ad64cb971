"""Stage 1 put together: the user's text in, sentences out, one at a time."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

from declaim.errors import MalformedTextError, NothingToSayError
from declaim.text.clauses import ClauseBuilder, opening, punctuation, sentences_of
from declaim.text.cleaning import clean
from declaim.text.lexicon import Lexicon
from declaim.text.markup import MarkedText, parse_brackets, position
from declaim.text.normalisation import Normaliser
from declaim.text.sentence import Clause, Sentence
from declaim.text.speller import Speller
from declaim.text.splitting import Stretch, split_sentences
from declaim.text.ssml import is_ssml, parse_ssml
from declaim.text.words import PlacedWord, WordReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from declaim.text.aligned import AlignedText
    from declaim.text.sentence import Language, Span

_SURROGATE = re.compile(r"[\ud800-\udfff]")
_SPEAKABLE = re.compile(r"[^\W_]")
_T = TypeVar("_T")


class TextFrontend:
    """Reads text: markup, cleaning, sentences, spoken form, phonemes, clauses.

    Args:
        lexicon: the user's own pronunciations.
        check_voice: called with each voice that markup names; raises if there is no such voice.
    """

    def __init__(
        self,
        *,
        lexicon: Lexicon | None = None,
        check_voice: Callable[[str], object] = str,
    ) -> None:
        self._spell = Speller(Normaliser(), lexicon or Lexicon({}))
        self._read_words = WordReader()
        self._check_voice = check_voice

    def read(self, text: str, *, language: Language = "zh") -> Iterator[Sentence]:
        """The sentences of a text; the spans of their clauses tile it.

        All of the markup is checked before this returns; the rest is done as sentences are taken.

        Args:
            text: plain text, Markdown or SSML.
            language: the language of what has no letters around it, such as a lone number.

        Raises:
            MalformedTextError: lone surrogates.
            MarkupError: malformed markup.
            UnknownVoiceError: markup names a voice that does not exist.
            NothingToSayError: nothing can be spoken.
        """
        _check_well_formed(text)
        ssml = is_ssml(text)
        marked = parse_ssml(text) if ssml else parse_brackets(text)
        for voice in dict.fromkeys(style.voice for _, style in marked.styles if style.voice):
            self._check_voice(voice)
        marked.text = clean(marked.text, markdown=not ssml)
        if not _SPEAKABLE.search(marked.text.text):
            raise NothingToSayError(
                "there is nothing to say: the text has no letter, digit or Chinese character",
                hint="give some text in Chinese or English",
            )
        return self._sentences(marked, len(text), language)

    def _sentences(self, marked: MarkedText, length: int, language: Language) -> Iterator[Sentence]:
        start = 0
        pauses = _Pauses(marked.pauses)
        for current, following in _with_next(_speakable(split_sentences(marked.text))):
            end = following.text.starts[0] if following else length
            words = self._read_words(self._spell(current.text, marked, language))
            if not words.placed:
                continue  # its characters fall to the sentence after it
            groups = _by_voice(words.placed, marked)
            for (voice, group), next_group in _with_next(groups):
                stop = next_group[1][0].word.span[0] if next_group else end
                clauses = list(_clauses(words.text, group, pauses, (start, stop)))
                last = next_group is None
                yield from sentences_of(clauses, voice, ends_paragraph=last and current.ends_paragraph)
                start = stop
        if start < length:
            yield Sentence((Clause((), (start, length), pause=pauses.until(length)),), ends_paragraph=True)


def _check_well_formed(text: str) -> None:
    if lone := _SURROGATE.search(text):
        line, column = position(text, lone.start())
        raise MalformedTextError(
            f"the text has a lone surrogate, U+{ord(lone.group()):04X}, at line {line}, column {column}",
            hint="decode the text as UTF-8 or UTF-16 before it is spoken",
        )


def _with_next(items: Iterable[_T]) -> Iterator[tuple[_T, _T | None]]:
    """Each item and the one after it."""
    iterator = iter(items)
    for current in iterator:
        for following in iterator:
            yield current, following
            current = following  # noqa: PLW2901 - the pair moves on by one
        yield current, None


def _speakable(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """Sentences with something to say in each: what has nothing is taken along by the one before it."""
    held: Stretch | None = None
    for stretch in stretches:
        if held is None:
            held = stretch
        elif _SPEAKABLE.search(stretch.text.text) and _SPEAKABLE.search(held.text.text):
            yield held
            held = stretch
        else:
            held = Stretch(held.text + stretch.text, held.ends_paragraph or stretch.ends_paragraph)
    if held is not None:
        yield held


def _by_voice(words: list[PlacedWord], marked: MarkedText) -> list[tuple[str | None, list[PlacedWord]]]:
    """Runs of words that one voice says, each word with the prosody that markup asks for."""
    runs = []
    for voice, group in groupby(words, key=lambda placed: marked.style_at(placed.word.span[0]).voice):
        styled = [
            replace(p, word=replace(p.word, prosody=marked.style_at(p.word.span[0]).prosody)) for p in group
        ]
        runs.append((voice, styled))
    return runs


def _clauses(spoken: AlignedText, words: list[PlacedWord], pauses: _Pauses, span: Span) -> Iterator[Clause]:
    """The clauses of one voice's words; their spans tile ``span``."""
    start, end = span
    if (lead := pauses.until(words[0].word.span[0])) is not None:
        yield Clause((), (start, start), pause=lead)
    open_clause = ClauseBuilder([], start)
    for placed, following in _with_next(words):
        open_clause.words.append(placed.word)
        gap = spoken.text[placed.end : following.start if following else placed.end + _tail(spoken, placed)]
        mark = punctuation(gap)
        boundary = spoken.starts[following.start - opening(gap)] if following else end
        pause = pauses.until(following.word.span[0] if following else end)
        if mark or pause is not None or following is None:
            boundary = max(boundary, open_clause.start)
            yield from open_clause.close(boundary, mark, pause)
            open_clause = ClauseBuilder([], boundary)


def _tail(spoken: AlignedText, placed: PlacedWord) -> int:
    """How far behind a voice's last word its punctuation reaches: up to the next letter or digit."""
    following = _SPEAKABLE.search(spoken.text, placed.end)
    return (following.start() if following else len(spoken)) - placed.end


class _Pauses:
    """The pauses that markup asks for, in order; each is given out once."""

    def __init__(self, pauses: list[tuple[int, float]]) -> None:
        self._left = sorted(pauses)[::-1]

    def until(self, offset: int) -> float | None:
        """The seconds asked for up to an offset of the user's text, beyond those given out already."""
        total: float | None = None
        while self._left and self._left[-1][0] <= offset:
            total = (total or 0.0) + self._left.pop()[1]
        return total
