from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import threading
import tracemalloc
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fidelity import IN_FILES, chunked
from numpy.typing import NDArray

from declaim.audio.encoder import encode_stream
from declaim.audio.files import write_file
from declaim.audio.formats import FORMATS
from declaim.audio.loudness import LoudnessMeter
from declaim.errors import EngineError, OptionError, StorageError
from declaim.replacing import replacing

RATE = 24_000
Decode = Callable[[bytes, str], Any]


def write(samples: NDArray[np.float32], path: Path, name: str, **options: Any) -> bytes:
    write_file(chunked(samples), path, FORMATS[name], RATE, **options)
    assert list(path.parent.iterdir()) == [path]
    return path.read_bytes()


@pytest.mark.parametrize("name", FORMATS)
def test_file_decodes_to_what_was_put_in(
    name: str, speech: NDArray[np.float32], decode: Decode, tmp_path: Path
) -> None:
    delay, surplus, snr = IN_FILES[name]
    heard = decode(write(speech, tmp_path / "a", name, loudness=None), name)
    assert heard.lag(speech) == delay
    assert 0 <= len(heard.samples) - len(speech) <= surplus
    assert heard.snr(speech, delay) > snr


@pytest.mark.parametrize("name", ["wav", "flac", "m4a"])
def test_header_says_the_exact_length(
    name: str, speech: NDArray[np.float32], decode: Decode, tmp_path: Path
) -> None:
    heard = decode(write(speech, tmp_path / "a", name), name)
    assert heard.seconds * RATE == pytest.approx(len(speech), abs=0.5)


def test_wav_is_read_by_others(speech: NDArray[np.float32], tmp_path: Path) -> None:
    write(speech, tmp_path / "a.wav", "wav", loudness=None)
    with wave.open(str(tmp_path / "a.wav")) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    np.testing.assert_array_equal(samples, np.rint(speech * 32768))


@pytest.mark.parametrize("name", ["pcm", "opus", "aac"])
def test_file_holds_the_same_sound_as_the_stream(
    name: str, speech: NDArray[np.float32], decode: Decode, tmp_path: Path
) -> None:
    stream = b"".join(encode_stream(chunked(speech), FORMATS[name], RATE))
    file = write(speech, tmp_path / "a", name, loudness=None)
    np.testing.assert_array_equal(decode(file, name).samples, decode(stream, name).samples)


def test_m4a_has_its_index_in_front(speech: NDArray[np.float32], tmp_path: Path) -> None:
    data = write(speech, tmp_path / "a.m4a", "m4a")
    assert 0 < data.index(b"moov") < data.index(b"mdat")


@pytest.mark.parametrize("name", ["wav", "mp3", "opus"])
@pytest.mark.parametrize("level", [0.5, 1.9])
def test_loudness(
    name: str, level: float, speech: NDArray[np.float32], decode: Decode, tmp_path: Path
) -> None:
    heard = decode(write(level * speech, tmp_path / "a", name, loudness=-18), name)
    meter = LoudnessMeter(RATE)
    meter.add(heard.samples.astype(np.float32))
    assert meter.integrated == pytest.approx(-18, abs=0.2)


def test_metadata(speech: NDArray[np.float32], tmp_path: Path) -> None:
    import av

    for name in ("wav", "flac", "mp3", "opus", "m4a"):
        path = tmp_path / name
        write_file([speech], path, FORMATS[name], RATE, metadata={"title": "今天", "artist": "x"})
        with av.open(str(path)) as container:
            assert (container.metadata | container.streams[0].metadata)["title"] == "今天"


def interrupted(samples: NDArray[np.float32], error: BaseException) -> Iterator[NDArray[np.float32]]:
    yield from chunked(samples)
    raise error


@pytest.mark.parametrize("name", ["wav", "mp3", "opus", "m4a"])
@pytest.mark.parametrize("loudness", [None, -16])
@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("engine"), OSError(5, "not ours")])
def test_failure_leaves_the_old_file_and_nothing_else(
    name: str, loudness: float | None, error: BaseException, speech: NDArray[np.float32], tmp_path: Path
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    with pytest.raises(type(error)) as caught:
        write_file(interrupted(speech, error), path, FORMATS[name], RATE, loudness=loudness)
    assert caught.value is error
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize("loudness", [None, -16])
@pytest.mark.parametrize("chunks", [[], [np.empty(0, np.float32)], [np.full(9, np.nan, np.float32)]])
def test_no_audio_is_no_file(
    loudness: float | None, chunks: list[NDArray[np.float32]], tmp_path: Path
) -> None:
    with pytest.raises(EngineError):
        write_file(chunks, tmp_path / "a.mp3", FORMATS["mp3"], RATE, loudness=loudness)
    assert not list(tmp_path.iterdir())


def never() -> Iterator[NDArray[np.float32]]:
    pytest.fail("synthesis began before the file was tried")
    yield


@pytest.mark.parametrize("loudness", [None, -16])
def test_missing_folder(loudness: float | None, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"none.a\.wav") as caught:
        write_file(never(), tmp_path / "none" / "a.wav", FORMATS["wav"], RATE, loudness=loudness)
    assert "mkdir -p" in caught.value.hint


@pytest.mark.parametrize("loudness", [None, -16])
@pytest.mark.parametrize(
    ("name", "hint"),
    [("a" * 300 + ".wav", "shorter name"), ("a" * 300 + "/a.wav", "shorter name"), ("file/a.wav", "folder")],
    ids=["long name", "long folder", "file as folder"],
)
def test_path_that_no_file_can_have(name: str, hint: str, loudness: float | None, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot be written") as caught:
        write_file(never(), tmp_path / name, FORMATS["wav"], RATE, loudness=loudness)
    assert hint in caught.value.hint


def test_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="is a folder"):
        write_file(never(), tmp_path, FORMATS["wav"], RATE)


def test_bad_options_make_no_file(tmp_path: Path) -> None:
    for options in ({"loudness": float("nan")}, {"bit_rate": 1}, {"bit_rate": 1, "loudness": None}):
        with pytest.raises(OptionError):
            write_file(never(), tmp_path / "a.mp3", FORMATS["mp3"], RATE, **options)
        assert not list(tmp_path.iterdir())


def test_refusal_of_the_system_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "touch", refuse)
    with pytest.raises(StorageError, match="Permission denied") as caught:
        write_file(never(), tmp_path / "a.wav", FORMATS["wav"], RATE, loudness=None)
    assert "may write" in caught.value.hint


FULL_DISK = """
import resource, signal, sys
import numpy as np
from pathlib import Path
from declaim.audio.files import write_file
from declaim.audio.formats import FORMATS
from declaim.errors import StorageError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))
noise = np.random.default_rng(0).standard_normal((5, 24_000)).astype(np.float32) * 0.1
for name, loudness in [*((name, None) for name in FORMATS), ("wav", -16)]:
    try:
        write_file(noise, Path(sys.argv[1]), FORMATS[name], 24_000, loudness=loudness)
    except StorageError as error:
        print(name, error)
"""


def test_disk_that_takes_no_more(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FULL_DISK, str(tmp_path / "a")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    expected = [f"{name} {tmp_path / 'a'} cannot be written: File too large" for name in [*FORMATS, "wav"]]
    assert done.stdout.splitlines() == expected
    assert not list(tmp_path.iterdir())


def test_link_stays_a_link(speech: NDArray[np.float32], tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "target.wav")
    write_file([speech], tmp_path / "link", FORMATS["wav"], RATE)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target.wav").read_bytes().startswith(b"RIFF")


def test_pipe_is_written_in_place(speech: NDArray[np.float32], tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append(path.read_bytes()))
    reader.start()
    write_file([speech], path, FORMATS["wav"], RATE, loudness=None)
    reader.join()
    assert stat.S_ISFIFO(path.stat().st_mode)
    assert len(received[0]) == 44 + 2 * len(speech)


def test_null_device_stays_one(speech: NDArray[np.float32]) -> None:
    write_file([speech], "/dev/null", FORMATS["wav"], RATE)
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_memory_does_not_grow_with_the_length(speech: NDArray[np.float32], tmp_path: Path) -> None:
    """Ten minutes are 58 MB of float samples."""

    def minutes() -> Iterator[NDArray[np.float32]]:
        for _ in range(600):
            yield speech[:RATE].copy()

    tracemalloc.start()
    write_file(minutes(), tmp_path / "a", FORMATS["wav"], RATE)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5e6


def test_replacing_text(tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    with replacing(path) as temporary:
        temporary.write_text("1", encoding="utf-8")
        assert not path.exists()
    assert path.read_text(encoding="utf-8") == "1"
    assert path.stat().st_mode & 0o777 == 0o666 & ~umask()


def umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
