import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from declaim.ablation import configurations
from declaim.prosody.rules import RulesReader

Declaim = Callable[..., Any]

TEXT = "Go home now, or go there. 他来了，我们走吧。"


@pytest.fixture(autouse=True)
def _read_by_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configurations, "load_readers", lambda *_, **__: (RulesReader(), RulesReader()))


def test_json(declaim: Declaim, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text(TEXT, encoding="utf-8")
    text = str(tmp_path / "text.txt")
    done = declaim("bench", "stages", "--text", text, "--threads", "1", "--repeat", "2", "--json")
    assert (done.code, done.err) == (0, "")
    found = json.loads(done.out)
    assert (found["engine"], found["threads"], found["repeat"]) == ("kokoro", 1, 2)
    assert found["characters"] == len(TEXT)
    assert found["load"] > 0
    first, *others = found["rows"]
    assert (first["base"], first["change"]) == (None, None)
    assert [row["base"] for row in others] == [0, 1, 2, 3]
    assert sum(row["change"] for row in others) == pytest.approx(others[-1]["total"] / first["total"] - 1)
    for row in others:
        assert row["is_kept"]
        assert row["vocoder"] > 0
        assert row["audio"] > 1


def test_the_table(declaim: Declaim) -> None:
    done = declaim("bench", "stages", "--text", "-", "--repeat", "1", stdin=TEXT.encode())
    assert (done.code, done.err) == (0, "")
    out = done.out.decode()
    heads = ("text", "LLM", "acoustic", "vocoder", "total", "change", "audio")
    assert all(head in out for head in heads)
    for name in (
        "iSTFTNet in floats,",
        "whole text, no cache",
        "→ KV cache",
        "→ clause",
        "All models were loaded before",
    ):
        assert name in out
    assert out.count("%") == 4 + 2
    assert "*" not in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--engine", "indextts"), ["indextts", "kokoro"]),
        (("--repeat", "0"), ["repeat"]),
        (("--text", "missing.txt"), ["missing.txt"]),
    ],
)
def test_what_is_wrong_is_said(declaim: Declaim, arguments: tuple[str, ...], words: list[str]) -> None:
    done = declaim("bench", "stages", *arguments)
    assert done.code == 2
    for word in words:
        assert word in done.err
