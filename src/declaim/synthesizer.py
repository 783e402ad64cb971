"""The four stages joined: text in, speech out."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from declaim.acoustic.frames import SAMPLE_RATE
from declaim.channels.ensemble import load_speaker
from declaim.config import Config
from declaim.doctor.machine import usable_cores
from declaim.engines.choice import artifacts
from declaim.engines.to_say import ToSay
from declaim.engines.voices import parse_blend
from declaim.later import Later
from declaim.manner import manner_of
from declaim.models.store import ModelStore
from declaim.timings import WordTiming

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from declaim.audio.chunk import AudioChunk
    from declaim.models.progress import ProgressCallback
    from declaim.prosody.score import Score
    from declaim.text.sentence import Sentence

_MAX_THREADS = 4
"""More do not make one sentence faster: its convolutions are too narrow."""


class Synthesizer:
    """Reads text aloud. Loads its models once.

    Threads may share it, each with texts of its own; together they are no faster than one after the other,
    because every run of a model takes all of ``threads``.

    Args:
        config: how to speak; by default from the configuration file and ``DECLAIM_*`` variables.
        progress: told how far a fetch of models is, which happens the first time only.
        text: what will be spoken first, if that is known. Then what only other texts need, such as the
            dictionaries of the other language, is not loaded now but when one of them comes: a program that
            says one thing begins sooner.

    Raises:
        ConfigError: the configuration is wrong.
        FetchError: models could not be fetched.
    """

    def __init__(
        self,
        config: Config | None = None,
        *,
        progress: ProgressCallback | None = None,
        text: str | None = None,
    ) -> None:
        self.config = config or Config()
        if self.config.voice:
            parse_blend(self.config.voice)
        threads = threads_of(self.config)
        store = ModelStore(offline=self.config.offline)
        speaker = Later(partial(load_speaker, self.config, store, threads=threads, progress=progress))
        if all(store.has(name) for name in artifacts(*self.config.channels)):
            speaker.begin()  # while stages 1 and 2 load; what has to be fetched is fetched one by one
        from declaim.composer import Composer  # noqa: PLC0415 - while the speaker loads

        self._composer = Composer(self.config, store, threads=threads, progress=progress, text=text)
        self._speaker = speaker.get()
        self.sample_rate = SAMPLE_RATE

    def speak(
        self,
        text: str,
        *,
        voice: str | None = None,
        rate: float | None = None,
        pitch: float | None = None,
        pitch_range: float | None = None,
        energy: float | None = None,
        score: Score | None = None,
        expressiveness: float | None = None,
        soon: bool = True,
    ) -> Iterator[AudioChunk]:
        """Speak a text, clause by clause, as the chunks are taken.

        What is wrong with the text or the options is raised here and now, before the first chunk.

        Args:
            text: plain text, Markdown or SSML, of any length, in Chinese, English or both.
            voice: a name from `declaim voices` or a blend (``zf_xiaoxiao*0.7+zf_xiaoyi*0.3``).
            rate: 0.5 to 2; 2 is twice as fast.
            pitch: semitones, -12 to 12.
            pitch_range: 0 (monotone) to 2.
            energy: dB, -20 to 10. A file's loudness is set afterwards, see :meth:`save`.
            score: fields of every sentence's score that you set yourself; the others are read from the text.
            expressiveness: 0 (the voice's own manner) to 2, how strongly that is performed.
            soon: begin with a short piece of the first sentence, to be heard early. A file has no use for
                that, and the sentence is a little better in one piece.

        Raises:
            InputError: the text or an option cannot be used; its subclasses say why.
            EngineError: a model failed, from the iterator.
        """
        manner = manner_of(
            self.config,
            text,
            voice=voice,
            rate=rate,
            pitch=pitch,
            pitch_range=pitch_range,
            energy=energy,
            score=score,
            expressiveness=expressiveness,
        )
        return self._chunks(text, self._composer.compose(text, manner), manner.voice, soon=soon)

    def save(self, text: str, path: Path | str, **options: str | float | Score | None) -> None:
        """Speak a text into a file: WAV, FLAC, MP3, Opus, AAC, M4A or PCM, by its suffix.

        The file appears complete or not at all. The whole of it is brought to the configuration's
        ``loudness``, whatever ``energy`` is; None leaves the level.

        Args:
            text: as for :meth:`speak`.
            path: an existing file is replaced.
            **options: as for :meth:`speak`.

        Raises:
            OptionError: the suffix names no format.
            StorageError: the file cannot be written.
            InputError: as for :meth:`speak`.
        """
        from declaim.audio.files import write_file  # noqa: PLC0415 - PyAV is needed for files only
        from declaim.audio.formats import format_of  # noqa: PLC0415

        audio_format = format_of(path)
        chunks = self.speak(text, **options, soon=False)  # type: ignore[arg-type] # the same names and types
        samples = (chunk.samples for chunk in chunks)
        write_file(samples, path, audio_format, self.sample_rate, loudness=self.config.loudness)

    def _chunks(
        self, text: str, composed: Iterator[tuple[Sentence, Score]], voice: str, *, soon: bool
    ) -> Iterator[AudioChunk]:
        sentences = (
            ToSay(sentence, score, sentence.voice or voice, soon=soon and not number)
            for number, (sentence, score) in enumerate(composed)
        )
        seconds = 0.0
        for chunk in self._speaker.speak(sentences):
            yield placed(chunk, text, seconds)
            seconds += chunk.seconds


def threads_of(config: Config) -> int:
    """The cores that each model may use."""
    return config.threads or max(1, min(_MAX_THREADS, int(usable_cores())))


def placed(chunk: AudioChunk, text: str, seconds: float) -> AudioChunk:
    """A chunk with its words' texts, and their times counted from the beginning of all audio."""
    words = (
        WordTiming(text[word.span[0] : word.span[1]], word.span, word.start + seconds, word.end + seconds)
        for word in chunk.words
    )
    return replace(chunk, words=tuple(words))
