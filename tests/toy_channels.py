"""Channels that say a tone for each word, so that what was said can be read from the audio."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from declaim.acoustic.frames import SAMPLE_RATE
from declaim.audio.chunk import AudioChunk
from declaim.engines.to_say import ToSay
from declaim.errors import EngineError
from declaim.prosody.score import Score
from declaim.text.sentence import Clause, Sentence, Span, Word
from declaim.timings import WordTiming

WORD = SAMPLE_RATE // 10
"""Samples of a word."""
_LOWEST, _STEP = 300, 20
"""Hz. A word's length has whole periods of all tones."""

Parts = Sequence[Sequence[Word]]


def text_of(sentences: int, *, clauses: int = 3, words: int = 2) -> str:
    """Every word is the letter w and its number in the text."""
    numbers = iter(range(sentences * clauses * words))
    lines = (
        ", ".join(" ".join(f"w{next(numbers):03}" for _ in range(words)) for _ in range(clauses)) + ". "
        for _ in range(sentences)
    )
    return "".join(lines)


def sentences_of(text: str) -> list[Sentence]:
    """As stage 1 would read such a text."""
    sentences, start = [], 0
    for end in [min(place + 2, len(text)) for place, letter in enumerate(text) if letter == "."]:
        sentences.append(_sentence(text, (start, end)))
        start = end
    return sentences


def to_say(text: str, number: int = 0, **score: object) -> ToSay:
    return ToSay(sentences_of(text)[number], Score.model_validate(score), "zf_toy")


def _sentence(text: str, span: Span) -> Sentence:
    clauses, start = [], span[0]
    for clause in text[slice(*span)].split(", "):
        end = min(start + len(clause) + 2, span[1])
        places = [place for place in range(start, end) if text[place] == "w"]
        words = tuple(Word((at, at + 4), text[at : at + 4], "abc", "en") for at in places)
        clauses.append(Clause(words, (start, end)))
        start = end
    return Sentence(tuple(clauses))


def tone(number: int, amplitude: float) -> NDArray[np.float32]:
    phase = 2 * np.pi * (_LOWEST + _STEP * number) * np.arange(WORD) / SAMPLE_RATE
    return (amplitude * np.sin(phase)).astype(np.float32)


def chunk_of(clauses: Iterable[Clause], amplitude: float = 0.2) -> AudioChunk:
    """Some clauses as they sound."""
    said = list(clauses)
    words = [word for clause in said for word in clause.words]
    samples = [tone(int(word.spoken[1:]), amplitude) for word in words]
    timings = (
        WordTiming("", word.span, at * WORD / SAMPLE_RATE, (at + 1) * WORD / SAMPLE_RATE)
        for at, word in enumerate(words)
    )
    silence = [np.zeros(round((clause.pause or 0) * SAMPLE_RATE), np.float32) for clause in said]
    span = said[0].span[0], said[-1].span[1]
    return AudioChunk(np.concatenate([*samples, *silence]), SAMPLE_RATE, span, tuple(timings))


def heard(chunks: Iterable[AudioChunk]) -> list[str]:
    """The words in some audio, in order."""
    samples = np.concatenate([chunk.samples for chunk in chunks])
    frames = samples[: len(samples) // WORD * WORD].reshape(-1, WORD)
    loud = frames[np.sqrt(np.mean(frames**2, axis=1)) > 1e-3]
    peaks = np.abs(np.fft.rfft(loud, axis=1)).argmax(axis=1) * SAMPLE_RATE / WORD
    return [f"w{round((peak - _LOWEST) / _STEP):03}" for peak in peaks]


def pieces(sentence: Sentence, size: int = 1) -> Iterator[tuple[Clause, ...]]:
    """The chunks in which a sentence is said: so many clauses each; 0 cuts the first clause in two."""
    clauses = sentence.clauses
    if size == 0:
        first, *others = clauses
        cut = len(first.words) // 2
        if cut:
            at = first.words[cut].span[0]
            yield (replace(first, words=first.words[:cut], span=(first.span[0], at)),)
            first = replace(first, words=first.words[cut:], span=(at, first.span[1]))
        clauses, size = (first, *others), 1
    for start in range(0, len(clauses), size):
        yield clauses[start : start + size]


async def hang() -> None:
    await asyncio.Event().wait()


async def hang_on() -> None:
    """Does not go when it is told to."""
    try:
        await hang()
    finally:
        await asyncio.sleep(1)


def _with(chunk: AudioChunk, samples: NDArray[Any]) -> AudioChunk:
    return replace(chunk, samples=samples)


def _noise(length: int) -> NDArray[np.float32]:
    return np.random.default_rng(7).uniform(-1, 1, length).astype(np.float32)


_SPOILERS: dict[str, Callable[[AudioChunk], AudioChunk]] = {
    "silence": lambda chunk: _with(chunk, np.zeros_like(chunk.samples)),
    "nan": lambda chunk: _with(
        chunk, np.where(np.arange(len(chunk.samples)) == 99, np.float32(np.nan), chunk.samples)
    ),
    "loud": lambda chunk: _with(chunk, chunk.samples * np.float32(32768)),
    "noise": lambda chunk: _with(chunk, _noise(len(chunk.samples))),
    "double": lambda chunk: _with(chunk, chunk.samples.astype(np.float64)),
    "stereo": lambda chunk: _with(chunk, np.stack([chunk.samples, chunk.samples], axis=1)),
    "rate": lambda chunk: replace(chunk, sample_rate=22_050),
    "long": lambda chunk: _with(chunk, np.tile(chunk.samples, 40)),
    "short": lambda chunk: replace(chunk, samples=chunk.samples[:99], words=()),
    "elsewhere": lambda chunk: replace(chunk, span=(chunk.span[0] + 1, chunk.span[1])),
    "beyond": lambda chunk: replace(chunk, span=(chunk.span[0], chunk.span[1] + 99)),
    "within a word": lambda chunk: replace(chunk, span=(chunk.span[0], chunk.span[0] + 2)),
    "times": lambda chunk: replace(chunk, words=tuple(replace(word, end=99.0) for word in chunk.words)),
    "other words": lambda chunk: replace(
        chunk, words=tuple(replace(word, span=(900, 904)) for word in chunk.words)
    ),
}
GARBAGE = tuple(_SPOILERS)


def spoilt(chunk: AudioChunk, how: str) -> AudioChunk:
    """The chunk as a broken engine might give it."""
    return _SPOILERS[how](chunk)


class ToyChannel:
    """Says tones, and does something else at some words.

    Args:
        faults: by the number of a word: ``raise``, ``hang``, ``hang on``, ``end``, one of `GARBAGE`, or an
            exception. Each happens whenever the word is about to be said.
    """

    def __init__(
        self,
        name: str,
        faults: dict[int, str | Exception] | None = None,
        *,
        size: int = 1,
        amplitude: float = 0.2,
        price: float = 0.0,
        is_cloud: bool = False,
        lacking: Callable[[Sentence], tuple[Span, ...]] = lambda _: (),
    ) -> None:
        self.name = name
        self.is_cloud = is_cloud
        self.faults = faults or {}
        self.calls: list[ToSay] = []
        self._size = size
        self._amplitude = amplitude
        self._price = price
        self._lacking = lacking

    def lacks(self, sentence: Sentence) -> tuple[Span, ...]:
        return self._lacking(sentence)

    def cost(self, said: ToSay) -> float:
        return self._price * sum(1 for _ in said.words)

    async def speak(self, said: ToSay, started: Callable[[], None]) -> AsyncGenerator[AudioChunk]:
        self.calls.append(said)
        for clauses in pieces(said.sentence, self._size):
            started()
            await asyncio.sleep(0)
            chunk = chunk_of(clauses, self._amplitude)
            numbers = [int(word.spoken[1:]) for clause in clauses for word in clause.words]
            fault = next((self.faults[number] for number in numbers if number in self.faults), None)
            match fault:
                case None:
                    pass
                case Exception():
                    raise fault
                case "raise":
                    raise EngineError("the toy broke")
                case "hang":
                    await hang()
                case "hang on":
                    await hang_on()
                case "end":
                    return
                case garbage:
                    chunk = spoilt(chunk, garbage)
            yield chunk
        started()
