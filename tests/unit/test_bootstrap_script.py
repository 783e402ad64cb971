"""``bootstrap.py``: nothing is installed here; what would be run is noted."""

import ast
import fcntl
import importlib.util
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[2] / "bootstrap.py"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="flock, exec and signals")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder that looks like a clone, with a space and Chinese in its path."""
    folder = tmp_path / "a clone 克隆"
    (folder / "requirements").mkdir(parents=True)
    names = (f"requirements/{each}.txt" for each in ("run", "dev", "release"))
    for name in (*names, "pyproject.toml"):
        (folder / name).write_text("pinned")
    (folder / "bootstrap.py").write_bytes(SCRIPT.read_bytes())
    return folder


def load(clone: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap", clone / "bootstrap.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def bootstrap(clone: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The script, which notes what it would run in place of running it."""
    return noting(load(clone), monkeypatch)


def noting(module: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    module.commands = []

    def run(*command: object, env: dict[str, str] | None = None) -> int:
        module.commands.append((" ".join(map(str, command)), env))
        return 0

    def become(*arguments: str) -> int:
        return run("python", *arguments)

    monkeypatch.setattr(module, "run", run)
    monkeypatch.setattr(module, "become", become)
    return module


def call(bootstrap: Any, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> list[str]:
    """What ``bootstrap.py ARGUMENTS`` runs."""
    bootstrap.commands.clear()
    monkeypatch.setattr(sys, "argv", ["bootstrap.py", *arguments])
    assert bootstrap.main() == 0
    return [command for command, _ in bootstrap.commands]


def test_packages_are_installed_once(bootstrap: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pinned, own, command = call(bootstrap, monkeypatch, "say", "Hello.")
    assert "--require-hashes" in pinned
    assert pinned.endswith("run.txt")
    assert f"--editable {bootstrap.ROOT}" in own
    assert command == "python -m declaim.cli say Hello."
    assert call(bootstrap, monkeypatch, "voices") == ["python -m declaim.cli voices"]


@pytest.mark.parametrize("name", ["requirements/run.txt", "pyproject.toml"])
def test_new_pins_are_installed(bootstrap: Any, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    call(bootstrap, monkeypatch, "voices")
    (bootstrap.ROOT / name).write_text("other")
    assert len(call(bootstrap, monkeypatch, "voices")) == 3


def test_what_a_release_needs(bootstrap: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    pinned, _, audit = call(bootstrap, monkeypatch, "audit", "--database", "all.zip")
    assert pinned.endswith("release.txt")
    assert audit == f"python {bootstrap.ROOT / 'deploy' / 'audit.py'} --database all.zip"
    assert Path.cwd() == tmp_path  # the database is looked for where it was said to be
    build, bill = call(bootstrap, monkeypatch, "dist")
    assert build == f"{bootstrap.PYTHON} -m hatchling build"
    assert bill == f"python {bootstrap.ROOT / 'deploy' / 'bill_of_materials.py'}"


def test_a_clone_that_was_moved_is_set_up_again(
    bootstrap: Any, clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call(bootstrap, monkeypatch, "voices")
    moved = noting(load(clone.rename(clone.with_name("moved"))), monkeypatch)
    assert len(call(moved, monkeypatch, "voices")) == 3


def test_an_environment_whose_python_has_gone_is_made_again(
    bootstrap: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    call(bootstrap, monkeypatch, "voices")
    bootstrap.PYTHON.unlink()
    bootstrap.PYTHON.symlink_to("/no/python")
    assert len(call(bootstrap, monkeypatch, "voices")) == 3
    assert bootstrap.PYTHON.exists()


def test_a_failed_installation_is_not_taken_for_done(
    bootstrap: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(bootstrap, "run", lambda *_, **__: 7)
        with pytest.raises(SystemExit) as left:
            call(bootstrap, monkeypatch, "voices")
    assert left.value.code == 7
    assert "pip could not install" in capsys.readouterr().err
    assert len(call(bootstrap, monkeypatch, "voices")) == 3


def test_variables_that_would_send_packages_elsewhere_are_left_out(
    bootstrap: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PIP_TARGET", "PIP_USER", "PIP_INDEX_URL", "PYTHONPATH"):
        monkeypatch.setenv(name, "somewhere")
    call(bootstrap, monkeypatch, "voices")
    environment = bootstrap.commands[0][1]
    assert environment["PIP_INDEX_URL"] == "somewhere"
    assert not environment.keys() & {"PIP_TARGET", "PIP_USER", "PYTHONPATH"}


def test_it_waits_for_another_installation(bootstrap: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    call(bootstrap, monkeypatch, "voices")
    stamp = bootstrap.VENV / "installed-run"
    done = stamp.read_text()
    stamp.unlink()
    script = (
        "import fcntl, pathlib, sys, time\n"
        "lock = open(sys.argv[1], 'w'); fcntl.flock(lock, fcntl.LOCK_EX); print('locked', flush=True)\n"
        "time.sleep(0.5); pathlib.Path(sys.argv[2]).write_text(sys.argv[3])"
    )
    lock = bootstrap.VENV / "installing.lock"
    other = subprocess.Popen([sys.executable, "-c", script, lock, stamp, done], stdout=subprocess.PIPE)
    assert other.stdout
    assert other.stdout.readline() == b"locked\n"
    assert call(bootstrap, monkeypatch, "voices") == ["python -m declaim.cli voices"]  # nothing left to do
    other.communicate()


def test_a_pip_that_outlives_its_bootstrap_keeps_the_lock(bootstrap: Any) -> None:
    script = f"import sys; sys.path.insert(0, {str(bootstrap.ROOT)!r}); import bootstrap\n"
    script += "with bootstrap.alone(): bootstrap.run('sh', '-c', 'echo $$; exec sleep 30')"
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    assert process.stdout
    orphan = int(process.stdout.readline())
    process.kill()
    process.wait()
    with (bootstrap.VENV / "installing.lock").open("w") as lock:
        with pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.kill(orphan, signal.SIGKILL)
        deadline = time.monotonic() + 10
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
    process.stdout.close()


@pytest.mark.parametrize("module", ["pip", "venv"])
def test_a_python_without_what_is_needed_is_told(
    bootstrap: Any, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == module else find(name))
    with pytest.raises(SystemExit, match=f"has no {module}.*python3-{module}"):
        call(bootstrap, monkeypatch, "voices")


def test_a_folder_that_cannot_be_written_is_told(bootstrap: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    bootstrap.VENV.write_text("in the way")
    with pytest.raises(SystemExit, match=r"\.venv is needed"):
        call(bootstrap, monkeypatch, "voices")


@pytest.mark.parametrize("arguments", [(), ("-h",), ("--help",)])
def test_help_installs_nothing(
    bootstrap: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
) -> None:
    assert call(bootstrap, monkeypatch, *arguments) == []
    assert "bootstrap.py test" in capsys.readouterr().out


def test_an_old_python_can_read_it_and_is_told(bootstrap: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 6))
    assert not any(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in tree.body)
    monkeypatch.setattr(sys, "version_info", (3, 8, 18))
    with pytest.raises(SystemExit, match=r"Python 3\.11 or later"):
        call(bootstrap, monkeypatch, "voices")
