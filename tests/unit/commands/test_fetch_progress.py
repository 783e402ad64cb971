import pytest

from declaim.commands.fetch_progress import fetch_progress


def test_one_line_an_artifact_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with fetch_progress() as report:
        for arrived in range(0, 2_000_001, 500_000):
            report("tiny", arrived, 2_000_000)
        report("other", 0, 100_000)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == ["Fetching tiny (2.0 MB) …", "Fetching other (0.1 MB) …"]


def test_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    with fetch_progress() as report:
        report("tiny", 500_000, 1_000_000)
        report("tiny", 1_000_000, 1_000_000)
    assert "Fetching tiny" in capsys.readouterr().err
