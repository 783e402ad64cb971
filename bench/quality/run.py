"""Text → speech → transcript and scores, for every engine, set and voice of a plan."""

from __future__ import annotations

import time
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr
from rich.console import Console
from rich.progress import track

from bench.engines import SAMPLE_RATE, Engine, EngineSpec, Samples, create
from bench.quality.corpus import Sentence, load
from bench.quality.dnsmos import Dnsmos
from bench.quality.recognition import SAMPLE_RATE as LISTENING_RATE
from bench.quality.recognition import Recogniser
from bench.quality.results import Result, count

VOICES = {"zh": ("zf_xiaoxiao",), "en": ("af_heart",), "mixed": ("zf_xiaoxiao", "af_heart")}
"""Each language by a native voice, mixed text by both."""

SURROUNDING_SILENCE = 0.4
"""Seconds before and after what is recognised, for every engine."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure."""

    engines: list[EngineSpec]
    sets: tuple[str, ...]
    voices: tuple[str, ...] | None
    """For every set; None takes `VOICES`."""
    limit: int | None
    threads: int
    keep_audio: Path | None


@dataclass(frozen=True, slots=True)
class Task:
    """One sentence in one voice."""

    set_name: str
    voice: str
    sentence: Sentence


def run(plan: Plan) -> Iterator[Result]:
    """Yield every result; engines take turns on each sentence, so a busy machine slows both alike."""
    engines = {spec.label: create(spec, plan.threads) for spec in plan.engines}
    judge = Judge(plan.threads, plan.keep_audio)
    for task in track(list(tasks(plan)), "speaking and listening", console=Console(stderr=True)):
        for label, engine in engines.items():
            yield judge.measure(task, label, engine)


def tasks(plan: Plan) -> Iterator[Task]:
    """Yield the sentences to speak, set by set and voice by voice."""
    for set_name in plan.sets:
        for voice in plan.voices or VOICES[set_name]:
            for sentence in load(set_name, plan.limit):
                yield Task(set_name, voice, sentence)


class Judge:
    """The recogniser and the MOS predictor, the same for every engine."""

    def __init__(self, threads: int, keep_audio: Path | None) -> None:
        self._recogniser = Recogniser(threads)
        self._dnsmos = Dnsmos(threads)
        self._keep_audio = keep_audio

    def measure(self, task: Task, label: str, engine: Engine) -> Result:
        """Let an engine speak one sentence, and judge what comes."""
        started = time.perf_counter()
        samples = np.concatenate(list(engine.stream(task.sentence.text, task.voice)))
        seconds = time.perf_counter() - started
        if self._keep_audio:
            name = f"{task.sentence.id}.{task.voice}.{label.replace(':', '-').replace('=', '-')}.wav"
            write_wav(self._keep_audio / name, samples)
        return self._judge(task, label, samples, seconds)

    def _judge(self, task: Task, label: str, samples: Samples, seconds: float) -> Result:
        sentence = task.sentence
        heard_samples = soxr.resample(samples, SAMPLE_RATE, LISTENING_RATE)
        # Whisper mishears what begins or ends abruptly, which says nothing of the voice.
        silence = round(SURROUNDING_SILENCE * LISTENING_RATE)
        heard = self._recogniser.transcribe(np.pad(heard_samples, silence), task.set_name)
        opinion = self._dnsmos.score(heard_samples)
        return Result(
            engine=label,
            set_name=task.set_name,
            voice=task.voice,
            id=sentence.id,
            kind=sentence.kind,
            text=sentence.text,
            heard=heard,
            **count(sentence, heard),
            p808=opinion.p808,
            overall=opinion.overall,
            audio_seconds=len(samples) / SAMPLE_RATE,
            synthesis_seconds=seconds,
        )


def write_wav(path: Path, samples: Samples) -> None:
    """Write mono 16-bit PCM."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
