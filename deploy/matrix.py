"""Try the wheel as its users will: every Python, the oldest and the newest packages that it allows.

.venv/bin/python deploy/matrix.py [--pythons 3.11 3.12 3.13] [--keep FOLDER]

Pythons are versions that uv finds, or paths. Each row is a new environment with an empty home: install the
wheel of ``dist/``, speak a sentence, look at the file. Models are fetched each time. Prints a Markdown table;
the exit code is 1 if a row failed, a Python that was asked for is not here, or none is.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import wave
from pathlib import Path

ROOT = Path(__file__).parents[1]
PYTHONS = ("3.11", "3.12", "3.13")
RESOLUTIONS = {"lowest-direct": "oldest", "highest": "newest"}
SENTENCE = "今天天气真好,我们去 Central Park 散步吧。"
UV = (sys.executable, "-m", "uv")
_HIDDEN = ("DECLAIM_", "PYTHON", "VIRTUAL_ENV", "XDG_")
"""How variables begin that lead elsewhere than into the new environment and its home."""


def main() -> int:
    """Go through all rows."""
    line = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    line.add_argument("--pythons", nargs="+", help=f"{' '.join(PYTHONS)} by default")
    line.add_argument("--keep", type=Path, help="leave the environments here")
    options = line.parse_args()
    wheel = max((ROOT / "dist").glob("declaim-*.whl"), key=lambda path: path.stat().st_mtime, default=None)
    if wheel is None:
        raise SystemExit("There is no wheel: run `python3 bootstrap.py dist` first.")
    print("| Python | packages | size, MB | install, s | fetch models and speak, s | |")
    print("|---|---|---|---|---|---|")
    spoke: list[bool] = []
    with tempfile.TemporaryDirectory() as temporary:
        for python in options.pythons or PYTHONS:
            if run(*UV, "python", "find", "--no-python-downloads", python, output=subprocess.DEVNULL) is None:
                print(f"| {python} | | | | | is not here |", flush=True)
                spoke += [False] if options.pythons else []
                continue
            for resolution in RESOLUTIONS:
                folder = (options.keep or Path(temporary)).resolve() / f"{len(spoke) + 1}-{resolution}"
                spoke.append(row(wheel, python, resolution, folder))
                if options.keep is None:
                    shutil.rmtree(folder, ignore_errors=True)
    return int(not spoke or not all(spoke))


def row(wheel: Path, python: str, resolution: str, folder: Path) -> bool:
    """One environment: made, filled, and made to speak."""
    (folder / "home").mkdir(parents=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(_HIDDEN)}
    environment["HOME"] = str(folder / "home")
    programs = folder / "env" / ("Scripts" if os.name == "nt" else "bin")
    made = run(*UV, "venv", "--quiet", "--python", python, "--no-python-downloads", folder / "env")
    target = ("--resolution", resolution, "--only-binary", ":all:", "--python", folder / "env", wheel)
    install = made and run(*UV, "pip", "install", "--quiet", *target)
    said = folder / "said.wav"
    speak = install and run(programs / "declaim", "say", SENTENCE, "-o", said, environment=environment)
    verdict = "speaks" if speak and seconds_in(said) > 1 else "FAILS"
    size = sum(path.lstat().st_size for path in (folder / "env").rglob("*")) / 1e6
    times = " | ".join(f"{each:.0f}" if each else "" for each in (install, speak))
    name = version_of(programs / "python") if made else python
    print(f"| {name} | {RESOLUTIONS[resolution]} | {size:.0f} | {times} | {verdict} |", flush=True)
    return verdict == "speaks"


def version_of(python: Path) -> str:
    """``3.12.1``."""
    code = "import platform; print(platform.python_version())"
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def run(
    *command: object, environment: dict[str, str] | None = None, output: int | None = None
) -> float | None:
    """Run a program; gives the seconds that it took, None if it failed."""
    begin = time.monotonic()
    done = subprocess.run(
        [str(part) for part in command], env=environment, stdout=output, stderr=output, check=False
    )
    return time.monotonic() - begin if done.returncode == 0 else None


def seconds_in(path: Path) -> float:
    """Length of a WAV file."""
    with wave.open(str(path)) as file:
        return file.getnframes() / file.getframerate()


if __name__ == "__main__":
    raise SystemExit(main())
