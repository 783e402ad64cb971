"""Playing audio on this machine's sound device while more of it is being made."""

from __future__ import annotations

import importlib
import queue
import threading
from collections.abc import Iterable
from types import ModuleType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from declaim.audio.limiter import Limiter
from declaim.audio.resampling import Resampler
from declaim.audio.writer import LOSSLESS_CEILING, require_finite
from declaim.errors import OptionError

_BLOCK_SECONDS: Final = 0.1
"""Handed to the device at a time: how long Ctrl-C may have to wait for it."""

_BLOCKS_AHEAD: Final = 300
"""Half a minute may wait for the device; then making more waits too, and memory stays flat."""

_POLL: Final = 0.1
"""Seconds that anything waits at once: a wait without a limit would not see Ctrl-C on Windows."""

_FILE_HINT: Final = "Write to a file instead: -o speech.wav"


def can_play() -> bool:
    """Whether there is a sound device, and the ``play`` extra that reaches it."""
    try:
        _output_device(_sounddevice())
    except OptionError:
        return False
    return True


def play(chunks: Iterable[NDArray[np.float32]], sample_rate: int) -> None:
    """Play chunks of mono samples, full scale = 1, as they come; return when the last is heard.

    The device is fed by a thread of its own, so there is no gap while the next chunk is computed. An
    exception of ``chunks``, or Ctrl-C, stops the sound at once.

    Raises:
        OptionError: there is no sound device, it failed, or the ``play`` extra is not installed.
        EngineError: a sample is not a finite number.
    """
    sounddevice = _sounddevice()
    rate = _device_rate(sounddevice, sample_rate)
    resampler = Resampler(sample_rate, rate)
    limiter = Limiter(LOSSLESS_CEILING, rate, true_peak=False)
    playback = _Playback(sounddevice, rate)
    try:
        for chunk in chunks:
            require_finite(chunk)
            playback.put(limiter.process(resampler.process(chunk)))
        playback.put(limiter.process(resampler.flush()))
        playback.put(limiter.flush())
        playback.finish()
    except BaseException:
        playback.abort()
        raise


class _Playback:
    """A thread that writes what is put into it to the sound device."""

    def __init__(self, sounddevice: ModuleType, rate: int) -> None:
        self._sounddevice = sounddevice
        self._rate = rate
        self._waiting: queue.Queue[NDArray[np.float32] | None] = queue.Queue(_BLOCKS_AHEAD)
        self._stopped = threading.Event()
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="declaim-play", daemon=True)
        self._thread.start()

    def put(self, samples: NDArray[np.float32]) -> None:
        """Queue samples of shape (n,); waits while half a minute is queued already."""
        size = round(_BLOCK_SECONDS * self._rate)
        for start in range(0, len(samples), size):
            self._enqueue(samples[start : start + size])

    def finish(self) -> None:
        """Wait until all is heard."""
        self._enqueue(None)
        while self._thread.is_alive():
            self._thread.join(_POLL)
        self._check()

    def abort(self) -> None:
        """Fall silent without playing what is queued."""
        self._stopped.set()
        self._thread.join()

    def _enqueue(self, block: NDArray[np.float32] | None) -> None:
        while True:
            self._check()
            try:
                return self._waiting.put(block, timeout=_POLL)
            except queue.Full:  # the device may have failed meanwhile: look again
                continue

    def _check(self) -> None:
        if self._failure is not None:
            raise OptionError(f"the sound device failed: {self._failure}", hint=_FILE_HINT) from self._failure

    def _run(self) -> None:
        try:
            with self._sounddevice.OutputStream(
                samplerate=self._rate, channels=1, dtype="float32", latency="high"
            ) as stream:
                self._feed(stream)
        except Exception as error:  # noqa: BLE001 (it is raised again where it can be handled)
            self._failure = error

    def _feed(self, stream: Any) -> None:  # noqa: ANN401 (sounddevice has no types)
        while not self._stopped.is_set():
            try:
                block = self._waiting.get(timeout=_POLL)
            except queue.Empty:
                continue
            if block is None:
                return
            stream.write(block[:, np.newaxis])
        stream.abort()


def _sounddevice() -> ModuleType:
    try:
        return importlib.import_module("sounddevice")
    except ImportError as error:
        raise OptionError(
            "playing needs the sounddevice package",
            hint=f'Install it: pip install "declaim[play]". {_FILE_HINT}',
        ) from error
    except OSError as error:  # sounddevice's own way of saying that PortAudio is missing
        hint = f"Install it (on Debian: apt install libportaudio2). {_FILE_HINT}"
        raise OptionError(f"playing needs the PortAudio library: {error}", hint=hint) from error


def _output_device(sounddevice: ModuleType) -> dict[str, Any]:
    try:
        return dict(sounddevice.query_devices(kind="output"))
    except (sounddevice.PortAudioError, ValueError) as error:
        raise OptionError(f"there is no sound device to play on: {error}", hint=_FILE_HINT) from error


def _device_rate(sounddevice: ModuleType, sample_rate: int) -> int:
    """``sample_rate`` where the device takes it, else the device's own rate, in Hz."""
    device = _output_device(sounddevice)
    try:
        sounddevice.check_output_settings(channels=1, dtype="float32", samplerate=sample_rate)
    except sounddevice.PortAudioError:
        return int(device["default_samplerate"])
    return sample_rate
