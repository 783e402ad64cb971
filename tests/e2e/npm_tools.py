"""axe-core and TypeScript from npm, pinned, installed once for each lock file outside of the repository."""

import hashlib
import re
import shutil
import subprocess
from pathlib import Path

import platformdirs
import pytest
from filelock import FileLock

HERE = Path(__file__).parent / "page_tools"
PACKAGE = ("package.json", "package-lock.json", ".npmrc")
OFFLINE = re.compile(r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH")


def page_tools() -> Path:
    """The folder whose ``node_modules`` has them."""
    for program in ("node", "npm"):
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed")
    pinned = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in PACKAGE)).hexdigest()[:16]
    folder = platformdirs.user_cache_path("declaim-tests", appauthor=False) / f"page-tools-{pinned}"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if not (folder / "complete").exists():
            _install(folder)
            (folder / "complete").touch()
    return folder


def _install(folder: Path) -> None:
    for name in PACKAGE:
        shutil.copy(HERE / name, folder)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode and OFFLINE.search(done.stderr):
        pytest.skip("the npm registry cannot be reached")
    assert done.returncode == 0, done.stderr
