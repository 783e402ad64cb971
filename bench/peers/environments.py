"""Environments of the peers' own: what they need does not always go together, nor with Declaim."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

_REQUIREMENTS = Path(__file__).parent / "requirements"
_TOO_NEW = (3, 13)
"""``misaki``, which most peers need for Chinese, is not for this Python and later ones."""


def folder() -> Path:
    """Return where environments and prepared files are kept; git ignores it.

    Below the folder that ``DECLAIM_CACHE`` names, if it does, otherwise here.
    """
    cache = os.environ.get("DECLAIM_CACHE")
    chosen = Path(cache) / "bench" if cache else Path(__file__).parents[1] / ".environments"
    chosen.mkdir(parents=True, exist_ok=True)
    return chosen.resolve()


def environment(name: str) -> Path:
    """Make a peer's environment unless it is there as its requirements are now.

    Returns:
        its Python.

    Raises:
        subprocess.CalledProcessError: a package could not be installed.
        SystemExit: there is no Python that is old enough.
    """
    requirements = _REQUIREMENTS / f"{name}.txt"
    base = interpreter()
    place = folder() / name
    python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = place / "installed"
    digest = hashlib.sha256(requirements.read_bytes() + os.fsencode(base)).hexdigest()
    if python.exists() and stamp.is_file() and stamp.read_text() == digest:
        return python
    print(f"Making an environment for {name} …", file=sys.stderr)
    _install(place, base, python, requirements)
    stamp.write_text(digest)
    return python


def interpreter() -> str:
    """Return a Python for the peers: this one if it is old enough, else one on the path."""
    if sys.version_info < _TOO_NEW:
        return sys.executable
    for name in ("python3.12", "python3.11"):
        if found := shutil.which(name):
            return found
    sys.exit("The peers' Chinese needs Python 3.11 or 3.12: put `python3.12` on the path.")


def _install(place: Path, base: str, python: Path, requirements: Path) -> None:
    # Sources are allowed: some peers need packages of pure Python that come as nothing else (jieba).
    if uv := shutil.which("uv"):
        subprocess.run([uv, "venv", "--quiet", "--clear", "--python", base, str(place)], check=True)
        install = [uv, "pip", "install", "--quiet", "--python", str(python)]
    else:
        if base == sys.executable:
            venv.create(place, clear=True, with_pip=True)
        else:
            subprocess.run([base, "-m", "venv", "--clear", str(place)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet"]
    subprocess.run([*install, "--require-hashes", "--requirement", str(requirements)], check=True)
