"""What worker processes do: readers find sentences and their scores, speakers say them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from itertools import islice

from declaim.audio.chunk import AudioChunk
from declaim.composer import Composer
from declaim.config import Config
from declaim.engines.choice import ChannelName, artifacts, load_engine
from declaim.engines.to_say import ToSay
from declaim.errors import ModelError, StorageError
from declaim.manner import manner_of
from declaim.models.progress import ProgressCallback
from declaim.models.store import ModelStore
from declaim.prosody.encoder.classifier import ARTIFACT as CLASSIFIER
from declaim.prosody.language_model.model import ARTIFACT as LANGUAGE_MODEL
from declaim.server.service import SpeechRequest
from declaim.server.workers.process import Stage


def fetch_models(config: Config, progress: ProgressCallback | None = None) -> None:
    """Fetch what the worker processes are going to load, so that each finds it there.

    Raises:
        ModelError: the main engine's models cannot be had. Without an understudy's it cannot stand in, and
            without those that read, rules will.
    """
    store = ModelStore(offline=config.offline)
    main, *understudies = config.channels
    for name in artifacts(main):
        store.ensure(name, progress)
    helpful = [artifacts(name) for name in understudies]
    if config.prosody == "llm":
        helpful.append([CLASSIFIER] if config.language_model else [CLASSIFIER, LANGUAGE_MODEL])
    for names in helpful:
        with contextlib.suppress(ModelError, StorageError):  # who loads them says so
            for name in names:
                store.ensure(name, progress)


def load_reader(config: Config, threads: int) -> Stage:
    """Stages 1 and 2: a request gives :class:`ToSay` after :class:`ToSay`."""
    composer = Composer(config, ModelStore(offline=config.offline), threads=threads)

    def read(request: SpeechRequest, skip: int) -> Iterator[ToSay]:
        manner = manner_of(
            config,
            request.text,
            voice=request.voice,
            language=request.language,
            rate=request.rate,
            pitch=request.pitch,
            pitch_range=request.pitch_range,
            energy=request.energy,
            score=request.score,
            expressiveness=request.expressiveness,
        )
        by_rules = "rules" in request.brownout
        composed = composer.compose(request.text, manner, skip=skip, by_rules=by_rules)
        for number, (sentence, score) in enumerate(composed):
            is_first = number + skip == 0
            voice, cheaply = sentence.voice or manner.voice, "vocoder" in request.brownout
            yield ToSay(sentence, score, voice, soon=request.soon and is_first, cheaply=cheaply)

    return read


def load_speaker(config: Config, threads: int, name: ChannelName) -> Stage:
    """Stages 3 and 4: a :class:`ToSay` gives chunks, whose words' times count from each chunk's beginning."""
    usual = load_engine(name, config, ModelStore(offline=config.offline), threads=threads)
    economical = usual.economical()

    def speak(said: ToSay, skip: int) -> Iterator[AudioChunk]:
        engine = economical if said.cheaply else usual
        # The chunks before a lost one are made again, which costs a sentence at most.
        return islice(engine.speak(said.sentence, said.score, said.voice, soon=said.soon), skip, None)

    return speak
