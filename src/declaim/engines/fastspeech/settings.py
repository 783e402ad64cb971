"""How the understudy for Mandarin speaks: the ``[engines.fastspeech]`` table of the configuration."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from declaim.channels.settings import ChannelSettings


class FastSpeechConfig(BaseModel):
    """FastSpeech2 and its vocoder. Unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    vocoder: Literal["mb_melgan", "griffin_lim"] = "mb_melgan"
    """A network, or an algorithm that needs none and takes more than twice as long."""
    n_iter: Annotated[int, Field(ge=1, le=500)] = 32
    """Griffin-Lim: turns."""
    n_fft: Annotated[int, Field(ge=1200, le=8192)] = 2048
    """Griffin-Lim: length of its Fourier transforms."""
    momentum: Annotated[float, Field(ge=0, lt=1)] = 0.99
    """Griffin-Lim: how far each turn goes beyond its own result; 0 is the algorithm of 1984."""
    channel: ChannelSettings = ChannelSettings()
    """Deadlines and breaker."""
