from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from types import ModuleType
from typing import Any, Self

import numpy as np
import pytest
from numpy.typing import NDArray

from declaim.audio.play import can_play, play
from declaim.errors import EngineError, OptionError

RATE = 24_000


class FakeDevice(ModuleType):
    """What `play` uses of sounddevice's documented interface, and what was done with it."""

    class PortAudioError(Exception):
        pass

    def __init__(self) -> None:
        super().__init__("sounddevice")
        self.has_device = True
        self.rates = {24_000, 48_000}
        self.seconds_per_block = 0.0
        self.fail_at: int | None = None
        self.written: list[NDArray[np.float32]] = []
        self.events: list[str] = []
        self.opened: dict[str, Any] = {}

    def query_devices(self, device: Any = None, kind: str | None = None) -> dict[str, Any]:
        assert (device, kind) == (None, "output")
        if not self.has_device:
            raise self.PortAudioError("Error querying device -1")
        return {"name": "fake", "default_samplerate": 48_000.0}

    def check_output_settings(self, *, channels: int, dtype: str, samplerate: int) -> None:
        assert (channels, dtype) == (1, "float32")
        if samplerate not in self.rates:
            raise self.PortAudioError("Invalid sample rate")

    def OutputStream(self, **options: Any) -> FakeStream:  # noqa: N802 (sounddevice's name)
        self.opened = options
        return FakeStream(self)


class FakeStream:
    def __init__(self, device: FakeDevice) -> None:
        self.device = device

    def __enter__(self) -> Self:
        self.device.events.append("start")
        return self

    def __exit__(self, *_: object) -> None:
        self.device.events.append("stop")

    def write(self, data: NDArray[np.float32]) -> bool:
        assert data.dtype == np.float32
        assert data.shape[1] == 1
        time.sleep(self.device.seconds_per_block)
        if self.device.fail_at == len(self.device.written):
            raise self.device.PortAudioError("unplugged")
        self.device.written.append(data[:, 0].copy())
        return False

    def abort(self) -> None:
        self.device.events.append("abort")


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeDevice]:
    fake = FakeDevice()
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    yield fake
    assert not [thread for thread in threading.enumerate() if thread.name == "declaim-play"]


def test_all_is_played_in_order_and_in_small_blocks(device: FakeDevice, speech: NDArray[np.float32]) -> None:
    assert can_play()
    play([speech[:50_000], np.empty(0, np.float32), speech[50_000:]], RATE)
    np.testing.assert_array_equal(np.concatenate(device.written), speech)
    assert max(map(len, device.written)) <= RATE // 10
    assert device.opened == {"samplerate": RATE, "channels": 1, "dtype": "float32", "latency": "high"}
    assert device.events == ["start", "stop"]


def test_first_block_sounds_before_the_second_chunk_is_made(
    device: FakeDevice, speech: NDArray[np.float32]
) -> None:
    def chunks() -> Iterator[NDArray[np.float32]]:
        yield speech[:RATE]
        deadline = time.monotonic() + 5
        while not device.written and time.monotonic() < deadline:
            time.sleep(0.01)
        assert device.written
        yield speech[RATE:]

    play(chunks(), RATE)


def test_device_with_another_rate(device: FakeDevice, speech: NDArray[np.float32]) -> None:
    device.rates = {48_000}
    play([speech], RATE)
    assert device.opened["samplerate"] == 48_000
    assert sum(map(len, device.written)) == 2 * len(speech)


def test_loud_samples_are_limited(device: FakeDevice, speech: NDArray[np.float32]) -> None:
    play([5 * speech], RATE)
    assert np.abs(np.concatenate(device.written)).max() < 0.99


def test_making_waits_for_the_device(device: FakeDevice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("declaim.audio.play._BLOCKS_AHEAD", 5)
    device.seconds_per_block = 0.01
    ahead: list[int] = []

    def chunks() -> Iterator[NDArray[np.float32]]:
        for index in range(40):
            ahead.append(index - len(device.written))
            yield np.zeros(RATE // 10, np.float32)

    play(chunks(), RATE)
    assert max(ahead) <= 8


@pytest.mark.parametrize("error", [KeyboardInterrupt(), EngineError("broken")])
def test_failure_silences_at_once(device: FakeDevice, error: BaseException) -> None:
    device.seconds_per_block = 0.02

    def chunks() -> Iterator[NDArray[np.float32]]:
        yield np.zeros(10 * RATE, np.float32)
        raise error

    with pytest.raises(type(error)):
        play(chunks(), RATE)
    assert len(device.written) < 20
    assert device.events == ["start", "abort", "stop"]


def test_device_that_fails_on_the_way(device: FakeDevice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("declaim.audio.play._BLOCKS_AHEAD", 5)
    device.fail_at = 3
    with pytest.raises(OptionError, match="unplugged") as caught:
        play((np.zeros(RATE, np.float32) for _ in range(100)), RATE)
    assert "-o" in caught.value.hint


def test_no_device(device: FakeDevice) -> None:
    device.has_device = False
    assert not can_play()
    with pytest.raises(OptionError, match="no sound device"):
        play([], RATE)


def test_extra_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    assert not can_play()
    with pytest.raises(OptionError) as caught:
        play([], RATE)
    assert 'pip install "declaim[play]"' in caught.value.hint


def test_port_audio_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> ModuleType:
        raise OSError("PortAudio library not found")

    monkeypatch.setattr("importlib.import_module", missing)
    assert not can_play()


def test_samples_that_are_no_numbers(device: FakeDevice) -> None:
    with pytest.raises(EngineError):
        play([np.full(10, np.nan, np.float32)], RATE)
    assert device.events[-1] == "stop"
