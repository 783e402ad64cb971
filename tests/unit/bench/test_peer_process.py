import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.peers.process import PeerError, PeerProcess, peer_process
from bench.peers.worker import Worker, answer

HERE = Path(__file__).parent


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> Iterator[PeerProcess]:
    monkeypatch.setenv("PYTHONPATH", str(HERE))
    with peer_process(Path(sys.executable), "toy_speaker", own=True) as started:
        yield started


def test_a_peer_stays_warm_and_what_it_prints_disturbs_nobody(process: PeerProcess) -> None:
    loading = process.load({"model": "m.onnx"}, 2, {})
    assert loading.import_seconds >= 0
    streamed = process.speak("你好 big world", "v", "en", stream=True)
    assert [samples for _, samples in streamed.chunks] == [2, 3, 5]
    assert (streamed.sample_rate, streamed.audio, streamed.silence) == (100, 0.1, 0)
    assert len(process.speak("你好 big world", "v", "en", stream=False).chunks) == 1
    assert 5e6 < process.peak_memory() < 5e9


def test_settings_reach_the_engine(process: PeerProcess) -> None:
    process.load({}, 1, {"level": 0.0})
    assert process.speak("hello", "v", "en", stream=False).silence == pytest.approx(0.05)


def test_a_request_that_fails_is_told_and_the_next_is_answered(process: PeerProcess) -> None:
    with pytest.raises(PeerError, match="cannot speak now"):
        process.speak("too early", "v", "en", stream=True)
    process.load({}, 1, {})
    with pytest.raises(PeerError, match="no audio"):
        process.speak("", "v", "en", stream=True)
    assert process.speak("hello", "v", "en", stream=True).chunks


def test_last_words_of_a_peer_that_died_are_told(process: PeerProcess) -> None:
    process.load({}, 1, {})
    for _ in range(2):  # the second finds nobody there
        with pytest.raises(PeerError, match=r"(?s)ended.*out of memory"):
            process.speak("crash", "v", "en", stream=True)


def test_a_foreign_environment_does_not_see_our_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(HERE))
    with peer_process(Path(sys.executable), "toy_speaker") as foreign, pytest.raises(PeerError, match="toy"):
        foreign.load({}, 1, {})


def test_each_line_has_its_reply() -> None:
    replies = io.StringIO()
    answer(Worker("toy_speaker"), ['{"do": "memory"}', "no JSON", '{"do": "sing"}'], replies)
    peak, nonsense, unknown = map(json.loads, replies.getvalue().splitlines())
    assert peak["peak"] > 0
    assert "JSONDecodeError" in nonsense["error"]
    assert "cannot sing" in unknown["error"]
