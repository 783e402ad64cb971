"""Pulls in processes of their own: killed, interrupted, two at once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from loopback_hub import Hub
from tiny_artifact import MODEL, NPM, holds_members, hub_source, manifest_text, write_npm_archive

from declaim.models.manifest import parse_manifest
from declaim.models.store import ModelStore

PULL = """
import sys
from pathlib import Path
from declaim.models.manifest import parse_manifest
from declaim.models.store import ModelStore
manifest = parse_manifest(Path(sys.argv[1]).read_text())
print(ModelStore(Path(sys.argv[2]), manifest=manifest).pull("tiny"))
"""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX signals")


class Puller:
    """A store in ``root`` and processes that pull into it."""

    def __init__(self, root: Path, source: str) -> None:
        self.text = manifest_text(source)
        self.manifest_path = root / "manifest.toml"
        self.manifest_path.write_text(self.text)
        self.store = ModelStore(root / "models", manifest=parse_manifest(self.text))
        self.partial = self.store.root / f"{parse_manifest(self.text)['tiny'].folder}.fetching"

    def start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", PULL, str(self.manifest_path), str(self.store.root)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def wait_until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_killed_pull_is_taken_up_where_it_was(tmp_path: Path, hub: Hub) -> None:
    puller = Puller(tmp_path, hub_source(hub.address))
    hub.chunk, hub.delay = 20_000, 0.02
    process = puller.start()
    half = puller.partial / "tiny.onnx.partial"
    wait_until(lambda: half.exists() and half.stat().st_size > 60_000)
    process.kill()
    process.communicate()
    assert puller.store.status()[0].state == "missing"
    hub.delay = 0
    assert holds_members(puller.store.pull("tiny"))
    ranges = [asked for path, asked in hub.requests if path == "/tiny.onnx" and asked]
    assert int(ranges[0].removeprefix("bytes=").removesuffix("-")) > 60_000


def test_two_processes_fetch_once(tmp_path: Path, hub: Hub) -> None:
    puller = Puller(tmp_path, hub_source(hub.address))
    hub.chunk, hub.delay = 50_000, 0.03
    processes = [puller.start(), puller.start()]
    folders = [process.communicate(timeout=30)[0].strip() for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert folders[0] == folders[1]
    assert holds_members(Path(folders[0]))
    assert [path for path, _ in hub.requests] == ["/tiny.onnx", "/vocab.json"]


def test_interrupt_ends_the_tool_and_leaves_nothing_visible(tmp_path: Path, fake_npm: Path) -> None:
    puller = Puller(tmp_path, NPM)
    pid_file = tmp_path / "pid"
    head = fake_npm.read_text()
    fake_npm.write_text(head + f"open({str(pid_file)!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)\n")
    process = puller.start()
    wait_until(lambda: pid_file.exists() and pid_file.read_text())
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=10)
    assert process.returncode != 0
    assert "KeyboardInterrupt" in errors
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid_file.read_text()), 0)
    assert puller.store.status()[0].state == "missing"
    assert list(puller.partial.iterdir()) == []

    archive = write_npm_archive(tmp_path)
    fake_npm.write_text(head + f"shutil.copy({str(archive)!r}, target)\n")
    assert holds_members(puller.store.pull("tiny"))


def test_progress_moves_while_the_tool_works(tmp_path: Path, fake_npm: Path) -> None:
    archive = write_npm_archive(tmp_path)
    slowly = f"""
for _ in range(4):
    open(os.path.join(os.environ['TMPDIR'], 'growing'), 'ab').write(b'x' * 200)
    time.sleep(0.25)
shutil.copy({str(archive)!r}, target)
"""
    with fake_npm.open("a") as script:
        script.write(slowly)
    seen: list[int] = []
    puller = Puller(tmp_path, NPM)
    puller.store.pull("tiny", lambda _name, arrived, _total: seen.append(arrived))
    assert seen == sorted(seen)
    assert len({arrived for arrived in seen if 0 < arrived < 1000}) >= 3
    assert len(MODEL) > seen[-1] == 1000
