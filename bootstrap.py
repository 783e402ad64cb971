"""Set everything up and run one command: needs Python 3.11 or later with pip, nothing outside this folder.

python3 bootstrap.py say "Hello." -o hello.wav    any `declaim` command
python3 bootstrap.py serve                        the speech service, on http://127.0.0.1:8000
python3 bootstrap.py test [PYTEST OPTIONS]        the tests
python3 bootstrap.py lint                         ruff and mypy
python3 bootstrap.py bench quality|peers          a bench, with its options
python3 bootstrap.py dist                         wheel, sdist and bill of materials, in dist/
python3 bootstrap.py audit [--database FILE]      known vulnerabilities of the pinned packages

Packages go into .venv, pinned by hash; what is installed already is left alone.
"""

# No annotations import and no syntax newer than 3.6: an old Python must get as far as the message in main().
import contextlib
import hashlib
import importlib.util
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Iterator  # noqa: UP035 - an old Python knows no other

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
OLDEST = (3, 11)

MISLEADING = {
    "PYTHONPATH",  # pip would take what lies there for installed
    *(
        "PIP_" + option
        for option in (
            "CONSTRAINT",
            "DRY_RUN",
            "EDITABLE",
            "NO_DEPS",
            "PREFIX",
            "PYTHON",
            "REQUIREMENT",
            "REQUIRE_HASHES",
            "ROOT",
            "TARGET",
            "USER",
        )
    ),
}
"""Variables that change what pip installs or where to; those that say where from and how are the user's."""


def main() -> int:
    """Install what the command needs, then run it."""
    if sys.version_info < OLDEST:
        sys.exit("Python 3.11 or later is needed: run this file with it, as in `python3.11 bootstrap.py`.")
    command, *rest = sys.argv[1:] or ["--help"]
    if command in {"-h", "--help"}:
        print(__doc__.strip())
        return 0
    if command in {"test", "lint", "bench", "dist"}:
        os.chdir(ROOT)
    if command == "test":
        install("dev")
        # Fetched here once, so that parallel tests do not wait for each other's lock.
        models = ("kokoro", "kokoro-voices", "whisper-base", "smollm2", "multilingual-e5-small", "fastspeech")
        code = run(PYTHON, "-m", "declaim.cli", "models", "pull", *models)
        return code or become("-m", "pytest", *(rest or ("-n", "auto", "--dist", "loadfile")))
    if command == "lint":
        install("dev")
        checks = (("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",))
        return max(run(PYTHON, "-m", *check) for check in checks)
    if command in {"audit", "dist"}:
        install("release")
        code = run(PYTHON, "-m", "hatchling", "build") if command == "dist" else 0
        script = "bill_of_materials.py" if command == "dist" else "audit.py"
        return code or become(str(ROOT / "deploy" / script), *rest)
    if command == "bench":
        install("bench")
        name, *options = rest or ["quality"]
        return become("-m", f"bench.{name}", *options)
    install("studio" if command in {"book", "podcast", "serve"} else "run")
    return become("-m", "declaim.cli", command, *rest)


def install(requirements: str) -> None:
    """Bring .venv up to date with requirements/NAME.txt, unless it is."""
    pinned = ROOT / "requirements" / f"{requirements}.txt"
    stamp = VENV / f"installed-{requirements}"
    # The place counts too: an editable package is found where it was when it was installed.
    parts = (pinned.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), os.fsencode(ROOT))
    digest = hashlib.sha256(b"".join(parts)).hexdigest()
    if is_installed(stamp, digest):
        return
    for module, package in (("pip", "python3-pip"), ("venv", "python3-venv")):
        if importlib.util.find_spec(module) is None:
            sys.exit(f"{sys.executable} has no {module}. Install it (on Debian: apt install {package}).")
    print(f"Installing packages into {VENV} …", file=sys.stderr)
    try:
        with alone():
            if not is_installed(stamp, digest):  # it may be by now: by whoever was waited for
                fill_environment(pinned)
                stamp.write_text(digest)
    except OSError as error:
        sys.exit(f"{error}\n{VENV} is needed, with 1 GB: work in a copy of this folder where it can be made.")


def is_installed(stamp: Path, digest: str) -> bool:
    """Whether .venv is what ``digest`` stands for, and its Python still there."""
    return PYTHON.exists() and stamp.is_file() and stamp.read_text() == digest


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Wait until no other process is installing. The lock ends with the process, however that ends."""
    VENV.mkdir(exist_ok=True)
    with (VENV / "installing.lock").open("w") as file:
        if os.name == "nt":
            import msvcrt  # noqa: PLC0415

            locked = False
            while not locked:
                with contextlib.suppress(OSError):  # it stops waiting after ten seconds
                    msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
                    locked = True
        else:
            import fcntl  # noqa: PLC0415

            fcntl.flock(file, fcntl.LOCK_EX)
            os.set_inheritable(file.fileno(), True)  # noqa: FBT003 - a pip that outlives us holds it too
        yield


def fill_environment(pinned: Path) -> None:
    """Make .venv if there is none, and let pip install the pinned packages and this one."""
    if not PYTHON.exists():
        import venv  # noqa: PLC0415 - the message about a Python without it comes first

        PYTHON.unlink(missing_ok=True)  # a link to a Python that has been removed
        # Without a pip of its own, which some systems' Python cannot put there; the pinned one follows.
        venv.create(VENV, with_pip=False)
    environment = {name: value for name, value in os.environ.items() if name not in MISLEADING}
    pip = (sys.executable, "-m", "pip", "--python", PYTHON, "install", "--quiet")
    for options in (
        # No sources, which would run their setup and may want a compiler; but jieba, which a bench's peer
        # needs, is plain Python and comes as nothing else.
        ("--require-hashes", "--only-binary", ":all:", "--no-binary", "jieba", "--requirement", pinned),
        ("--no-deps", "--no-build-isolation", "--editable", ROOT),
    ):
        code = run(*pip, *options, env=environment)
        if code:
            print("pip could not install what is needed; its own words are above.", file=sys.stderr)
            sys.exit(code)


def run(*command: object, env: "dict[str, str] | None" = None) -> int:
    """Run a program and give its exit code."""
    return subprocess.run([str(part) for part in command], env=env, close_fds=False, check=False).returncode


def become(*arguments: str) -> int:
    """Run .venv's Python in this process's place: signals reach it, and its exit code is ours."""
    if os.name == "nt":  # exec gives the terminal back too early there
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the program, which ends in its own way
        return run(PYTHON, *arguments)
    return os.execv(PYTHON, [str(PYTHON), *arguments])  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
