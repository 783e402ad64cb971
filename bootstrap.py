"""Set everything up and run one command: needs Python 3.11 or later with pip, nothing outside this folder.

python3 bootstrap.py say "Hello." -o hello.wav    any `declaim` command
python3 bootstrap.py test [PYTEST OPTIONS]        the tests
python3 bootstrap.py lint                         ruff and mypy
python3 bootstrap.py bench quality|latency        a bench, with its options

Packages go into .venv, pinned by hash; what is installed already is left alone.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
OLDEST = (3, 11)


def main() -> int:
    """Install what the command needs, then run it."""
    if sys.version_info < OLDEST:
        print("Python 3.11 or later is needed: run this file with it, as in `python3.11 bootstrap.py`.")
        return 2
    command, *rest = sys.argv[1:] or ["--help"]
    if command in {"test", "lint", "bench"}:
        os.chdir(ROOT)
    if command == "test":
        install("dev")
        # Fetched here once, so that parallel tests do not wait for each other's lock.
        run(PYTHON, "-m", "declaim.cli", "models", "pull", "kokoro", "kokoro-voices", "whisper-base")
        return run(PYTHON, "-m", "pytest", *(rest or ("-n", "auto", "--dist", "loadfile")), check=False)
    if command == "lint":
        install("dev")
        checks = (("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",))
        return max(run(PYTHON, "-m", *check, check=False) for check in checks)
    if command == "bench":
        install("bench")
        name, *options = rest or ["quality"]
        return run(PYTHON, "-m", f"bench.{name}", *options, check=False)
    install("run")
    return run(PYTHON, "-m", "declaim.cli", command, *rest, check=False)


def install(requirements: str) -> None:
    """Bring .venv up to date with requirements/NAME.txt, unless it is."""
    pinned = ROOT / "requirements" / f"{requirements}.txt"
    stamp = VENV / f"installed-{requirements}"
    digest = hashlib.sha256(pinned.read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == digest:
        return
    if not PYTHON.exists():
        # Without a pip of its own, which some systems' Python cannot put there; the pinned one follows.
        venv.create(VENV, with_pip=False)
    pip = (sys.executable, "-m", "pip", "--python", str(PYTHON), "install", "--quiet")
    print(f"Installing packages into {VENV.name} …", file=sys.stderr)
    run(*pip, "--require-hashes", "--only-binary", ":all:", "--requirement", pinned)
    run(*pip, "--no-deps", "--no-build-isolation", "--editable", ROOT)
    stamp.write_text(digest)


def run(*command: object, check: bool = True) -> int:
    """Run a program; with ``check``, end with its exit code if it fails."""
    code = subprocess.run([str(part) for part in command], check=False).returncode
    if check and code:
        sys.exit(code)
    return code


if __name__ == "__main__":
    sys.exit(main())
