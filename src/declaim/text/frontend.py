"""Stage 1 put together: the user's text in, sentences out, one at a time."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from declaim.errors import InputError, MalformedTextError, NothingToSayError
from declaim.text.characters import HAN
from declaim.text.clauses import ClauseBuilder, opening, punctuation, sentences_of
from declaim.text.cleaning import clean
from declaim.text.lexicon import Lexicon
from declaim.text.markup import MarkedText, parse_brackets, position
from declaim.text.normalisation import Normaliser
from declaim.text.sentence import Clause, Sentence
from declaim.text.speller import Speller
from declaim.text.splitting import Extent, is_abbreviation, split_sentences
from declaim.text.ssml import is_ssml, parse_ssml
from declaim.text.words import PlacedWord, WordReader, WordsInText

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from declaim.text.aligned import AlignedText
    from declaim.text.sentence import Language, Span

_T = TypeVar("_T")
_VoicedClause: TypeAlias = "tuple[str | None, Clause]"

_SURROGATE = re.compile(r"[\ud800-\udfff]")
_SPEAKABLE = re.compile(r"[^\W_]")
_BROKEN_HAN = re.compile(rf"(?<=[{HAN}，、；：])\n(?=[{HAN}“‘「『（《])")
_NO_BRACKETS = str.maketrans("", "", "()（）")
_LINE_BREAK = re.compile(r"\n+")


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

    def load(self, languages: Collection[Language]) -> None:
        """Load now what is needed for some languages; otherwise it is loaded as a text needs it."""
        self._read_words.load(languages)

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
            NothingToSayError: nothing can be spoken (from the iterator, if only phonemising shows it).
        """
        marked = read_markup(text, self._check_voice)
        return self._sentences(marked, len(text), language)

    def _sentences(self, marked: MarkedText, length: int, language: Language) -> Iterator[Sentence]:
        start = 0
        pauses = _Pauses(marked.pauses)
        for current, following in _with_next(_speakable(marked)):
            sentence = _unwrapped(marked.text[current.start : current.end])
            words = self._read_words(self._spell(sentence, marked, language))
            if not words.placed:
                continue  # its characters fall to the sentence after it
            end = marked.text.starts[following.start] if following else length
            yield from _by_voice(_clauses(words, marked, pauses, (start, end)), current.ends_paragraph)
            start = end
        if start == 0:
            raise _nothing_to_say()
        if start < length:
            yield Sentence((Clause((), (start, length), pause=pauses.until(length)),), ends_paragraph=True)


def read_markup(text: str, check_voice: Callable[[str], object]) -> MarkedText:
    """A text freed of markup and of what is not read; all that can be wrong with it at first sight is said.

    Raises:
        InputError: as for :meth:`TextFrontend.read`.
    """
    _check_well_formed(text)
    ssml = is_ssml(text)
    marked = parse_ssml(text) if ssml else parse_brackets(text)
    _check_voices(marked.voices, text, check_voice)
    marked.text = clean(marked.text, markdown=not ssml)
    if not _SPEAKABLE.search(marked.text.text):
        raise _nothing_to_say()
    return marked


def _check_voices(voices: dict[str, int], text: str, check_voice: Callable[[str], object]) -> None:
    for voice, offset in voices.items():
        try:
            check_voice(voice)
        except InputError as error:
            line, column = position(text, offset)
            raise type(error)(f"{error} (line {line}, column {column})", hint=error.hint) from error


def _check_well_formed(text: str) -> None:
    if lone := _SURROGATE.search(text):
        line, column = position(text, lone.start())
        raise MalformedTextError(
            f"the text has a lone surrogate, U+{ord(lone.group()):04X}, at line {line}, column {column}",
            hint="decode the text as UTF-8 or UTF-16 before it is spoken",
        )


def _nothing_to_say() -> NothingToSayError:
    return NothingToSayError(
        "there is nothing to say: the text has no letter, digit or Chinese character",
        hint="give some text in Chinese or English",
    )


def _with_next(items: Iterable[_T]) -> Iterator[tuple[_T, _T | None]]:
    """Each item and the one after it."""
    iterator = iter(items)
    for current in iterator:
        for following in iterator:
            yield current, following
            current = following  # noqa: PLW2901 - the pair moves on by one
        yield current, None


def _speakable(marked: MarkedText) -> Iterator[Extent]:
    """Sentences with something to say in them; what stands between them is passed over."""
    text = marked.text.text
    extents = split_sentences(
        text, is_joined=marked.is_joined, lines_are_sentences=marked.lines_are_sentences
    )
    held: Extent | None = None
    for extent in extents:
        if _SPEAKABLE.search(text, extent.start, extent.end):
            if held:
                yield held
            held = extent
        elif held and extent.ends_paragraph:
            held = held._replace(ends_paragraph=True)
    if held:
        yield held


def _unwrapped(sentence: AlignedText) -> AlignedText:
    """A sentence on one line. Chinese has no spaces, so a line break inside it leaves none."""
    return sentence.sub(_BROKEN_HAN, "").sub(_LINE_BREAK, " ")


def _by_voice(clauses: Iterable[_VoicedClause], ends_paragraph: bool) -> Iterator[Sentence]:  # noqa: FBT001
    """A sentence for each voice that has a part in it."""
    runs = [(voice, [clause for _, clause in run]) for voice, run in groupby(clauses, key=itemgetter(0))]
    for index, (voice, run) in enumerate(runs, 1):
        yield from sentences_of(run, voice, ends_paragraph=ends_paragraph and index == len(runs))


def _clauses(words: WordsInText, marked: MarkedText, pauses: _Pauses, span: Span) -> Iterator[_VoicedClause]:
    """The clauses of a sentence, each said by one voice; their spans tile ``span``."""
    start, end = span
    spoken, first = words.text, words.placed[0].word
    styles = [marked.style_at(placed.word.span[0]) for placed in words.placed]
    if (lead := pauses.until(first.span[0])) is not None:
        yield styles[0].voice, Clause((), (start, start), pause=lead)
    builder = ClauseBuilder([], start)
    for (placed, following), (style, next_style) in zip(
        _with_next(words.placed), _with_next(styles), strict=True
    ):
        word = replace(placed.word, prosody=style.prosody, emphasis=style.emphasis)
        mark = _mark_after(spoken.text, placed, following)
        if following and following.word.shares_stretch(word):
            builder.words.append(replace(word, phonemes=word.phonemes + mark))
            continue
        builder.words.append(word)
        pause = pauses.until(following.word.span[0] if following else end)
        if mark or pause or following is None or (next_style and next_style.voice != style.voice):
            boundary = _boundary(spoken, placed, following, end)
            for clause in builder.close(max(boundary, builder.start), mark, pause):
                yield style.voice, clause
            builder = ClauseBuilder([], max(boundary, builder.start))


def _mark_after(spoken: str, placed: PlacedWord, following: PlacedWord | None) -> str:
    """The punctuation behind a word."""
    if following is None:
        return punctuation(spoken[placed.end :].translate(_NO_BRACKETS))  # which part words only
    gap = spoken[placed.end : following.start]
    mark = punctuation(gap)
    if mark == "." and gap.startswith(".") and is_abbreviation(spoken, placed.end):
        return ""
    return mark


def _boundary(spoken: AlignedText, placed: PlacedWord, following: PlacedWord | None, end: int) -> int:
    """Where, in the user's text, a clause that ends between two words ends: before what opens the next."""
    if following is None:
        return end
    gap = spoken.text[placed.end : following.start]
    return min(end, max(spoken.starts[following.start - opening(gap)], placed.word.span[1]))


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
