"""Packages from npm, pinned, installed once for each lock file outside of the repository."""

import hashlib
import re
import shutil
import subprocess
from pathlib import Path

import platformdirs
import pytest
from filelock import FileLock

_HERE = Path(__file__).parent
_PACKAGE = ("package.json", "package-lock.json", ".npmrc")
_OFFLINE = re.compile(r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH")


def page_tools() -> Path:
    """The folder whose ``node_modules`` has axe-core and TypeScript."""
    return installed("page_tools")


def installed(name: str) -> Path:
    """The folder where the package in the folder ``name``, beside this file, is installed."""
    for program in ("node", "npm"):
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed")
    source = _HERE / name
    pinned = hashlib.sha256(b"".join((source / file).read_bytes() for file in _PACKAGE)).hexdigest()[:16]
    folder = platformdirs.user_cache_path("declaim-tests", appauthor=False) / f"{name}-{pinned}"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if not (folder / "complete").exists():
            _install(source, folder)
            (folder / "complete").touch()
    return folder


def _install(source: Path, folder: Path) -> None:
    for file in _PACKAGE:
        shutil.copy(source / file, folder)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode and _OFFLINE.search(done.stderr):
        pytest.skip("the npm registry cannot be reached")
    assert done.returncode == 0, done.stderr
