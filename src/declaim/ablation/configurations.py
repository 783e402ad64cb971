"""The configurations of the table: each but the first changes one thing of one above it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from declaim.ablation.whole_text import joined
from declaim.ablation.without_cache import PassageWithoutCache
from declaim.composer import Composer
from declaim.engines.fastspeech.engine import FastSpeechEngine
from declaim.engines.kokoro import KokoroEngine
from declaim.prosody.embedded import EmbeddedReader
from declaim.prosody.emotion_reader import EmotionReader
from declaim.prosody.language_model.model import LanguageModel

if TYPE_CHECKING:
    from declaim.audio.chunk import AudioChunk
    from declaim.config import Config
    from declaim.engines.engine import Engine
    from declaim.manner import Manner
    from declaim.models.progress import ProgressCallback
    from declaim.models.store import ModelStore
    from declaim.prosody.reader import Reader

EngineName: TypeAlias = Literal["kokoro", "fastspeech"]


@dataclass(frozen=True, slots=True)
class Configuration:
    """One way to speak a text."""

    name: str
    """What it changes."""
    base: int | None
    """The index of the configuration that it changes; the first one changes none."""
    composer: Composer
    engine: Engine
    whole: int | None
    """Phonemes up to which sentences are joined to one, and vocoded in one piece; None leaves them alone."""
    is_streamed: bool = False
    """Whether each clause is heard as soon as it is made, rather than when all are."""

    def speak(self, text: str, manner: Manner) -> Iterator[AudioChunk]:
        """The audio of a text.

        Raises:
            InputError: the text cannot be spoken.
            EngineError: a model failed.
        """
        chunks = self._chunks(text, manner)
        return chunks if self.is_streamed else iter(list(chunks))

    def _chunks(self, text: str, manner: Manner) -> Iterator[AudioChunk]:
        composed = self.composer.compose(text, manner)
        if self.whole is not None:
            composed = joined(composed, self.whole)
        for number, (sentence, score) in enumerate(composed):
            soon = self.is_streamed and not number
            yield from self.engine.speak(sentence, score, sentence.voice or manner.voice, soon=soon)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """What an engine brings to the table."""

    vocoder: str
    light_vocoder: str
    keeps_light_vocoder: bool
    """Whether the configurations below have it, too: only if it is faster."""
    whole: int
    """Phonemes that the acoustic model takes at once."""
    load: Callable[[Config, ModelStore, int, ProgressCallback | None], tuple[Engine, Engine]]
    """Loads the engine with either vocoder."""


def configurations(
    engine: EngineName,
    config: Config,
    store: ModelStore,
    *,
    threads: int,
    progress: ProgressCallback | None = None,
) -> list[Configuration]:
    """Load what all of them need.

    Args:
        engine: which of them.
        config: what of it is the same for all: language model, pauses, lexicon.
        store: where models are kept.
        threads: cores that each model may use.
        progress: told how far a fetch is.

    Raises:
        ModelError: a model cannot be had.
    """
    candidate = _CANDIDATES[engine]
    default, light = candidate.load(config, store, threads, progress)
    readers = load_readers(config, store, threads=threads, progress=progress)
    remembering, forgetting = (Composer(config, store, threads=threads, reader=reader) for reader in readers)
    kept, base = (light, 1) if candidate.keeps_light_vocoder else (default, 0)
    name = f"{candidate.vocoder}, whole text, no cache"
    first = Configuration(name, None, forgetting, default, candidate.whole)
    lighter = replace(first, name=candidate.light_vocoder, base=0, engine=light)
    cached = replace(first, name="KV cache", base=base, engine=kept, composer=remembering)
    split = replace(cached, name="split at 128 tokens", base=2, whole=None)
    streamed = replace(split, name="clause streaming", base=3, is_streamed=True)
    return [first, lighter, cached, split, streamed]


def load_readers(
    config: Config, store: ModelStore, *, threads: int, progress: ProgressCallback | None = None
) -> tuple[Reader, Reader]:
    """The reader that ``prosody = "llm"`` names, and the same one without a KV cache.

    Raises:
        ModelError: a model cannot be had.
    """
    file = config.language_model
    emotion = EmotionReader.load(store, threads=threads, with_states=file is None, progress=progress)
    model = LanguageModel.load(store, threads=threads, file=file, progress=progress)
    return EmbeddedReader(emotion, model), EmbeddedReader(emotion, model, begin=PassageWithoutCache)


def _kokoro(
    config: Config, store: ModelStore, threads: int, progress: ProgressCallback | None
) -> tuple[Engine, Engine]:
    light = config.engines.kokoro.vocoder
    return (
        KokoroEngine.load(store, threads=threads, vocoder="float", progress=progress),
        KokoroEngine.load(store, threads=threads, vocoder=light, progress=progress),
    )


def _fastspeech(
    config: Config, store: ModelStore, threads: int, progress: ProgressCallback | None
) -> tuple[Engine, Engine]:
    settings = config.engines.fastspeech
    default, light = (
        FastSpeechEngine.load(
            store, settings.model_copy(update={"vocoder": vocoder}), threads=threads, progress=progress
        )
        for vocoder in ("mb_melgan", "griffin_lim")
    )
    return default, light


_CANDIDATES: Final[dict[EngineName, _Candidate]] = {
    "kokoro": _Candidate(
        vocoder="iSTFTNet in floats",
        light_vocoder="iSTFTNet in integers",
        keeps_light_vocoder=True,
        whole=510,
        load=_kokoro,
    ),
    "fastspeech": _Candidate(
        vocoder="MB-MelGAN",
        light_vocoder="Griffin-Lim",
        keeps_light_vocoder=False,
        whole=400,
        load=_fastspeech,
    ),
}
"""Kokoro takes 510 phonemes. FastSpeech2's decoder takes 25.6 s of audio: 400 phonemes of Mandarin last 21 s
(those of the built-in passage), which leaves room for a slow rate."""
