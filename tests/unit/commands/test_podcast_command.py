import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Declaim = Callable[..., Any]

SCRIPT = "# 开场\n主持人: 大家好。\n\nGuest (excited): Hello, my friend.\n# Bye\n主持人: 再见。\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    (here / "talk.txt").write_text(SCRIPT, encoding="utf-8")
    return here


@pytest.fixture
def _unloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Models may not be loaded."""
    monkeypatch.setattr("declaim.server.workers.stages.fetch_models", lambda *_: pytest.fail("loaded"))


@pytest.mark.usefixtures("_unloaded")
def test_preview_speaks_nothing(declaim: Declaim, folder: Path) -> None:
    done = declaim("podcast", "talk.txt", "--preview")
    assert done.code == 0, done.err
    out = done.out.decode()
    for word in ("开场", "Bye", "主持人", "Guest", "zf_xiaoxiao", "(suggested)", "About 0:0"):
        assert word in out
    assert [path.name for path in folder.iterdir()] == ["talk.txt"]


@pytest.mark.usefixtures("_unloaded")
@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.yaml", "title: T\nscripts: x\n", "line 2: scripts: there is no such key"),
        ("a.yaml", "title: T\nspeakers: {A: nobody}\nscript: 'A: hi'\n", "no voice 'nobody'"),
        ("a.yaml", "title: T\nintro: none.mp3\nscript: 'A: hi'\n", "none.mp3"),
        ("a.txt", "\n", "nothing in it to say"),
        ("a.yaml", "title: T\nscript: [\n", "line 3"),
        ("a.yaml", "title: T\nspeakers: {A: {voice: af_heart, pan: 3}}\nscript: 'A: hi'\n", "line 2"),
        ("a.yaml", "title: T\nscript_file: none.txt\n", "none.txt"),
        ("a.yaml", "title: T\nspeakers: {A: af_heart}\nscript: |\n  A: Hi.\n  B: Ho.\n  B: Ha.\n", "B"),
    ],
)
def test_refused_before_models_are_loaded(
    declaim: Declaim, folder: Path, name: str, text: str, message: str
) -> None:
    (folder / name).write_text(text, encoding="utf-8")
    done = declaim("podcast", name)
    assert done.code == 2
    assert message in done.err
    assert "Traceback" not in done.err


@pytest.mark.usefixtures("_unloaded")
def test_a_long_script_is_looked_at_in_seconds(declaim: Declaim, folder: Path) -> None:
    lines = [
        f"{'主持人' if n % 2 else 'Guest'}: 第{n}句话，这里说的是天气和路上的事情。" for n in range(8000)
    ]
    text = "\n".join(lines)
    assert len(text) > 200_000
    (folder / "long.txt").write_text(text, encoding="utf-8")
    begun = time.monotonic()
    done = declaim("podcast", "long.txt", "--preview")
    assert done.code == 0, done.err
    assert time.monotonic() - begun < 20
    assert "8000" in done.out.decode()


def test_output_that_is_no_mp3(declaim: Declaim) -> None:
    done = declaim("podcast", "talk.txt", "-o", "e.wav")
    assert (done.code, "end its name in .mp3" in done.err) == (2, True)
