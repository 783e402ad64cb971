from pathlib import Path

import pytest

from declaim.doctor import configuration, probe
from declaim.doctor.configuration import check_configuration
from declaim.doctor.finding import Finding


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config.toml"
    monkeypatch.setenv("DECLAIM_CONFIG", str(path))
    return path


def check() -> Finding:
    (found,) = check_configuration()
    return found


def test_no_file(file: Path) -> None:
    found = check()
    assert found.level == "ok"
    assert f"none at {file}" in found.detail


def test_right_file(file: Path) -> None:
    file.write_text("rate = 0.9")
    assert check() == Finding("configuration", "ok", str(file))


@pytest.mark.parametrize(("text", "word"), [("rate = 9.5", "rate"), ("speed = 1", "speed"), ("rate = ", "")])
def test_wrong_file_is_put_aside(file: Path, text: str, word: str) -> None:
    file.write_text(text)
    found = check()
    assert found.level == "problem"
    assert word in found.detail
    assert found.mend == f"mv {file} {file}.broken"


@pytest.mark.parametrize(("variable", "value"), [("DECLAIM_RATE", "fast"), ("DECLAIM_SPEED", "1")])
@pytest.mark.usefixtures("file")
def test_wrong_variable_is_unset(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    found = check()
    assert found.level == "problem"
    assert found.mend == f"unset {variable}"


def test_broken_pydantic_is_not_the_configuration_s_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = probe.Outcome("config.py", "ImportError: no pydantic", "Traceback")
    monkeypatch.setattr(configuration, "try_module", lambda *_: outcome)
    assert check().level == "warning"
