"""The speech service with real worker processes and the tiny model."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import aclosing, asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from declaim import AudioChunk, Config, Score, Synthesizer
from declaim.errors import (
    ConfigError,
    DeadlineError,
    MarkupError,
    NothingToSayError,
    QueueFullError,
    UnavailableError,
    UnknownVoiceError,
)
from declaim.server.service import SpeechRequest
from declaim.server.workers.speech import PooledSpeechService, digest_of
from tiny_stages import load_tiny_reader, load_tiny_speaker

TEXT = "Good morning, dear friends. It is 14:30, and warmer.\n\nShall we go home? 我们回家吧。"
BOOK = "It was a dark night, and all of them were asleep. " * 400

Run = Callable[[Callable[[PooledSpeechService], Coroutine[Any, Any, None]]], None]

pytestmark = pytest.mark.usefixtures("tiny_machine")


@asynccontextmanager
async def service(*, is_ready: bool = True, **server: Any) -> AsyncIterator[PooledSpeechService]:
    engines = {"kokoro": {"vocoder": "float"}}
    config = Config(prosody="rules", engines=engines, server={"workers": 1, **server})
    made = PooledSpeechService(config, load_reader=load_tiny_reader, load_speaker=load_tiny_speaker)
    await made.start()
    try:
        if is_ready:
            await asyncio.wait_for(made.ready(), 60)
        yield made
    finally:
        await made.close()


async def spoken(service: PooledSpeechService, text: str = TEXT, **options: Any) -> list[AudioChunk]:
    async with aclosing(service.speak(SpeechRequest(text, **options))) as chunks:
        return [chunk async for chunk in chunks]


async def until(holds: Callable[[], bool], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.005)


def pid_of(service: PooledSpeechService, role: str) -> int:
    (pid,) = [state.pid for state in service.state().workers if state.role == role]
    assert pid
    return pid


def is_busy(service: PooledSpeechService) -> bool:
    return any(state.state == "busy" for state in service.state().workers)


def assert_whole(chunks: list[AudioChunk], text: str) -> None:
    """Everything is said once: spans tile the text, and times rise."""
    spans = [chunk.span for chunk in chunks]
    assert spans[0][0] == 0
    assert spans[-1][1] == len(text)
    assert all(before[1] == after[0] for before, after in pairwise(spans))
    words = [word for chunk in chunks for word in chunk.words]
    assert all(before.end <= after.start for before, after in pairwise(words))


def run(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(test)


@pytest.fixture(scope="module")
def _runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def _shared(_runner: asyncio.Runner, tiny_models: Path, tiny_cache: Path) -> Iterator[PooledSpeechService]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DECLAIM_MODELS", str(tiny_models))
        patch.setenv("DECLAIM_CACHE", str(tiny_cache))
        context = service()
        yield _runner.run(context.__aenter__())
        _runner.run(context.__aexit__(None, None, None))


@pytest.fixture
def with_service(_runner: asyncio.Runner, _shared: PooledSpeechService) -> Run:
    """Runs a test with a service that the other tests use, too: processes take a while to start."""
    return lambda test: _runner.run(test(_shared))


def test_what_is_spoken_is_what_the_synthesizer_speaks(with_service: Run, synthesizer: Synthesizer) -> None:
    async def test(speech: PooledSpeechService) -> None:
        options: dict[str, Any] = {"voice": "af_heart", "rate": 1.2, "score": Score(pitch=2)}
        found, wanted = await spoken(speech, **options), list(synthesizer.speak(TEXT, **options))
        assert [chunk.span for chunk in found] == [chunk.span for chunk in wanted]
        assert [len(chunk.samples) for chunk in found] == [len(chunk.samples) for chunk in wanted]
        assert [chunk.words for chunk in found] == [chunk.words for chunk in wanted]
        assert_whole(found, TEXT)

    with_service(test)


def test_sentences_with_their_scores(with_service: Run) -> None:
    async def test(speech: PooledSpeechService) -> None:
        request = SpeechRequest(TEXT, score=Score(rate=1.3))
        found = [sentence async for sentence in speech.read(request)]
        assert "".join(sentence.text for sentence in found) == TEXT
        assert [TEXT[slice(*sentence.span)] for sentence in found] == [each.text for each in found]
        assert {sentence.score.rate for sentence in found} == {1.3}

    with_service(test)


@pytest.mark.parametrize(
    ("text", "options", "error"),
    [
        (" \n", {}, NothingToSayError),
        ("<speak>Hi", {}, MarkupError),
        (TEXT, {"voice": "nobody"}, UnknownVoiceError),
    ],
)
def test_what_cannot_be_spoken_is_refused(
    with_service: Run, text: str, options: dict[str, Any], error: type[Exception]
) -> None:
    async def test(speech: PooledSpeechService) -> None:
        with pytest.raises(error):
            await spoken(speech, text, **options)
        assert_whole(await spoken(speech), TEXT)

    with_service(test)


def test_too_many_are_told_when_to_come_again() -> None:
    async def test() -> None:
        async with service(queue_limit=1) as speech:
            inside = [asyncio.create_task(spoken(speech)) for _ in range(2)]
            await asyncio.sleep(0)
            with pytest.raises(QueueFullError):
                await spoken(speech)
            for chunks in await asyncio.gather(*inside):
                assert_whole(chunks, TEXT)
            assert (speech.state().waiting, speech.state().speaking) == (0, 0)

    run(test())


def test_a_request_that_comes_too_late_is_not_spoken(with_service: Run) -> None:
    async def test(speech: PooledSpeechService) -> None:
        os.kill(pid_of(speech, "speaker"), signal.SIGSTOP)
        before = speech.state().workers
        with pytest.raises(DeadlineError):
            await spoken(speech, timeout=0.3)
        await until(lambda: speech.state().workers != before)
        assert_whole(await spoken(speech), TEXT)  # by another worker

    with_service(test)


def test_nobody_is_let_in_while_models_are_loaded() -> None:
    async def test() -> None:
        async with service(is_ready=False) as speech:
            with pytest.raises(UnavailableError, match="starting"):
                await spoken(speech)

    run(test())


def test_draining_lets_those_finish_who_are_in() -> None:
    async def test() -> None:
        async with service() as speech:
            inside = asyncio.create_task(spoken(speech))
            await until(lambda: is_busy(speech))
            draining = asyncio.create_task(speech.drain(30))
            await asyncio.sleep(0)
            with pytest.raises(UnavailableError, match="draining"):
                await spoken(speech)
            assert await draining
            assert inside.done()
            assert_whole(inside.result(), TEXT)

    run(test())


def test_draining_has_an_end() -> None:
    async def test() -> None:
        async with service() as speech:
            book = asyncio.create_task(spoken(speech, BOOK))
            await until(lambda: is_busy(speech))
            assert not await speech.drain(0.2)
            book.cancel()

    run(test())


@pytest.mark.parametrize("role", ["reader", "speaker"])
def test_a_worker_that_is_killed_costs_no_word(with_service: Run, role: str) -> None:
    async def test(speech: PooledSpeechService) -> None:
        chunks: list[AudioChunk] = []
        async with aclosing(speech.speak(SpeechRequest(TEXT * 5))) as speaking:
            async for chunk in speaking:
                chunks.append(chunk)
                if len(chunks) in {2, 5}:
                    os.kill(pid_of(speech, role), signal.SIGKILL)
                    await asyncio.sleep(0.05)
        assert_whole(chunks, TEXT * 5)
        assert_whole(await spoken(speech), TEXT)

    with_service(test)


def test_a_client_that_leaves_ends_its_work(with_service: Run) -> None:
    async def test(speech: PooledSpeechService) -> None:
        speaking = speech.speak(SpeechRequest(BOOK))
        await anext(speaking)
        pids = {state.pid for state in speech.state().workers}
        await speaking.aclose()
        began = time.monotonic()
        await until(lambda: not is_busy(speech))
        assert time.monotonic() - began < 0.25
        assert {state.pid for state in speech.state().workers} == pids
        assert (speech.state().waiting, speech.state().speaking) == (0, 0)

    with_service(test)


def test_no_more_is_spoken_than_somebody_listens_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("declaim.server.workers.speech._AUDIO_AHEAD", 3.0)

    async def test() -> None:
        async with service() as speech, aclosing(speech.speak(SpeechRequest(BOOK))) as speaking:
            await anext(speaking)
            await until(lambda: not is_busy(speech), 30)
            await asyncio.sleep(0.3)
            assert not is_busy(speech)
            assert speech.state().stalled_for == 0

    run(test())


def test_a_book_does_not_starve_a_sentence(with_service: Run) -> None:
    async def test(speech: PooledSpeechService) -> None:
        book = asyncio.create_task(spoken(speech, BOOK, client="book"))
        await until(lambda: speech.state().speaking == 1)
        assert_whole(await asyncio.wait_for(spoken(speech, client="short"), 10), TEXT)
        assert not book.done()
        book.cancel()

    with_service(test)


def test_the_digest_changes_with_the_sound_and_only_with_it(tmp_path_factory: pytest.TempPathFactory) -> None:
    lexicon = tmp_path_factory.mktemp("lexicon") / "words.txt"
    lexicon.write_text("gif = /dʒɪf/\n")
    usual = digest_of(Config())
    assert digest_of(Config(threads=1, offline=True, server={"port": 9})) == usual
    assert digest_of(Config(rate=1.1)) != usual
    spelled = digest_of(Config(lexicon=lexicon))
    assert spelled != usual
    lexicon.write_text("gif = /ɡɪf/\n")
    assert digest_of(Config(lexicon=lexicon)) != spelled


def test_the_digest_knows_another_language_model_of_the_same_name(tmp_path: Path) -> None:
    model = tmp_path / "model.gguf"
    model.write_bytes(b"GGUF")
    before = digest_of(Config(language_model=model))
    model.write_bytes(b"GGUF, longer")
    assert digest_of(Config(language_model=model)) != before


def test_the_digest_knows_the_weights_and_the_recordings_of_a_folder(tmp_path: Path) -> None:
    model, voice = tmp_path / "model", tmp_path / "voice.wav"
    (model / "gpt").mkdir(parents=True)
    weights = model / "gpt" / "weights.data"
    for path in (weights, voice):
        path.write_bytes(b"before")
    settings = {"indextts": {"model_dir": model, "voices": {"default": voice}}}
    config = Config(channels=("kokoro", "indextts"), engines=settings)
    digests = [digest_of(config)]
    for path in (weights, voice):
        path.write_bytes(b"after, and longer")
        digests.append(digest_of(config))
    assert len(set(digests)) == 3


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"words\.txt"):
        digest_of(Config(lexicon=tmp_path / "words.txt"))
