"""A picture of a sentence's prosody: the voice's own, and what a score makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from declaim.errors import OptionError, StorageError
from declaim.prosody.score import Score

if TYPE_CHECKING:
    from pathlib import Path

    from declaim.engines.kokoro import Contours, KokoroEngine
    from declaim.text.sentence import Sentence

_RATE = 80
"""Values a second of the contours."""
_SUFFIXES = (".png", ".svg", ".pdf")
_CHINESE_FONTS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "Microsoft YaHei",
    "PingFang SC",
)


def draw(engine: KokoroEngine, composed: tuple[Sentence, Score], voice: str, path: Path) -> None:
    """Draw F0 and energy, predicted by the voice alone and performed by the score, with the words beneath.

    Raises:
        OptionError: as :func:`check_picture`.
        StorageError: the file cannot be written.
    """
    figures = _matplotlib()
    sentence, score = composed
    voice = sentence.voice or voice
    contours = {
        "predicted": engine.contours(sentence, Score(), voice),
        "performed": engine.contours(sentence, score, voice),
    }
    figure, (pitch, energy) = figures.subplots(2, 1, sharex=True, figsize=(11, 5), layout="constrained")
    for name, each in contours.items():
        style = {"label": name, "color": "0.6" if name == "predicted" else "C0"}
        seconds = np.arange(len(each.f0)) / _RATE
        pitch.plot(seconds, each.f0, **style)
        energy.plot(seconds, each.energy, **style)
    pitch.set_ylabel("F0 in Hz")
    pitch.legend(loc="upper right")
    energy.set_ylabel("energy (ln)")
    _write_words(energy, contours["performed"])
    try:
        figure.savefig(path)
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}") from error
    finally:
        figures.close(figure)


def check_picture(path: Path) -> None:
    """Refuse before models are loaded what could not be drawn.

    Raises:
        OptionError: matplotlib is not installed, or cannot write such a picture.
    """
    if path.suffix.lower() not in _SUFFIXES:
        hint = f"end its name with {', '.join(_SUFFIXES)}"
        raise OptionError(f"no picture can be written as {path.name}", hint=hint)
    _matplotlib()


def _write_words(axes: Any, contours: Contours) -> None:  # noqa: ANN401 - matplotlib's axes
    """Each word under its time, where performed."""
    centres = [(start + end) / 2 for _, start, end in contours.words]
    axes.set_xticks(centres, [word for word, _, _ in contours.words], rotation=45, ha="right")
    for _, start, _ in contours.words:
        axes.axvline(start, color="0.9", linewidth=0.8)


def _matplotlib() -> Any:  # noqa: ANN401 - a module that need not be there
    try:
        import matplotlib as mpl  # noqa: PLC0415
    except ImportError as error:
        raise OptionError(
            "matplotlib, which draws, is not installed", hint="pip install 'declaim[plot]'"
        ) from error
    mpl.use("Agg")  # no window
    import matplotlib.pyplot as plt  # noqa: PLC0415

    plt.rcParams["font.sans-serif"] = [*_CHINESE_FONTS, *plt.rcParams["font.sans-serif"]]
    return plt
