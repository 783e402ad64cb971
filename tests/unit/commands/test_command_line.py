import json
from collections.abc import Callable
from typing import Any

import pytest

from declaim import __version__
from declaim.engines.voices import VOICES

Declaim = Callable[..., Any]


def test_version(declaim: Declaim) -> None:
    done = declaim("--version")
    assert (done.code, done.out) == (0, f"declaim {__version__}\n".encode())


@pytest.mark.parametrize("arguments", [("--help",), ("-h",), ("say", "--help"), ("voices", "-h")])
def test_help(declaim: Declaim, arguments: tuple[str, ...]) -> None:
    done = declaim(*arguments)
    assert done.code == 0
    assert b"Usage" in done.out


def test_voices_as_json(declaim: Declaim) -> None:
    listed = json.loads(declaim("voices", "--json").out)
    assert [voice["name"] for voice in listed] == list(VOICES)
    assert listed[0].keys() == {"name", "language", "language_name", "gender"}


@pytest.mark.parametrize(("language", "count"), [("zh", 8), ("ZH", 8), ("en", 28), ("en-GB", 8), ("ja", 5)])
def test_voices_of_a_language(declaim: Declaim, language: str, count: int) -> None:
    assert len(json.loads(declaim("voices", "--language", language, "--json").out)) == count


def test_voices_as_a_table(declaim: Declaim) -> None:
    done = declaim("voices", "-l", "zh")
    lines = done.out.decode().splitlines()
    assert len(lines) == 9
    assert any("zm_yunxi" in line and "male" in line and "Mandarin" in line for line in lines)


def test_no_voice_has_the_language(declaim: Declaim) -> None:
    done = declaim("voices", "-l", "xx")
    assert done.code == 2
    assert "zh" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("arguments", [("sing",), ("say", "a", "b"), ("voices", "extra")])
def test_a_wrong_command_is_a_usage_error(declaim: Declaim, arguments: tuple[str, ...]) -> None:
    done = declaim(*arguments)
    assert done.code == 2
    assert "Traceback" not in done.err


def test_a_wrong_setting_is_one_message(declaim: Declaim, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DECLAIM_RATE", "fast")
    done = declaim("say", "Hello.", "-o", "a.wav")
    assert done.code == 2
    assert "DECLAIM_RATE" in done.err


def test_an_error_of_the_program_itself_is_not_hidden(
    declaim: Declaim, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("declaim.manner.main_language", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        declaim("say", "Hello.", "-o", "a.wav")
