"""The score that a user gives on the command line."""

from __future__ import annotations

from pathlib import Path

from declaim.errors import OptionError
from declaim.prosody.emotion import Emotion
from declaim.prosody.score import Score


def given_score(written: str | None, emotion: str | None) -> Score:
    """The fields that ``--score`` and ``--emotion`` set; the latter wins.

    Args:
        written: JSON, or ``@`` and the name of a file with it.
        emotion: ``sad:0.6,calm:0.2``.

    Raises:
        OptionError: one of them cannot be read.
    """
    score = Score.parse(_content(written)) if written is not None else Score()
    if emotion is None:
        return score
    return score.with_given(Score(emotion=Emotion.parse(emotion)))


def _content(written: str) -> str:
    if not written.startswith("@"):
        return written
    try:
        return Path(written[1:]).read_text(encoding="utf-8-sig")
    except OSError as error:
        problem = error.strerror
    except UnicodeDecodeError:
        problem = "it is not UTF-8"
    raise OptionError(
        f"the score {written[1:]} cannot be read: {problem}", hint="give JSON, or @ and a file's name"
    )
