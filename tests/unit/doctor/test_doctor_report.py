import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from declaim.doctor import Finding, as_json, as_text, examine, exit_code, report

FINDINGS = [Finding("one", "ok", "fine"), Finding("second", "problem", "broken", "mend it")]


def test_text_has_a_line_for_each_and_the_command() -> None:
    lines = as_text(FINDINGS).splitlines()
    assert lines[0] == "ok       one     fine"
    assert lines[1] == "problem  second  broken"
    assert lines[2].split() == ["to", "mend", "it:", "mend", "it"]
    assert lines[-1] == "problems: 1, warnings: 0, ok: 1"
    assert "\x1b[" in as_text(FINDINGS, colour=True)


def test_json_and_exit_code() -> None:
    assert json.loads(as_json(FINDINGS))[1] == {
        "subject": "second",
        "level": "problem",
        "detail": "broken",
        "mend": "mend it",
    }
    assert exit_code(FINDINGS) == 1
    assert exit_code([Finding("x", "warning", "slow")]) == 0


def test_check_that_fails_does_not_hide_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing() -> list[Finding]:
        raise RuntimeError("unheard of")

    monkeypatch.setattr(report, "check_machine", failing)
    monkeypatch.setattr(report, "check_packages", list)
    subjects = {found.subject: found for found in examine()}
    assert "unheard of" in subjects["machine"].detail
    assert {"python", "cache"} <= subjects.keys()


def test_broken_numpy_and_typer_give_a_report_and_no_traceback(tmp_path: Path) -> None:
    for name in ("numpy", "typer", "rich", "platformdirs"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(
            "raise ImportError('numpy.core.multiarray failed to import')"
        )
    source = str(Path(report.__file__).parents[2])
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), source])}
    done = subprocess.run(
        [sys.executable, "-m", "declaim.doctor", "--json"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == ""
    found = {entry["subject"]: entry for entry in json.loads(done.stdout)}
    for name in ("numpy", "typer", "rich", "platformdirs"):
        assert found[name]["level"] == "problem"
        assert found[name]["mend"] == "unset PYTHONPATH"
    assert found["onnxruntime"]["detail"] == "cannot work until numpy is mended"
    assert "does not load" in found["models"]["detail"]
    assert found["pypinyin"]["level"] == "ok"
