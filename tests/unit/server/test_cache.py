import asyncio
import logging
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import generate_latest

from declaim.errors import DeadlineError, EngineError, StorageError
from declaim.server.cache import CachedStream, SpeechCache
from declaim.server.encoded_chunk import EncodedChunk
from declaim.server.metrics import Metrics
from declaim.timings import WordTiming

BLOCKS = [
    EncodedChunk(b"RIFF", 0.5, (WordTiming("重庆", (0, 2), 0.1, 0.4),)),
    EncodedChunk(b"rest", 0.2, (), ends_text=True),
]
BOUND = 10_000_000


@dataclass
class Maker:
    """Counts how often a stream is made."""

    blocks: tuple[EncodedChunk, ...] = tuple(BLOCKS)
    delay: float = 0.0
    error: Exception | None = None
    calls: int = 0
    running: int = 0

    async def __call__(self) -> AsyncGenerator[EncodedChunk, None]:
        self.calls += 1
        self.running += 1
        try:
            for block in self.blocks:
                await asyncio.sleep(self.delay)
                yield block
            if self.error:
                raise self.error
        finally:
            self.running -= 1


@asynccontextmanager
async def opened(folder: Path, bound: int = BOUND) -> AsyncIterator[SpeechCache]:
    cache = SpeechCache(folder, bound, Metrics())
    await cache.open()
    try:
        yield cache
    finally:
        await cache.close()


async def taken(stream: CachedStream) -> tuple[str | None, list[EncodedChunk]]:
    async with aclosing(stream):
        blocks = [block async for block in stream]
        return stream.status, blocks


async def kept(cache: SpeechCache) -> None:
    """Wait until nothing is being written."""
    await asyncio.gather(*cache._flights._tasks)


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(test())


def test_a_miss_is_kept_and_found_again_after_a_restart(tmp_path: Path) -> None:
    async def test() -> None:
        make = Maker()
        async with opened(tmp_path / "c") as cache:
            assert await taken(cache.stream("k", make, timeout=5)) == ("miss", BLOCKS)
            await kept(cache)
            assert await taken(cache.stream("k", make, timeout=5)) == ("hit", BLOCKS)
            assert await taken(cache.stream("l", make, timeout=5)) == ("miss", BLOCKS)
            text = generate_latest(cache._metrics.registry).decode()
            assert 'declaim_cache_requests_total{status="miss"} 2.0' in text
            assert 'declaim_cache_requests_total{status="hit"} 1.0' in text
            assert cache._metrics.cache_bytes._value.get() > 0
        async with opened(tmp_path / "c") as cache:
            assert await taken(cache.stream("k", make, timeout=5)) == ("hit", BLOCKS)
        assert make.calls == 2

    run(test)


def test_a_hit_answers_in_milliseconds(tmp_path: Path) -> None:
    async def test() -> None:
        make = Maker(tuple(EncodedChunk(bytes(20_000), 1.0) for _ in range(20)))
        async with opened(tmp_path / "c") as cache:
            await taken(cache.stream("k", make, timeout=5))
            await kept(cache)
            times = []
            for _ in range(30):
                began = time.perf_counter()
                assert (await taken(cache.stream("k", make, timeout=5)))[0] == "hit"
                times.append(time.perf_counter() - began)
            assert sorted(times)[15] < 0.05

    run(test)


def test_many_at_once_share_one_computation(tmp_path: Path) -> None:
    async def test() -> None:
        make = Maker(delay=0.01)
        async with opened(tmp_path / "c") as cache:
            results = await asyncio.gather(*(taken(cache.stream("k", make, timeout=5)) for _ in range(20)))
            assert [status for status, _ in results] == ["miss"] + ["coalesced"] * 19
            assert all(blocks == BLOCKS for _, blocks in results)
            await kept(cache)
            results = await asyncio.gather(*(taken(cache.stream("k", make, timeout=5)) for _ in range(20)))
            assert {status for status, _ in results} == {"hit"}
        assert make.calls == 1

    run(test)


def test_what_breaks_off_is_not_kept(tmp_path: Path) -> None:
    async def test() -> None:
        broken = Maker(error=EngineError("broken"))
        async with opened(tmp_path / "c") as cache:
            with pytest.raises(EngineError):
                await taken(cache.stream("k", broken, timeout=5))
            left = cache.stream("k", Maker(), timeout=5)
            await anext(left)
            await left.aclose()
            await kept(cache)
            assert (await taken(cache.stream("k", Maker(), timeout=5)))[0] == "miss"

    run(test)


def test_each_has_a_deadline_of_its_own(tmp_path: Path) -> None:
    async def test() -> None:
        slow = Maker(delay=0.2)
        async with opened(tmp_path / "c") as cache:
            leader = asyncio.create_task(taken(cache.stream("k", slow, timeout=5)))
            await asyncio.sleep(0.05)
            with pytest.raises(DeadlineError, match=r"0\.05 seconds"):
                await taken(cache.stream("k", slow, timeout=0.05))
            assert (await leader)[0] == "miss"
            assert (slow.calls, slow.running) == (1, 0)

    run(test)


def test_the_leaders_deadline_is_not_its_followers(tmp_path: Path) -> None:
    async def hurried() -> AsyncGenerator[EncodedChunk, None]:
        await asyncio.sleep(0.05)
        raise DeadlineError("the leader's time is over")
        yield EncodedChunk(b"")

    async def test() -> None:
        patient = Maker()
        async with opened(tmp_path / "c") as cache:
            leader = asyncio.create_task(taken(cache.stream("k", hurried, timeout=0.5)))
            await asyncio.sleep(0)
            followers = [taken(cache.stream("k", patient, timeout=5)) for _ in range(3)]
            results = await asyncio.gather(*followers)
            assert sorted(str(status) for status, _ in results) == ["coalesced", "coalesced", "miss"]
            with pytest.raises(DeadlineError, match="leader"):
                await leader
            assert patient.calls == 1

    run(test)


def test_the_deadline_is_for_the_first_block_only(tmp_path: Path) -> None:
    async def test() -> None:
        async with opened(tmp_path / "c") as cache:
            stream = cache.stream("k", Maker(delay=0.15), timeout=0.25)
            assert (await taken(stream))[0] == "miss"

    run(test)


def test_long_streams_go_through(tmp_path: Path) -> None:
    async def test() -> None:
        make = Maker(tuple(EncodedChunk(bytes(500_000), 1.0) for _ in range(30)))  # the bound is 10 MB
        async with opened(tmp_path / "c") as cache:
            for _ in range(2):
                status, blocks = await taken(cache.stream("k", make, timeout=5))
                assert (status, len(blocks)) == ("miss", 30)
                await kept(cache)

    run(test)


def test_no_cache_still_shares(tmp_path: Path) -> None:
    async def test() -> None:
        make = Maker(delay=0.01)
        async with opened(tmp_path / "c", bound=0) as cache:
            results = await asyncio.gather(*(taken(cache.stream("k", make, timeout=5)) for _ in range(3)))
            assert [status for status, _ in results] == ["miss", "coalesced", "coalesced"]
            assert (await taken(cache.stream("k", make, timeout=5)))[0] == "miss"
        assert not (tmp_path / "c").exists()

    run(test)


def broken_index(folder: Path) -> None:
    folder.mkdir()
    (folder / "cache.db").write_bytes(b"no database" * 1000)


def a_file_in_the_way(folder: Path) -> None:
    folder.write_text("")


@pytest.mark.parametrize("damage", [broken_index, a_file_in_the_way])
def test_without_a_usable_folder_speech_goes_on_with_one_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: Callable[[Path], None]
) -> None:
    async def test() -> None:
        async with opened(tmp_path / "c") as cache:
            for _ in range(3):
                assert await taken(cache.stream("k", Maker(), timeout=5)) == ("miss", BLOCKS)
                await kept(cache)

    damage(tmp_path / "c")
    run(test)
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "speech goes on uncached" in caplog.text


def test_a_disk_that_fails_is_warned_of_once_until_it_is_mended(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StorageError("the disk is full")

    async def speak(cache: SpeechCache, key: str) -> None:
        assert await taken(cache.stream(key, Maker(), timeout=5)) == ("miss", BLOCKS)
        await kept(cache)

    async def test() -> None:
        async with opened(tmp_path / "c") as cache:
            for turn in range(2):
                with monkeypatch.context() as patch:
                    patch.setattr("declaim.server.disk_cache.DiskCache.put", fail)
                    patch.setattr("declaim.server.disk_cache.DiskCache.get", fail)
                    for number in range(3):
                        await speak(cache, f"{turn} {number}")
                await speak(cache, f"{turn} mended")
                assert (await taken(cache.stream(f"{turn} mended", Maker(), timeout=5)))[0] == "hit"

    run(test)
    assert [record.getMessage() for record in caplog.records] == [
        "the disk is full; speech goes on uncached"
    ] * 2


def test_a_disk_that_does_not_answer_is_not_waited_for(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test() -> None:
        async with opened(tmp_path / "c") as cache:
            monkeypatch.setattr("declaim.server.cache._LOOKUP", 0.05)
            monkeypatch.setattr("declaim.server.disk_cache.DiskCache.get", lambda *_: time.sleep(0.5))
            assert await taken(cache.stream("k", Maker(), timeout=5)) == ("miss", BLOCKS)

    run(test)
    assert "does not answer" in caplog.text


def test_a_kept_stream_that_is_damaged_is_made_again(tmp_path: Path) -> None:
    async def test() -> None:
        async with opened(tmp_path / "c") as cache:
            await taken(cache.stream("k", Maker(), timeout=5))
            await kept(cache)
            (path,) = (tmp_path / "c").glob("*/*/*.val")
            path.write_bytes(path.read_bytes()[:-1])
            assert await taken(cache.stream("k", Maker(), timeout=5)) == ("miss", BLOCKS)
            await kept(cache)
            assert await taken(cache.stream("k", Maker(), timeout=5)) == ("hit", BLOCKS)

    run(test)


FULL = """
import asyncio, logging, resource, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_cache import BLOCKS, Maker, kept, opened, taken
from declaim.server.encoded_chunk import EncodedChunk

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
logging.basicConfig()

async def main():
    async with opened(Path(sys.argv[2])) as cache:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        for number in range(20):
            blocks = (EncodedChunk(bytes(10_000), 1.0),) * 5
            stream = cache.stream(str(number), Maker(blocks), timeout=5)
            assert await taken(stream) == ("miss", list(blocks))
            await kept(cache)

asyncio.run(main())
"""


def test_on_a_full_disk_speech_goes_on(tmp_path: Path) -> None:
    here = str(Path(__file__).parent)
    done = subprocess.run(
        [sys.executable, "-c", FULL, here, str(tmp_path / "c")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("speech goes on uncached") == 1
    assert done.stderr.count("\n") == 1
    assert not list((tmp_path / "c").glob("*/*/*"))
