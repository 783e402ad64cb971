"""How IndexTTS-2.5 speaks: the ``[engines.indextts]`` table of the configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from declaim.channels.settings import ChannelSettings

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]

EMOTION_ROWS = (3, 17, 2, 8, 4, 5, 10, 24)
"""Rows of ``feat1.pt`` and ``feat2.pt`` that belong to each emotion (``emo_num`` of the published
configuration of 2.5)."""


class IndexTTSConfig(BaseModel):
    """How IndexTTS-2.5 speaks. Unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model_dir: Path | None = None
    """The folder of the weights, in the layout of the package ``index-tts-2-5-onnx`` 0.1.0."""
    accept_licence: bool = False
    """That you have read the licence of the weights and accept it. Without it the engine does not load."""
    voices: dict[str, Path] = {}
    """Recordings of the voices to speak with, 1 to 15 seconds each. A key is a voice's name
    (``zf_xiaoxiao``), the first two letters of several (``zf``), ``female``, ``male`` or ``default``; the
    first of these that is there is taken."""
    emotion: Literal["score", "reference"] | None = None
    """Whether emotions follow the score or the recording alone. None: the score, if the folder has
    ``feat1.pt`` and ``feat2.pt``."""
    emotion_reference: Path | None = None
    """A recording whose emotion takes the place of the voice's own. None: the voice's."""
    emotion_strength: Share = 1.0
    """How much of either is taken: 0 is the voice's own recording."""
    emotion_rows: tuple[Count, Count, Count, Count, Count, Count, Count, Count] = EMOTION_ROWS
    """Rows of those files that belong to each emotion."""
    duration_factor: Annotated[float, Field(ge=0.5, le=2, allow_inf_nan=False)] = 1.0
    """Ratio by which all speech is longer than the model would have it; the score's rate comes on top."""
    temperature: Annotated[float, Field(ge=0, le=5, allow_inf_nan=False)] = 0.8
    """Of the choice of codes; 0 always takes the likeliest."""
    top_k: Annotated[int, Field(ge=0)] = 30
    """Only so many of the likeliest codes are chosen from; 0 is all."""
    top_p: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)] = 0.8
    """Only the likeliest codes of together this probability are chosen from."""
    repetition_penalty: Annotated[float, Field(ge=1, le=100, allow_inf_nan=False)] = 10.0
    """By how much the logit of a code that was said already is divided, or multiplied if it is negative."""
    seed: Annotated[int, Field(ge=0)] | None = 0
    """Of all chance: with one, a sentence sounds the same each time. None: as it comes."""
    max_codes: Annotated[int, Field(ge=1, le=1_800)] = 1500
    """Codes of one piece, 25 a second. A piece that has not ended by then is an error."""
    max_text_tokens: Annotated[int, Field(ge=16, le=600)] = 120
    """Of one piece."""
    pieces: Literal["sentence", "clause"] = "sentence"
    """What is spoken at once, and heard when it is done. Clauses come sooner and cost more: each computes
    the recording's mel again."""
    pronunciations: bool = True
    """Write out the pinyin of Chinese characters that are not read as usual."""
    steps: Annotated[int, Field(ge=1, le=1000)] = 25
    """Of the flow from noise to a mel."""
    guidance: Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)] = 0.7
    """How far the flow is pushed away from what it would be without text and voice."""
    vocoder: Literal["bigvgan", "griffin_lim"] = "bigvgan"
    """What makes samples of a mel. ``griffin_lim`` is faster and sounds worse."""
    channel: ChannelSettings = ChannelSettings()
    """Deadlines and breaker."""
