"""The first two stages joined: text in; sentences out, each with the score that it is to be said by."""

from __future__ import annotations

from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING, get_args

from declaim.engines.voices import parse_blend
from declaim.prosody.expression import interpret
from declaim.prosody.pauses import Pauses
from declaim.prosody.performing import located
from declaim.prosody.reader import NoReader, load_reader
from declaim.prosody.rules import RulesReader
from declaim.stopwatch import timed, timed_items
from declaim.text.frontend import TextFrontend
from declaim.text.languages import languages_in
from declaim.text.lexicon import Lexicon
from declaim.text.sentence import Language

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from declaim.config import Config
    from declaim.manner import Manner
    from declaim.models.progress import ProgressCallback
    from declaim.models.store import ModelStore
    from declaim.prosody.reader import Reader
    from declaim.prosody.score import Score
    from declaim.text.sentence import Sentence


class Composer:
    """Reads texts. Threads may share it.

    Args:
        config: how to speak.
        store: where models are kept.
        threads: cores that each of them may use.
        reader: who writes the scores, instead of whom the configuration names.
        progress: told how far a fetch is.
        text: what will be read first, if that is known: what it needs is loaded now, all else when another
            text needs it. By default everything is loaded now.

    Raises:
        ConfigError, LexiconError: what the configuration names cannot be used.
    """

    def __init__(
        self,
        config: Config,
        store: ModelStore,
        *,
        threads: int,
        reader: Reader | None = None,
        progress: ProgressCallback | None = None,
        text: str | None = None,
    ) -> None:
        lexicon = Lexicon.load(config.lexicon) if config.lexicon else None
        self._frontend = TextFrontend(lexicon=lexicon, check_voice=parse_blend)
        self._pauses = Pauses(config.sentence_pause, config.paragraph_pause)
        languages: Collection[Language] = get_args(Language) if text is None else languages_in(text)
        self._reader = reader or load_reader(
            config, store, threads=threads, languages=languages, progress=progress
        )
        self._frontend.load(languages)

    def compose(
        self, text: str, manner: Manner, *, skip: int = 0, by_rules: bool = False
    ) -> Iterator[tuple[Sentence, Score]]:
        """Each sentence of a text, and how it is to be said.

        What is wrong with the text is raised here and now, before the first sentence.

        Args:
            text: plain text, Markdown or SSML.
            manner: how to speak it.
            skip: sentences at the beginning that are passed over, unread.
            by_rules: read without language models, even if there are some.

        Raises:
            InputError: the text cannot be used; its subclasses say why.
        """
        with timed("text"):
            sentences = self._frontend.read(text, language=manner.language)
        reader = RulesReader() if by_rules and not isinstance(self._reader, NoReader) else self._reader
        timed_sentences = timed_items("text", islice(sentences, skip, None))
        return self._composed(text, timed_items("prosody", reader.read(timed_sentences, text)), manner)

    def _composed(
        self, text: str, sentences: Iterator[tuple[Sentence, Score]], manner: Manner
    ) -> Iterator[tuple[Sentence, Score]]:
        given = manner.given
        for sentence, read in sentences:
            score = interpret(read, given, manner.expressiveness)
            said = score.prosody * manner.prosody
            pauses = score.pauses
            is_given = "pauses" in given.model_fields_set
            if not is_given:  # a reader's are those of the voice's own rate
                pauses = tuple(None if pause is None else pause / said.rate for pause in pauses)
            emphasis = located(score.emphasis, sentence, text)
            paused = self._pauses.write(sentence, is_last=sentence.span[1] == len(text))
            score = score.model_copy(update={**asdict(said), "pauses": pauses, "emphasis": emphasis})
            yield sentence if _ends(paused, score, is_given=is_given) else paused, score


def _ends(paused: Sentence, score: Score, *, is_given: bool) -> bool:
    """Whether the score's pause is the one behind the sentence, rather than the configuration's.

    One that the user gave may be any; one that was read may only be longer.
    """
    last = len(paused.clauses) - 1
    after = score.pauses[last] if len(score.pauses) > last else None
    usual = paused.clauses[last].pause or 0.0
    return after is not None and (is_given or after > usual)
