"""The second reader: a larger language model behind an OpenAI-compatible endpoint, asked for scores."""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from declaim.prosody.backoff import Backoff
from declaim.prosody.chat_endpoint import EndpointError
from declaim.prosody.chat_request import AnswerError, messages, schema, scores
from declaim.prosody.reading import reading_of
from declaim.prosody.rules import rule_score

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from declaim.prosody.chat_endpoint import ChatEndpoint
    from declaim.prosody.reader import Reader
    from declaim.prosody.score import Score
    from declaim.text.sentence import Sentence

logger = logging.getLogger(__name__)

_MOST = 8
"""Sentences in one call."""
_REMEMBERED = 4
"""Sentences before a call's that are sent as context."""
_REMINDED = 2
"""Of them, those that the other reader reads again for the same purpose: it takes its time for each."""


@dataclass(frozen=True, slots=True)
class _Call:
    """Some sentences of a text, and the question about them that is under way."""

    before: tuple[Sentence, ...]
    sentences: tuple[Sentence, ...]
    began: float
    answer: Future[tuple[list[Score], float]] | None
    """The scores and the seconds that they took. None: nothing was asked."""


class ChatReader:
    """Reads sentences with a chat model, on top of the rules; another reader stands in wherever it fails.

    While the sentences of one call are spoken, the next call is under way. The first is about one sentence,
    so that speech begins soon; later ones are about more, as long as answers take less than half the time
    they may.

    Args:
        endpoint: where the model is.
        fallback: reads what the endpoint does not answer in time.
        timeout: seconds for each call.
    """

    def __init__(self, endpoint: ChatEndpoint, fallback: Reader, *, timeout: float) -> None:
        self._endpoint = endpoint
        self._fallback = fallback
        self._timeout = timeout
        self._backoff = Backoff()
        self._warned = False

    def read(self, sentences: Iterable[Sentence], text: str) -> Iterator[tuple[Sentence, Score]]:
        """Each sentence with its score, in the light of those before it."""
        waiting = iter(sentences)
        many = 1
        call = self._begin((), tuple(islice(waiting, many)))
        while call.sentences:
            found, took = self._finish(call)
            if found is None and call.answer is not None:
                many = max(1, many // 2)
            elif took < self._timeout / 2:
                many = min(_MOST, many * 2)
            before = (*call.before, *call.sentences)[-_REMEMBERED:]
            following = self._begin(before, tuple(islice(waiting, many)))
            if found is None:
                yield from self._read_otherwise(call, text)
            else:
                yield from _on_rules(call, found, text)
            call = following

    def _begin(self, before: tuple[Sentence, ...], sentences: tuple[Sentence, ...]) -> _Call:
        """Ask about sentences, unless the endpoint is to be left alone."""
        began = time.monotonic()
        if not sentences or self._backoff.is_resting:
            return _Call(before, sentences, began, None)
        until = began + self._timeout
        answer: Future[tuple[list[Score], float]] = Future()

        def work() -> None:
            try:
                answer.set_result((self._ask(before, sentences, until), time.monotonic() - began))
            except BaseException as error:  # noqa: BLE001 - it is raised again where it is waited for
                answer.set_exception(error)

        # A thread of its own: nothing else bounds a name's resolution, nor headers that come drop by drop.
        threading.Thread(target=work, daemon=True, name="chat").start()
        return _Call(before, sentences, began, answer)

    def _ask(self, before: Sequence[Sentence], sentences: Sequence[Sentence], until: float) -> list[Score]:
        readings = [reading_of(each) for each in sentences]
        question = messages(readings, [reading_of(each) for each in before])
        answer = self._endpoint.ask(question, schema(len(readings)), until)
        return scores(answer, readings, [len(each.clauses) for each in sentences])

    def _finish(self, call: _Call) -> tuple[list[Score] | None, float]:
        """The scores of a call and the seconds that they took; None if they do not come by its deadline."""
        if call.answer is None:
            return None, 0.0
        try:
            left = call.began + self._timeout - time.monotonic()
            found, took = call.answer.result(timeout=max(left, 0))
        except (EndpointError, AnswerError) as error:
            self._failed(str(error), error.wait if isinstance(error, EndpointError) else 0.0)
        except TimeoutError:
            self._failed("it took too long")
        except Exception as error:  # noqa: BLE001 - whatever else a library raises, speech goes on
            self._failed(f"{type(error).__name__}: {error}")
        else:
            self._backoff.succeeded()
            return found, took
        return None, 0.0

    def _failed(self, why: str, wait: float = 0.0) -> None:
        self._backoff.failed(wait)
        level = logging.DEBUG if self._warned else logging.WARNING
        self._warned = True
        logger.log(level, "the chat model gives no scores, so another reader stands in: %s", why)

    def _read_otherwise(self, call: _Call, text: str) -> Iterator[tuple[Sentence, Score]]:
        """What the other reader says of a call's sentences, in the light of those before."""
        before = call.before[-_REMINDED:]
        return islice(self._fallback.read((*before, *call.sentences), text), len(before), None)


def _on_rules(call: _Call, found: Sequence[Score], text: str) -> Iterator[tuple[Sentence, Score]]:
    """A call's sentences; what the model did not speak of is as the rules have it."""
    previous = call.before[-1] if call.before else None
    for sentence, score in zip(call.sentences, found, strict=True):
        begins_paragraph = previous is None or previous.ends_paragraph
        yield sentence, rule_score(sentence, text, begins_paragraph=begins_paragraph).with_given(score)
        previous = sentence
