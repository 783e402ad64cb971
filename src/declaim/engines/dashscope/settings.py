"""How DashScope is used: the ``[engines.sambert]`` table of the configuration; the key is elsewhere."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from declaim.channels.settings import ChannelSettings
from declaim.errors import ConfigError

KEY_VARIABLES = ("DECLAIM_DASHSCOPE_API_KEY", "DASHSCOPE_API_KEY")
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

Seconds = Annotated[float, Field(gt=0, le=3_600, allow_inf_nan=False)]


def _keeps_the_key(endpoint: str) -> str:
    """Refuse an address that the key would travel to in the clear."""
    address = urlsplit(endpoint)
    if address.username is not None or not address.hostname:
        raise ValueError("an address without a user's name, such as wss://host/path, is wanted")
    if address.scheme != "wss" and not (address.scheme == "ws" and address.hostname in LOOPBACK):
        raise ValueError("it must begin with wss:// (ws:// is for this machine only)")
    return endpoint


def _pairs(voices: object) -> object:
    """Variables have no tables: ``f=sambert-zhiru-v1,m=sambert-zhide-v1``."""
    if not isinstance(voices, str):
        return voices
    pairs = (pair.partition("=") for pair in voices.split(",") if pair.strip())
    return {name.strip(): voice.strip() for name, _, voice in pairs}


class DashScopeConfig(BaseModel):
    """How DashScope is used. Unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    endpoint: Annotated[str, AfterValidator(_keeps_the_key)] = (
        "wss://dashscope.aliyuncs.com/api-ws/v1/inference"
    )
    """Where the service is. Alibaba recommends a workspace's own host, which its console shows."""
    workspace: Annotated[str, Field(pattern=r"^[\x21-\x7e]+$")] | None = None
    """The workspace that pays. None: the key's default one."""
    voices: Annotated[Mapping[str, str], BeforeValidator(_pairs)] = {}
    """Who speaks for a voice of ours: ``MODEL`` of Sambert, or ``MODEL/VOICE`` of CosyVoice. A key is a
    voice's name, or its first two letters (``zf``), or ``f`` or ``m`` for all of a gender."""
    price: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    """Of 10,000 characters as the service counts them, in the currency of ``max_cost``. None: the list
    price in yuan."""
    word_timestamps: bool = True
    """Ask when each word is heard. Without, a sentence comes in one piece and its words have no times."""
    emotion_instructions: bool = False
    """Tell CosyVoice the emotion in words, which only voices marked "Instruct" take."""
    connect_timeout: Seconds = 5.0
    """Until the WebSocket is open."""
    first_audio_timeout: Seconds = 8.0
    """From asking to the first audio."""
    idle_timeout: Seconds = 5.0
    """Between audio and more audio, or the end."""
    total_timeout: Seconds = 60.0
    """For a sentence in all. The time in which nobody takes its audio does not count."""
    channel: ChannelSettings = ChannelSettings()
    """Deadlines and breaker."""


def key_from_environment() -> SecretStr:
    """The key from the first variable that is set.

    Raises:
        ConfigError: there is none, or it has characters that no HTTP header may have.
    """
    name = next((name for name in KEY_VARIABLES if os.environ.get(name, "").strip()), None)
    if name is None:
        raise ConfigError(
            "speaking with DashScope needs a key", hint=f"set the variable {KEY_VARIABLES[0]} to it"
        )
    key = os.environ[name].strip()
    if not (key.isascii() and key.isprintable()):
        raise ConfigError(f"{name} holds no key", hint="a key is one line of ASCII characters")
    return SecretStr(key)
