from pathlib import Path

import numpy as np
import pytest

from bench.peers.__main__ import main
from bench.peers.plot import draw
from bench.peers.report import report
from bench.peers.results import ColdStart, Results, Run, ServiceRun, merged
from bench.peers.roster import BASELINE, KINDS
from bench.peers.spread import ratios, spread
from bench.peers.texts import TEXTS
from bench.peers.timing import Timing
from bench.peers.versions import pinned
from bench.peers.warm import turns


def timing(first: float, whole: float, seconds: float = 2.0) -> Timing:
    return Timing(((first, 100), (whole, round(seconds * 1000) - 100)), whole, 1000, 0.1)


@pytest.fixture
def results() -> Results:
    """The baseline is hit by a busy spell in its second turn, and so is Declaim."""
    kept = Results({"processor": "X", "cores": 2, "system": "S", "python": "3", "versions": {"declaim": "1"}})
    for turn, busy in enumerate((1, 10, 1)):
        kept.warm.append(Run(2, "zh-10", "declaim", "stream", turn, timing(0.1 * busy, 0.4 * busy)))
        kept.warm.append(Run(2, "zh-10", BASELINE, "stream", turn, timing(0.8 * busy, 0.8 * busy, 1.0)))
    kept.warm.append(Run(2, "en-10", "piper", "stream", 0, timing(0.1, 0.2)))
    kept.cold = [
        ColdStart(2, "zh-10", BASELINE, 0, 4.0, 0.5, 0.7, 2.5, 900_000_000, 950_000_000),
        ColdStart(2, "zh-10", "declaim say", 0, 3.0),
    ]
    kept.service = [
        ServiceRun("declaim", 4, 0, 10.0, 60.0, (0.2, 0.4, 0.6), 1, ("500",), 900.0),
        ServiceRun(BASELINE, 4, 0, 10.0, 20.0, (2.0,), 0, (), 500.0),
    ]
    kept.failures = ["piper, zh-10: no"]
    return kept


def cells(text: str, *beginning: str) -> list[str]:
    (row,) = (line for line in text.splitlines() if line.startswith(f"| {' | '.join(beginning)} |"))
    return [cell.strip() for cell in row.strip("|").split("|")]


def test_ratios_are_of_runs_that_followed_each_other(results: Results) -> None:
    row = cells(report(results), "zh-10", "declaim", "stream")
    assert row[3] == "3"
    assert row[5] == "0.10 [0.10, 0.55]"
    assert row[10:] == ["0.125 [0.125, 0.125]", "0.500 [0.500, 0.500]", "0.250 [0.250, 0.250]"]


def test_where_there_is_nothing_to_compare_with_there_is_no_ratio(results: Results) -> None:
    assert cells(report(results), "zh-10", BASELINE, "stream")[10:] == ["–"] * 3
    assert cells(report(results), "en-10", "piper", "stream")[10:] == ["–"] * 3


def test_cold_starts_and_services(results: Results) -> None:
    text = report(results)
    assert cells(text, "zh-10", "declaim say")[2:] == ["–"] * 3 + [
        "3.00 [3.00, 3.00]",
        "0.75 [0.75, 0.75]",
        "–",
        "–",
    ]
    assert cells(text, "zh-10", BASELINE, "0.50")[-2:] == ["900", "950"]
    row = cells(text, "4", "declaim")
    assert row[2:5] == ["3", "1", "1"]
    assert row[5:7] == ["6.00 [6.00, 6.00]", "3.00 [3.00, 3.00]"]
    assert row[9] == "0.20 [0.20, 0.20]"
    assert "- piper, zh-10: no" in text


def test_results_are_kept_whole(results: Results, tmp_path: Path) -> None:
    results.write(tmp_path / "kept" / "peers.json")
    assert Results.read(tmp_path / "kept" / "peers.json") == results


def test_the_picture_is_the_same_for_the_same_results(results: Results, tmp_path: Path) -> None:
    for name in ("a.svg", "b.svg"):
        draw(results, tmp_path / name)
    picture = (tmp_path / "a.svg").read_bytes()
    assert picture == (tmp_path / "b.svg").read_bytes()
    assert b"<svg" in picture
    assert b"fill: #ffffff" not in picture  # a page may be dark


def test_quartiles() -> None:
    assert spread([4, 1, 3, 2, 5]).text(0) == "3 [2, 4]"
    with pytest.raises(ValueError, match="no values"):
        spread([])


def test_ratios_leave_out_turns_that_only_one_took() -> None:
    assert ratios({0: 1, 1: 9, 2: 100}, {0: 2, 1: 3, 5: 1}).middle == pytest.approx(1.75)
    with pytest.raises(ValueError, match="no values"):
        ratios({0: 1.0}, {1: 1.0})


def test_runs_that_were_put_together_are_compared_each_with_its_own_baseline(results: Results) -> None:
    later = Results({**results.machine, "versions": {"piper": "3"}})
    later.warm = [Run(2, "zh-10", name, "stream", 0, timing(1, 1)) for name in ("piper", BASELINE)]
    whole = merged([results, later])
    assert whole.machine["versions"] == {"declaim": "1", "piper": "3"}
    assert whole.failures == results.failures
    assert [run.turn for run in whole.warm] == [0, 0, 1, 1, 2, 2, 0, 3, 3]
    assert [run.turn for run in results.warm] == [0, 0, 1, 1, 2, 2, 0]
    row = cells(report(whole), "zh-10", "declaim", "stream")
    assert (row[3], row[10]) == ("3", "0.125 [0.125, 0.125]")
    assert cells(report(whole), "zh-10", BASELINE, "stream")[3] == "4"
    assert cells(report(whole), "zh-10", "piper", "stream")[10] == "1.000 [1.000, 1.000]"


@pytest.mark.parametrize("other", [{"cores": 4}, {"versions": {"declaim": "2"}}])
def test_other_machines_and_versions_are_not_put_together(results: Results, other: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="not the same machine"):
        merged([results, Results({**results.machine, **other})])


def test_what_was_kept_is_shown_again(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    results.write(tmp_path / "peers.json")
    monkeypatch.setattr("sys.argv", ["bench.peers", "--read", str(tmp_path / "peers.json")])
    main()
    assert capsys.readouterr().out == f"{report(results)}\n"
    monkeypatch.setattr("sys.argv", ["bench.peers", "--read", str(tmp_path / "none.json")])
    with pytest.raises(SystemExit, match=r"none\.json"):
        main()


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.name)
def test_texts_are_as_long_as_their_names_say(text: object) -> None:
    named = text.name.split("-")[1]  # type: ignore[attr-defined]
    written = text.text  # type: ignore[attr-defined]
    if named == "paragraph":
        assert sum(written.count(mark) for mark in "。.") == 10
    else:
        assert len(written) == pytest.approx(int(named), rel=0.1)


def test_long_texts_are_spoken_less_often() -> None:
    assert [turns(text, 9) for text in TEXTS[:5]] == [9, 9, 3, 3, 3]
    assert turns(TEXTS[3], 1) == 2


@pytest.mark.parametrize("name", [name for name in KINDS if name != "declaim"])
def test_every_peer_is_pinned(name: str) -> None:
    assert np.all([part.isdigit() for part in pinned(name).split(".")])
