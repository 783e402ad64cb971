"""The clock. With a wrong one certificates are not valid, so that nothing can be fetched."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from declaim.doctor.finding import Finding

_TOLERANCE = 120.0
"""Seconds. Time servers keep clocks within one; certificates and caches mind minutes."""

_SET = {
    "linux": "timedatectl set-ntp true",
    "darwin": "sudo systemsetup -setusingnetworktime on",
    "win32": "w32tm /resync",
}


def check_clock() -> list[Finding]:
    """Compare the clock with what is known without a network.

    It cannot be earlier than when this package was installed, and the file system's clock, which is another
    machine's where the folder is a network's, has to agree with it. A clock that is ahead, files and all,
    cannot be found out this way.
    """
    now = time.time()
    late = Path(__file__).stat().st_mtime - now
    if late > _TOLERANCE:
        detail = f"it is {_said(late)} before the time at which this package was installed"
        return [Finding("clock", "warning", f"{detail}: nothing can be fetched with a wrong clock", _mend())]
    apart = _files_are_ahead()
    if abs(apart) > _TOLERANCE:
        whose = "ahead of" if apart > 0 else "behind"
        detail = f"files get times that are {_said(abs(apart))} {whose} this machine's clock"
        return [Finding("clock", "warning", f"{detail}: models are hashed again and again", _mend())]
    return [Finding("clock", "ok", time.strftime("%Y-%m-%d %H:%M %Z", time.localtime(now)))]


def _files_are_ahead() -> float:
    """Seconds by which a new file's time is later than the clock; 0 where no file can be made."""
    try:
        from declaim.models.store import cache_folder  # noqa: PLC0415 - platformdirs may be broken

        folder = next(each for each in (cache_folder(), *cache_folder().parents) if each.exists())
        with tempfile.NamedTemporaryFile(dir=folder) as file:
            return Path(file.name).stat().st_mtime - time.time()
    except Exception:  # noqa: BLE001 - the checks of packages and of storage say what is wrong there
        return 0.0


def _said(seconds: float) -> str:
    for name, length in (("days", 86400), ("hours", 3600)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {name}"
    return f"{seconds / 60:.0f} minutes"


def _mend() -> str:
    return _SET.get(sys.platform, _SET["linux"])
