"""Try the wheel as its users will: every Python, the oldest and the newest packages that it allows.

.venv/bin/python deploy/matrix.py [--pythons 3.11 3.12 3.13] [--keep FOLDER]

Each row is a new environment with an empty home: install the wheel of ``dist/``, speak a sentence, look at
the file. Models are fetched each time. Prints a Markdown table; the exit code is 1 if a row failed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import tempfile
import time
import wave
from pathlib import Path

ROOT = Path(__file__).parents[1]
PYTHONS = ("3.11", "3.12", "3.13")
RESOLUTIONS = {"lowest-direct": "oldest", "highest": "newest"}
SENTENCE = "今天天气真好,我们去 Central Park 散步吧。"
_HIDDEN = ("PYTHONPATH", "VIRTUAL_ENV", "DECLAIM_CACHE", "DECLAIM_MODELS", "DECLAIM_CONFIG")


def main() -> int:
    """Go through all rows."""
    line = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    line.add_argument("--pythons", nargs="+", default=PYTHONS)
    line.add_argument("--keep", type=Path, help="leave the environments here")
    options = line.parse_args()
    wheel = max((ROOT / "dist").glob("declaim-*.whl"), key=lambda path: path.stat().st_mtime, default=None)
    if wheel is None:
        raise SystemExit("There is no wheel: run `python3 bootstrap.py dist` first.")
    print("| Python | packages | size, MB | install, s | speak, s | |\n|---|---|---|---|---|---|")
    failed = 0
    with tempfile.TemporaryDirectory() as temporary:
        for python in options.pythons:
            for resolution in RESOLUTIONS:
                folder = (options.keep or Path(temporary)).resolve() / f"{python}-{resolution}"
                failed += not row(wheel, python, resolution, folder)
                if options.keep is None:
                    shutil.rmtree(folder, ignore_errors=True)
    return int(failed > 0)


def row(wheel: Path, python: str, resolution: str, folder: Path) -> bool:
    """One environment: made, filled, and made to speak."""
    (folder / "home").mkdir(parents=True)
    environment = {name: value for name, value in os.environ.items() if name not in _HIDDEN}
    environment["HOME"] = str(folder / "home")
    made = run("uv", "venv", "--quiet", "--python", python, "--no-python-downloads", folder / "env")
    if made is None:
        print(f"| {python} | {RESOLUTIONS[resolution]} | | | | this Python is not here |", flush=True)
        return True
    target = ("--resolution", resolution, "--only-binary", ":all:", "--python", folder / "env", wheel)
    install = run("uv", "pip", "install", "--quiet", *target)
    declaim = folder / "env" / ("Scripts/declaim.exe" if os.name == "nt" else "bin/declaim")
    speak = install and run(declaim, "say", SENTENCE, "-o", folder / "said.wav", environment=environment)
    verdict = "speaks" if speak and seconds_in(folder / "said.wav") > 1 else "FAILS"
    size = sum(path.lstat().st_size for path in (folder / "env").rglob("*")) / 1e6
    times = " | ".join(f"{each:.0f}" if each else "" for each in (install, speak))
    print(f"| {python} | {RESOLUTIONS[resolution]} | {size:.0f} | {times} | {verdict} |", flush=True)
    return verdict == "speaks"


def run(*command: object, environment: dict[str, str] | None = None) -> float | None:
    """Run a program; gives the seconds that it took, None if it failed."""
    begin = time.monotonic()
    done = subprocess.run([str(part) for part in command], env=environment, check=False)
    return time.monotonic() - begin if done.returncode == 0 else None


def seconds_in(path: Path) -> float:
    """Length of a WAV file."""
    with wave.open(str(path)) as file:
        return file.getnframes() / file.getframerate()


if __name__ == "__main__":
    raise SystemExit(main())
