"""What is sent to DashScope and what it sends, apart from audio: JSON in text frames.

The frames are those of Alibaba's "Sambert client events", "CosyVoice client events" and the pages of server
events that belong to them. Sambert takes the text in ``run-task``; CosyVoice begins a task without any and
takes it in ``continue-task``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError

from declaim.engines.dashscope.errors import DashScopeError
from declaim.engines.dashscope.voices import CloudVoice

_MILLISECOND = 0.001
_Milliseconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be said, and how."""

    text: str
    voice: CloudVoice
    rate: float = 1.0
    """0.5 to 2, 1 is the voice's own."""
    pitch: float = 1.0
    """Ratio, 0.5 to 2."""
    volume: int = 50
    """0 to 100, in proportion to the amplitude; 50 is the voice's own."""
    instruction: str = ""
    """CosyVoice only: the emotion, in the service's own words."""
    word_timestamps: bool = True


@dataclass(frozen=True, slots=True)
class TimedWord:
    """A word, a character of Chinese, or either with a mark, in the service's own division."""

    text: str
    start: float
    """Seconds."""
    end: float


@dataclass(frozen=True, slots=True)
class TimedSentence:
    """What is known so far of when the words of one of the service's sentences are heard."""

    key: float
    """Tells it from others of the task."""
    words: tuple[TimedWord, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """A text frame that the service sent."""

    name: str
    task_id: str
    error_code: str = ""
    error_message: str = ""
    sentence: TimedSentence | None = None


def run_task(task: Task, task_id: str) -> str:
    """The frame that begins a task; Sambert needs no other."""
    voice = task.voice
    parameters: dict[str, Any] = {
        "text_type": "PlainText",
        "format": "pcm",
        "sample_rate": voice.sample_rate,
        "volume": task.volume,
        "rate": task.rate,
        "pitch": task.pitch,
        "word_timestamp_enabled": task.word_timestamps,
    }
    if voice.is_duplex:
        parameters |= {"voice": voice.voice}
        parameters |= {"instruction": task.instruction} if task.instruction else {}
    else:
        parameters |= {"phoneme_timestamp_enabled": False}
    payload = {
        "model": voice.model,
        "task_group": "audio",
        "task": "tts",
        "function": "SpeechSynthesizer",
        "parameters": parameters,
        "input": {} if voice.is_duplex else {"text": task.text},
    }
    return _frame("run-task", task_id, "duplex" if voice.is_duplex else "out", payload)


def continue_task(text: str, task_id: str) -> str:
    """The frame that brings CosyVoice the text."""
    return _frame("continue-task", task_id, "duplex", {"input": {"text": text}})


def finish_task(task_id: str) -> str:
    """The frame that tells CosyVoice that there is no more text."""
    return _frame("finish-task", task_id, "duplex", {"input": {}})


def _frame(action: str, task_id: str, streaming: str, payload: dict[str, Any]) -> str:
    header = {"action": action, "task_id": task_id, "streaming": streaming}
    return json.dumps({"header": header, "payload": payload}, ensure_ascii=False)


class _Word(BaseModel):
    text: str
    begin_time: _Milliseconds
    end_time: _Milliseconds | None = None


class _Sentence(BaseModel):
    index: int | None = None
    """CosyVoice numbers its sentences."""
    begin_time: _Milliseconds | None = None
    """Sambert tells them apart by this."""
    words: list[_Word] | None = None


class _Output(BaseModel):
    sentence: _Sentence | None = None


class _Payload(BaseModel):
    output: _Output | None = None


class _Result(BaseModel):
    payload: _Payload | None = None


class _Header(BaseModel):
    event: str
    task_id: str = ""
    error_code: str | None = None
    error_message: str | None = None


class _Frame(BaseModel):
    header: _Header


def read_event(frame: str) -> Event:
    """What a text frame says.

    Only ``result-generated`` is looked at beyond its header: ``task-finished`` comes with ``output: null``,
    without it, or without anything.

    Raises:
        DashScopeError: it is no event.
    """
    header = _header_of(frame)
    if header is None:
        raise DashScopeError("it sent a frame that is no event")
    sentence = _sentence_in(frame) if header.event == "result-generated" else None
    return Event(header.event, header.task_id, header.error_code or "", header.error_message or "", sentence)


def _header_of(frame: str) -> _Header | None:
    try:
        return _Frame.model_validate_json(frame).header
    except ValidationError:
        return None


def _sentence_in(frame: str) -> TimedSentence | None:
    """The times in a result; None if there are none that can be used: the audio does not depend on them."""
    try:
        payload = _Result.model_validate_json(frame).payload
    except ValidationError:
        return None
    sentence = payload.output.sentence if payload and payload.output else None
    if sentence is None:
        return None
    key = sentence.begin_time or 0.0 if sentence.index is None else sentence.index
    return TimedSentence(key, tuple(map(_timed, sentence.words or ())))


def _timed(word: _Word) -> TimedWord:
    end = max(word.begin_time, word.end_time or 0.0)
    return TimedWord(word.text, word.begin_time * _MILLISECOND, end * _MILLISECOND)
