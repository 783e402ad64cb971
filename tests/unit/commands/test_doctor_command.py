import json

import pytest
import typer
from typer.testing import CliRunner

from declaim.commands.doctor import doctor
from declaim.doctor import Finding


@pytest.mark.parametrize(("level", "code"), [("ok", 0), ("warning", 0), ("problem", 1)])
def test_exit_code_and_json(monkeypatch: pytest.MonkeyPatch, level: str, code: int) -> None:
    seen: list[bool] = []

    def examine(*, deep: bool) -> list[Finding]:
        seen.append(deep)
        return [Finding("numpy", level, "detail")]  # type: ignore[arg-type]

    monkeypatch.setattr("declaim.doctor.examine", examine)
    app = typer.Typer()
    app.command()(doctor)
    result = CliRunner().invoke(app, ["--json", "--deep"])
    assert result.exit_code == code
    assert json.loads(result.stdout)[0]["level"] == level
    assert seen == [True]
