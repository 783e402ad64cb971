"""The channel against a server on this machine: sentences in, clauses out."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
import pytest
from dashscope_sentences import sentence_of
from pydantic import SecretStr

import dashscope_server as fake
from declaim.audio.chunk import AudioChunk
from declaim.engines.dashscope.channel import DashScopeChannel
from declaim.engines.dashscope.errors import DashScopeError
from declaim.engines.dashscope.settings import DashScopeConfig
from declaim.engines.to_say import ToSay
from declaim.errors import UnknownVoiceError
from declaim.prosody.emotion import Emotion
from declaim.prosody.expression import expression
from declaim.prosody.score import Score
from declaim.text.sentence import Clause, Sentence

TEXT = "今天天气很好，我们去公园，hello world。"
SENTENCE = sentence_of(TEXT)
NEUTRAL = Score()
VOICES = {
    "sambert 48k": "sambert-zhijia-v1",
    "sambert 16k": "sambert-zhishuo-v1",
    "cosyvoice": "cosyvoice-v3-flash/longanyang",
}
EACH_VOICE = pytest.mark.parametrize("voice", VOICES.values(), ids=VOICES)


def with_channel(
    server: fake.DashScopeServer,
    test: Callable[[DashScopeChannel], Coroutine[Any, Any, None]],
    voice: str = "sambert-zhijia-v1",
    **settings: Any,
) -> None:
    async def run() -> None:
        config = DashScopeConfig(endpoint=server.url, voices={"f": voice}, **settings)
        channel = DashScopeChannel(config, SecretStr("sk-channel"))
        try:
            await test(channel)
        finally:
            await channel.close()

    asyncio.run(run())


def spoken(
    server: fake.DashScopeServer,
    sentence: Sentence = SENTENCE,
    score: Score = NEUTRAL,
    *,
    voice: str = "sambert-zhijia-v1",
    ours: str = "zf_xiaoxiao",
    **settings: Any,
) -> list[AudioChunk]:
    chunks: list[AudioChunk] = []

    async def test(channel: DashScopeChannel) -> None:
        async with aclosing(channel.speak(ToSay(sentence, score, ours), lambda: None)) as made:
            async for chunk in made:
                chunks.append(chunk)  # noqa: PERF401 - what came before a failure is looked at, too

    with_channel(server, test, voice, **settings)
    return chunks


def parameters(server: fake.DashScopeServer) -> dict[str, Any]:
    return server.messages[0]["payload"]["parameters"]


def together(chunks: list[AudioChunk]) -> np.ndarray:
    return np.concatenate([chunk.samples for chunk in chunks])


def hertz(samples: np.ndarray) -> float:
    crossings = np.flatnonzero(np.diff(np.signbit(samples)))
    return (len(crossings) - 1) / 2 * 24_000 / (crossings[-1] - crossings[0])


@pytest.mark.parametrize(
    ("voice", "how"),
    [
        *((voice, how) for voice in VOICES.values() for how in ({}, {"late": True})),
        (VOICES["cosyvoice"], {"times": "sentence"}),
    ],
)
def test_a_chunk_for_each_clause_and_a_time_for_each_word(voice: str, how: dict[str, Any]) -> None:
    with fake.serving(fake.speaks(**how)) as server:
        chunks = spoken(server, voice=voice)
    assert [chunk.span for chunk in chunks] == [clause.span for clause in SENTENCE.clauses]
    assert [[word.span for word in chunk.words] for chunk in chunks] == [
        [word.span for word in clause.words] for clause in SENTENCE.clauses
    ]
    assert together(chunks).size == pytest.approx((11 * 0.2 + 10 * 0.06 + 3 * 0.15) * 24_000, abs=2)
    for chunk in chunks:
        assert all(0 <= word.start < word.end <= chunk.seconds for word in chunk.words)
        assert all(before.end <= after.start + 1e-9 for before, after in pairwise(chunk.words))


@EACH_VOICE
def test_a_word_sounds_while_its_timing_says_so(voice: str) -> None:
    with fake.serving() as server:
        chunks = spoken(server, sentence_of("hello world, again."), voice=voice)
    for chunk, names in zip(chunks, (["hello", "world"], ["again"]), strict=True):
        for timing, name in zip(chunk.words, names, strict=True):
            middle = chunk.samples[round(timing.start * 24_000) + 300 : round(timing.end * 24_000) - 300]
            assert hertz(middle) == pytest.approx(200 * 2 ** (ord(name[0]) % 12 / 12), rel=0.01)


@EACH_VOICE
def test_the_first_clause_is_given_before_the_last_is_there(voice: str) -> None:
    """The connection is dropped while the second clause is being sent."""

    async def breaks(task: fake.Task) -> None:
        first = [tone for tone in task.tones if tone.sentence == 0]
        await task.result(0, first, "sentence-synthesis")
        await task.audio(task.sound()[: round(1.4 * task.rate)])
        await task.result(1, [t for t in task.tones if t.sentence == 1][:2], "sentence-synthesis")
        task.connection.transport.close()

    chunks: list[AudioChunk] = []

    async def test(channel: DashScopeChannel) -> None:
        async for chunk in channel.speak(ToSay(SENTENCE, NEUTRAL, "zf_xiaoxiao"), lambda: None):
            chunks.append(chunk)  # noqa: PERF401 - the failure comes after it

    with fake.serving(breaks) as server, pytest.raises(DashScopeError, match="dropped"):
        with_channel(server, test, voice)
    assert [chunk.span for chunk in chunks] == [SENTENCE.clauses[0].span]


def test_without_times_the_sentence_is_one_chunk() -> None:
    with fake.serving(fake.speaks(times="none")) as server:
        (chunk,) = spoken(server, word_timestamps=False)
    assert parameters(server)["word_timestamp_enabled"] is False
    assert (chunk.span, chunk.words) == (SENTENCE.span, ())


def test_the_score_in_the_service_s_terms() -> None:
    score = Score(rate=1.25, pitch=-3.0, energy=-6.0206, pitch_range=1.5)
    with fake.serving() as server:
        plain, scored = spoken(server), spoken(server, score=score)
    told = server.messages[1]["payload"]["parameters"]
    assert (told["rate"], told["pitch"], told["volume"]) == (1.25, 0.841, 25)
    assert np.abs(together(scored)).max() == pytest.approx(np.abs(together(plain)).max() / 2, rel=0.05)
    assert scored[1].words[0].end < plain[1].words[0].end


def test_what_volume_cannot_do_is_done_to_the_samples() -> None:
    with fake.serving() as server:
        plain, loud = spoken(server), spoken(server, score=Score(energy=10.0))
    assert server.messages[1]["payload"]["parameters"]["volume"] == 100
    assert np.abs(together(loud)).max() == pytest.approx(10**0.5 * np.abs(together(plain)).max(), rel=0.02)


@pytest.mark.parametrize(
    ("voice", "is_wanted", "told"),
    [
        ("cosyvoice-v3-flash/longanyang", True, "你说话的情感是sad。"),
        ("cosyvoice-v3-flash/longanyang", False, None),
        ("sambert-zhijia-v1", True, None),
    ],
)
def test_the_emotion(voice: str, is_wanted: bool, told: str | None) -> None:
    sad = Emotion(sad=0.8)
    said = expression(sad)
    score = Score(emotion=sad, rate=said.rate, pitch=said.pitch, energy=said.energy)
    with fake.serving() as server:
        spoken(server, score=score, voice=voice, emotion_instructions=is_wanted)
    assert parameters(server).get("instruction") == told
    assert (parameters(server)["rate"] == 1.0) == (told is not None)


def test_silence_of_a_wanted_length_parts_the_tasks() -> None:
    first, second, third = SENTENCE.clauses
    lead = Clause((), (0, 0), pause=0.5)
    sentence = Sentence((lead, replace(first, pause=1.0), second, replace(third, pause=0.6)))
    with fake.serving() as server:
        chunks = spoken(server, sentence)
    assert [message["payload"]["input"]["text"] for message in server.messages] == [
        "今天天气很好，",
        "我们去公园，hello world.",
    ]
    assert len(server.headers) == 1
    assert [chunk.span for chunk in chunks] == [(0, 0), (0, 7), (7, 13), (13, len(TEXT))]
    assert not chunks[0].samples.any()
    assert chunks[0].seconds == 0.5
    assert chunks[1].seconds == pytest.approx(6 * 0.2 + 1.0, abs=0.01)
    assert chunks[3].seconds == pytest.approx(0.075 + 10 * 0.06 + 0.6, abs=0.01)


def test_a_pause_that_a_score_reads_is_held_within_the_sentence() -> None:
    with fake.serving() as server:
        chunks = spoken(server, score=Score(pauses=(0.5, None, None)))
    assert len(server.messages) == 1
    assert chunks[0].seconds + chunks[1].words[0].start == pytest.approx(6 * 0.2 + 0.5, abs=0.01)


def test_a_sentence_of_silence_asks_nobody() -> None:
    silence = Sentence((Clause((), (0, 3), pause=0.2),))
    with fake.serving() as server:
        (chunk,) = spoken(server, silence)
    assert (chunk.span, chunk.seconds, server.headers) == ((0, 3), 0.2, [])


def test_work_is_announced_before_each_chunk() -> None:
    happened: list[object] = []

    async def test(channel: DashScopeChannel) -> None:
        said = ToSay(SENTENCE, NEUTRAL, "zf_xiaoxiao")
        async for chunk in channel.speak(said, lambda: happened.append("started")):
            happened.append(chunk.span)  # noqa: PERF401 - in between, the other does

    with fake.serving() as server:
        with_channel(server, test)
    spans = [clause.span for clause in SENTENCE.clauses]
    assert happened == ["started", spans[0], "started", spans[1], "started", spans[2], "started"]


@EACH_VOICE
@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (fake.cut(0.3), "not all"),
        (fake.cut(0.0), "without any audio"),
        (fake.cut(3.0, more=b"\1"), "within a sample"),
        (fake.sends(bytes(300_000)), "silence"),
        (fake.sends(b"RIFF" + bytes(99_996)), "container"),
    ],
)
def test_part_of_a_sentence_is_not_taken_for_all_of_it(voice: str, answer: fake.Answer, message: str) -> None:
    with fake.serving(answer) as server, pytest.raises(DashScopeError, match=message):
        spoken(server, voice=voice)


def _noise(random: Random, task: fake.Task) -> str | bytes:
    """A frame that has something right, or nothing."""
    times = [0, 1, -5, 1e300, float("nan"), None, "0", random.randrange(3_000)]
    words = [{"text": random.choice([*TEXT, "", "公园", 7]), "begin_time": random.choice(times),
              "end_time": random.choice(times)} for _ in range(random.randrange(12))]  # fmt: skip
    sentence = {"index": random.choice([0, 1, 10**400, None, "x"]), "begin_time": random.choice(times)}
    output = random.choice([None, [], {}, {"sentence": None}, {"sentence": {**sentence, "words": words}}])
    names = ["result-generated", "result-generated", "result-generated", "task-started", "task-x"]
    event = {"header": {"event": random.choice(names), "task_id": task.id}, "payload": {"output": output}}
    frames = [json.dumps(event)] * 30 + ["", "[" * 9_999, random.randbytes(random.randrange(5_000))]
    return random.choice(frames)


@pytest.mark.parametrize("seed", range(60))
def test_whatever_comes_is_a_sentence_or_an_error(seed: int) -> None:
    """Good audio, with noise of all kinds between: what is given tiles the text and has times within."""
    random = Random(seed)

    async def answer(task: fake.Task) -> None:
        for frame in np.array_split(task.sound(), 30):
            await task.connection.send(frame.tobytes())
            if random.random() < 0.4:
                await task.connection.send(_noise(random, task))
        await task.event("task-finished", random.choice([None, {"output": 5}, {"output": None}]))

    chunks: list[AudioChunk] = []
    with fake.serving(answer) as server:
        try:
            chunks = spoken(server, voice=random.choice([*VOICES.values()]))
        except DashScopeError:
            return
    assert [chunk.span[0] for chunk in chunks] == [0, *(chunk.span[1] for chunk in chunks[:-1])]
    assert chunks[-1].span[1] == len(TEXT)
    assert together(chunks).size / 24_000 >= 3.2
    assert all(0 <= w.start <= w.end <= chunk.seconds for chunk in chunks for w in chunk.words)


def test_audio_that_ends_before_its_words() -> None:
    async def short(task: fake.Task) -> None:
        await task.result(0, task.tones, "sentence-end")
        await task.audio(task.sound()[: round(1.8 * task.rate)])
        await task.event("task-finished")

    with fake.serving(short) as server, pytest.raises(DashScopeError, match=r"not all|its words at"):
        spoken(server)


def test_a_voice_of_ours_that_there_is_not() -> None:
    with fake.serving() as server, pytest.raises(UnknownVoiceError):
        spoken(server, ours="zf_nobody")


def test_a_voice_that_speaks_english_only_refuses_chinese() -> None:
    with fake.serving() as server:
        assert spoken(server, sentence_of("Hello world."), voice="sambert-donna-v1")
        with pytest.raises(DashScopeError, match="English only") as caught:
            spoken(server, voice="sambert-donna-v1")
        assert len(server.messages) == 1
    assert caught.value.fault == "sentence"


def test_leaving_in_the_middle_drops_the_connection() -> None:
    async def test(channel: DashScopeChannel) -> None:
        chunks = channel.speak(ToSay(SENTENCE, NEUTRAL, "zf_xiaoxiao"), lambda: None)
        await anext(chunks)
        await chunks.aclose()
        for _ in range(200):
            if server.ended:
                break
            await asyncio.sleep(0.01)
        assert server.ended == [1006]

    with fake.serving(fake.speaks()) as server:
        with_channel(server, test)


def test_what_it_is_and_costs() -> None:
    config = DashScopeConfig(voices={"m": "cosyvoice-v3-plus/longanyang"})
    channel = DashScopeChannel(config, SecretStr("sk"))
    assert (channel.name, channel.is_cloud, channel.lacks(SENTENCE)) == ("sambert", True, ())
    sent = "今天天气很好，我们去公园，hello world."
    woman, man = (ToSay(SENTENCE, NEUTRAL, voice) for voice in ("zf_xiaoxiao", "zm_yunxi"))
    assert channel.cost(woman) == pytest.approx(len(sent) / 10_000)
    assert channel.cost(man) == pytest.approx(2 * (len(sent) + 11) / 10_000)
    assert channel.cost(replace(woman, sentence=Sentence((Clause((), (0, 1), pause=1.0),)))) == 0
