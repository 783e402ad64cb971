"""DashScope as a channel: sentences in, clauses of 24 kHz audio out."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing

from pydantic import SecretStr

from declaim.acoustic.frames import SAMPLE_RATE
from declaim.audio.chunk import AudioChunk
from declaim.engines.dashscope.client import DashScopeClient
from declaim.engines.dashscope.errors import DashScopeError
from declaim.engines.dashscope.manner import instruction_for, manner_for, mean_prosody, without_emotion
from declaim.engines.dashscope.messages import Task
from declaim.engines.dashscope.recording import Recording
from declaim.engines.dashscope.script import Script, runs, script_of
from declaim.engines.dashscope.settings import DashScopeConfig
from declaim.engines.dashscope.voices import CloudVoice, CloudVoices
from declaim.engines.silence import silent
from declaim.engines.to_say import ToSay
from declaim.prosody.emotion import Emotion
from declaim.prosody.performing import performed
from declaim.text.sentence import Sentence, Span


class DashScopeChannel:
    """Speaks with Sambert or CosyVoice; belongs to one event loop.

    Raises:
        ConfigError: what the configuration names is no voice of DashScope, or has no price.
    """

    name = "sambert"
    is_cloud = True
    sample_rate = SAMPLE_RATE

    def __init__(self, settings: DashScopeConfig, key: SecretStr) -> None:
        self._settings = settings
        self._voices = CloudVoices(settings)
        self._client = DashScopeClient(settings, key)

    def lacks(self, sentence: Sentence) -> tuple[Span, ...]:  # noqa: ARG002 - the contract's
        """Nothing: what cannot be said is refused, by the voice that cannot say it."""
        return ()

    def cost(self, said: ToSay) -> float:
        """What a sentence costs in its voice.

        Raises:
            UnknownVoiceError: no such voice.
        """
        voice = self._voices.of(said.voice)
        texts = (script_of(run).text for run in runs(said.sentence) if run[0].words)
        return sum(voice.cost(text, self._settings) for text in texts)

    async def speak(self, said: ToSay, started: Callable[[], None]) -> AsyncGenerator[AudioChunk]:
        """Speak a sentence; times of words count from each chunk's own beginning.

        Emphasis on single words, and the range of F0, are beyond the service. A prosody that markup gives to
        a part of a sentence becomes the mean of the whole.

        Args:
            said: the sentence, how to say it and by whom.
            started: called when work on the next chunk begins.

        Raises:
            UnknownVoiceError: no such voice.
            DashScopeError: the service failed, or sent less than the sentence.
        """
        voice = self._voices.of(said.voice)
        if not voice.speaks_chinese and any(_chinese(said.sentence)):
            raise DashScopeError(f"{voice.model} speaks English only", fault="sentence")
        for run in runs(performed(said.sentence, said.score)):
            if not run[0].words:
                yield silent(run[0])
                continue
            started()
            async with aclosing(self._say(script_of(run), voice, said.score.emotion)) as chunks:
                async for chunk in chunks:
                    yield chunk
                    started()

    async def close(self) -> None:
        """Close the connections that wait for further sentences."""
        await self._client.close()

    async def _say(self, script: Script, voice: CloudVoice, emotion: Emotion) -> AsyncGenerator[AudioChunk]:
        task, gain = self._task(script, voice, emotion)
        recording = Recording(script, rate=task.rate, sample_rate=voice.sample_rate, gain=gain)
        async with aclosing(self._client.say(task)) as parts:
            async for part in parts:
                if isinstance(part, bytes):
                    recording.hear(part)
                else:
                    recording.note(part)
                for chunk in recording.chunks():
                    yield chunk
        yield recording.last()

    def _task(self, script: Script, voice: CloudVoice, emotion: Emotion) -> tuple[Task, float]:
        """What is asked of the service, and the factor on the samples that it cannot be asked for."""
        settings = self._settings
        prosody = mean_prosody(script.words)
        instruction = ""
        if settings.emotion_instructions and voice.is_duplex:
            instruction = instruction_for(emotion)
        if instruction:
            prosody = without_emotion(prosody, emotion)
        manner = manner_for(prosody)
        task = Task(
            script.text,
            voice,
            rate=manner.rate,
            pitch=manner.pitch,
            volume=manner.volume,
            instruction=instruction,
            word_timestamps=settings.word_timestamps,
        )
        return task, manner.gain


def _chinese(sentence: Sentence) -> Iterator[bool]:
    return (word.language == "zh" for clause in sentence.clauses for word in clause.words)
