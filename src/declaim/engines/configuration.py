"""The engines' part of the configuration: the ``[engines]`` table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from declaim.channels.settings import ChannelSettings
from declaim.engines.dashscope.settings import DashScopeConfig
from declaim.engines.fastspeech.settings import FastSpeechConfig
from declaim.engines.indextts.settings import IndexTTSConfig

if TYPE_CHECKING:
    from declaim.engines.choice import ChannelName


class KokoroConfig(BaseModel):
    """The embedded engine has nothing to choose but when another one stands in. Unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)

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
