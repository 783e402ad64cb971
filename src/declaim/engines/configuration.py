"""The engines' part of the configuration: the ``[engines]`` table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict

from declaim.channels.settings import ChannelSettings
from declaim.engines.dashscope.settings import DashScopeConfig
from declaim.engines.fastspeech.settings import FastSpeechConfig
from declaim.engines.indextts.settings import IndexTTSConfig
from declaim.engines.kokoro_files import VocoderKind

if TYPE_CHECKING:
    from declaim.engines.choice import ChannelName


class KokoroConfig(BaseModel):
    """The embedded engine. Unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    vocoder: VocoderKind | Literal["fastest"] = "fastest"
    """How its vocoder computes: ``kernels`` (on processors with AVX-512 VNNI), ``int8``, ``float``, or as is
    fastest on this machine. They sound alike."""
    channel: ChannelSettings = ChannelSettings()
    """Deadlines and breaker."""


class EnginesConfig(BaseModel):
    """How each engine speaks, and how long it is waited for. Unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kokoro: KokoroConfig = KokoroConfig()
    fastspeech: FastSpeechConfig = FastSpeechConfig()
    indextts: IndexTTSConfig = IndexTTSConfig()
    sambert: DashScopeConfig = DashScopeConfig()

    def channel(self, name: ChannelName) -> ChannelSettings:
        """Deadlines and breaker of an engine's channel."""
        settings: ChannelSettings = getattr(self, name).channel
        return settings
