"""The command line in this process, with the tiny model: exit code, output and messages of a run."""

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import pytest

from declaim import cli
from declaim.synthesizer import Synthesizer


@dataclass(frozen=True, slots=True)
class Finished:
    code: int
    out: bytes
    err: str


Declaim: TypeAlias = Callable[..., Finished]


@pytest.fixture
def declaim(
    request: pytest.FixtureRequest,
    synthesizer: Synthesizer,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> Declaim:
    """Runs ``declaim ARGUMENTS`` with bytes on standard input, which is no terminal."""
    request.getfixturevalue("tiny_machine")
    # Dictionaries and networks of the text stage take seconds to load: one for all runs.
    monkeypatch.setattr("declaim.composer.TextFrontend", lambda **_: synthesizer._composer._frontend)
    monkeypatch.setattr(cli, "_leave", sys.exit)

    def run(*arguments: str, stdin: bytes = b"") -> Finished:
        monkeypatch.setattr(sys, "argv", ["declaim", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        with pytest.raises(SystemExit) as left:
            cli.main()
        captured = capsysbinary.readouterr()
        return Finished(int(left.value.code or 0), captured.out, captured.err.decode())

    return run
