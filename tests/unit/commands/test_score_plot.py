"""Pictures, drawn into a stand-in for matplotlib's figures where it is not installed."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from declaim.commands import score_plot
from declaim.engines.kokoro import KokoroEngine
from declaim.errors import OptionError, StorageError
from declaim.prosody.score import Score
from declaim.text.sentence import Clause, Sentence, Word

Declaim = Callable[..., Any]

WORDS = tuple(Word((2 * i, 2 * i + 1), sound, sound, "en") for i, sound in enumerate(("hɛlO", "wɜɹld")))
SENTENCE = Sentence((Clause(WORDS, (0, 4), "."),))


class _Axes:
    def __init__(self) -> None:
        self.lines: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        self.ticks: tuple[list[float], list[str]] = ([], [])

    def plot(self, seconds: np.ndarray, values: np.ndarray, *, label: str, color: str) -> None:
        assert color
        self.lines[label] = seconds, values

    def set_xticks(self, at: list[float], labels: list[str], **_: object) -> None:
        self.ticks = at, labels

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_, **__: None


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[_Axes]:
    """The axes of pitch and energy."""
    axes = [_Axes(), _Axes()]
    figure = SimpleNamespace(savefig=lambda path: Path(path).write_bytes(b"picture"))
    figures = SimpleNamespace(subplots=lambda *_, **__: (figure, axes), close=lambda _: None)
    monkeypatch.setattr(score_plot, "_matplotlib", lambda: figures)
    return axes


def test_the_voices_own_and_what_the_score_makes_of_it(
    tiny_engine: KokoroEngine, drawn: list[_Axes], tmp_path: Path
) -> None:
    file = tmp_path / "a.png"
    score_plot.draw(tiny_engine, (SENTENCE, Score(pitch=12, energy=-6)), "af_heart", file)
    assert file.read_bytes() == b"picture"
    pitch, energy = (each.lines for each in drawn)
    own, said = pitch["predicted"][1], pitch["performed"][1]
    voiced = ~np.isnan(own)
    assert said[voiced] == pytest.approx(2 * own[voiced], rel=1e-4)
    assert energy["performed"][1] - energy["predicted"][1] == pytest.approx(-6 * np.log(10) / 20, abs=0.01)
    assert pitch["predicted"][0][1] == 1 / 80
    at, labels = drawn[1].ticks
    assert labels == ["hɛlO", "wɜɹld"]
    assert 0 < at[0] < at[1] < len(said) / 80


def test_the_voice_that_markup_asks_for(
    tiny_engine: KokoroEngine, drawn: list[_Axes], tmp_path: Path
) -> None:
    pitches = []
    for voice in (None, "zf_xiaoxiao"):
        sentence = Sentence(SENTENCE.clauses, voice=voice)
        score_plot.draw(tiny_engine, (sentence, Score()), "af_heart", tmp_path / "a.png")
        pitches.append(np.nanmean(drawn[0].lines["predicted"][1]))
    assert pitches[1] - pitches[0] == pytest.approx(80, abs=1)


@pytest.mark.usefixtures("drawn")
def test_a_place_that_cannot_be_written(tiny_engine: KokoroEngine, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="No such file"):
        score_plot.draw(tiny_engine, (SENTENCE, Score()), "af_heart", tmp_path / "none" / "a.png")


def test_without_matplotlib_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(OptionError, match="matplotlib") as caught:
        score_plot.check_picture(Path("a.png"))
    assert "pip install" in caught.value.hint


@pytest.mark.usefixtures("drawn")
@pytest.mark.parametrize("name", ["a", "a.wav", "png", ".png"])
def test_what_is_no_picture(name: str) -> None:
    score_plot.check_picture(Path("a.PNG"))
    with pytest.raises(OptionError, match="no picture"):
        score_plot.check_picture(Path(name))


def test_the_command_draws(declaim: Declaim, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    file = tmp_path / "a.png"
    done = declaim("score", "Hello my friend.", "--plot", str(file))
    assert (done.code, done.out) == (0, b"")
    assert file.read_bytes().startswith(b"\x89PNG")
