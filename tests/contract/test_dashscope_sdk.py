"""Alibaba's own client and ours hear the same of the same server, and ask it the same."""

import asyncio
import json
from contextlib import aclosing
from typing import Any

import dashscope
import pytest
from dashscope.audio.tts import SpeechSynthesizer as Sambert
from dashscope.audio.tts_v2 import AudioFormat, ResultCallback
from dashscope.audio.tts_v2 import SpeechSynthesizer as CosyVoice
from pydantic import SecretStr

import dashscope_server as fake
from declaim.engines.dashscope.client import DashScopeClient
from declaim.engines.dashscope.errors import DashScopeError
from declaim.engines.dashscope.messages import Task, TimedSentence
from declaim.engines.dashscope.settings import DashScopeConfig
from declaim.engines.dashscope.voices import CloudVoice

KEY = "sk-contract"
TEXT = "今天天气很好，我们去公园，hello world。"
SAMBERT = CloudVoice("sambert-zhijia-v1")
COSYVOICE = CloudVoice("cosyvoice-v3-flash", "longanyang")

Words = list[tuple[str, int, int]]
"""Each with its beginning and end in milliseconds."""


@pytest.fixture(autouse=True)
def _sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dashscope, "api_key", KEY)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")  # it has no rule of its own


def ours(server: fake.DashScopeServer, task: Task) -> tuple[bytes, Words]:
    async def run() -> list[bytes | TimedSentence]:
        client = DashScopeClient(DashScopeConfig(endpoint=server.url, idle_timeout=1.0), SecretStr(KEY))
        try:
            async with aclosing(client.say(task)) as parts:
                return [part async for part in parts]
        finally:
            await client.close()

    parts = asyncio.run(run())
    sentences = {part.key: part.words for part in parts if isinstance(part, TimedSentence)}
    words = [
        (word.text, round(word.start * 1000), round(word.end * 1000))
        for words in sentences.values()
        for word in words
    ]
    return b"".join(part for part in parts if isinstance(part, bytes)), words


def sambert_sdk(server: fake.DashScopeServer, task: Task) -> Any:
    return Sambert.call(
        model=task.voice.model,
        text=task.text,
        base_address=server.url,
        format="pcm",
        sample_rate=task.voice.sample_rate,
        rate=task.rate,
        pitch=task.pitch,
        volume=task.volume,
        word_timestamp_enabled=True,
        phoneme_timestamp_enabled=False,
        text_type="PlainText",
    )


class Heard(ResultCallback):
    def __init__(self) -> None:
        self.audio = b""
        self.sentences: dict[int, list[dict[str, Any]]] = {}
        self.errors: list[str] = []

    def on_data(self, data: bytes) -> None:
        self.audio += data

    def on_event(self, message: str) -> None:
        output = json.loads(message)["payload"].get("output") or {}
        if sentence := output.get("sentence"):
            self.sentences[sentence["index"]] = sentence["words"]

    def on_error(self, message: str) -> None:
        self.errors.append(message)


def cosyvoice_sdk(server: fake.DashScopeServer, task: Task) -> Heard:
    heard = Heard()
    synthesizer = CosyVoice(
        model=task.voice.model,
        voice=task.voice.voice,
        format=AudioFormat.PCM_24000HZ_MONO_16BIT,
        volume=task.volume,
        speech_rate=task.rate,
        pitch_rate=task.pitch,
        callback=heard,
        url=server.url,
        additional_params={"word_timestamp_enabled": True},
    )
    try:
        synthesizer.streaming_call(task.text)
        synthesizer.streaming_complete(10_000)
    finally:
        synthesizer.close()
    return heard


def words_of(sentences: Any) -> Words:
    return [(word["text"], word["begin_time"], word["end_time"]) for words in sentences for word in words]


@pytest.mark.parametrize("finish", ["null", "empty"])
@pytest.mark.parametrize("rate", [0.8, 1.0])
def test_sambert(finish: str, rate: float) -> None:
    task = Task(TEXT, SAMBERT, rate=rate, pitch=1.1, volume=40)
    with fake.serving(fake.speaks(finish)) as server:
        theirs = sambert_sdk(server, task)
        audio, words = ours(server, task)
    assert audio
    assert theirs.get_audio_data() == audio
    assert words_of(sentence["words"] for sentence in theirs.get_timestamps()) == words
    assert "".join(text for text, _, _ in words) == TEXT.replace(" ", "")


@pytest.mark.parametrize("finish", ["null", "missing", "empty"])
def test_cosyvoice(finish: str) -> None:
    task = Task(TEXT, COSYVOICE, rate=1.2, pitch=0.9, volume=60)
    with fake.serving(fake.speaks(finish)) as server:
        theirs = cosyvoice_sdk(server, task)
        audio, words = ours(server, task)
    assert audio
    assert theirs.audio == audio
    assert words_of(theirs.sentences.values()) == words


def test_both_ask_the_same() -> None:
    with fake.serving() as server:
        for voice, sdk in ((SAMBERT, sambert_sdk), (COSYVOICE, cosyvoice_sdk)):
            task = Task(TEXT, voice, rate=1.25, pitch=0.8, volume=70)
            server.messages.clear()
            sdk(server, task)
            theirs = [*server.messages]
            server.messages.clear()
            ours(server, task)
            assert len(theirs) == len(server.messages)
            for their, our in zip(theirs, server.messages, strict=True):
                _assert_says_as_much(their, our)
        assert {headers["Authorization"] for headers in server.headers} == {f"Bearer {KEY}"}


@pytest.mark.parametrize("finish", ["missing", "sentence"])
def test_finishes_that_their_sambert_client_stumbles_over(finish: str) -> None:
    task = Task(TEXT, SAMBERT)
    with fake.serving(fake.speaks(finish)) as server:
        with pytest.raises(KeyError):
            sambert_sdk(server, task)
        audio, words = ours(server, task)
    assert audio
    assert words


def test_a_failure_that_their_sambert_client_returns_with_half_of_the_audio() -> None:
    task = Task(TEXT, SAMBERT)
    with fake.serving(fake.fails("InternalError", "oh", after=0.5)) as server:
        theirs = sambert_sdk(server, task)
        with pytest.raises(DashScopeError, match="InternalError: oh"):
            ours(server, task)
    assert theirs.get_audio_data()
    assert theirs.get_response().code == "InternalError"


@pytest.mark.parametrize("status", [401, 503])
def test_a_refusal(status: int) -> None:
    task = Task(TEXT, SAMBERT)
    with fake.serving(refusals=(fake.refusal(status), fake.refusal(status))) as server:
        assert sambert_sdk(server, task).get_response().status_code == status
        with pytest.raises(DashScopeError) as caught:
            ours(server, task)
    assert caught.value.code == f"HTTP {status}"


def _assert_says_as_much(their: Any, our: Any) -> None:
    """Whatever ours says, theirs says too; they may say more, and the names of tasks differ."""
    for name, value in our.items():
        if isinstance(value, dict):
            _assert_says_as_much(their[name], value)
        elif name != "task_id":
            assert their[name] == value, name
