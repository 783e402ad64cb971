"""The engines that there are, by their names in the list of channels; each is imported when it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from declaim.config import Config
    from declaim.engines.dashscope.channel import DashScopeChannel
    from declaim.engines.engine import Engine
    from declaim.models.progress import ProgressCallback
    from declaim.models.store import ModelStore
    from declaim.text.sentence import Sentence, Span

ChannelName: TypeAlias = Literal["kokoro", "sambert", "fastspeech", "indextts"]


def load_engine(
    name: ChannelName,
    config: Config,
    store: ModelStore,
    *,
    threads: int,
    progress: ProgressCallback | None = None,
) -> Engine:
    """Load an engine of this machine; the first time its models are fetched.

    Raises:
        ConfigError: it cannot be used as it is configured.
        ModelError: its models cannot be had.
    """
    return LOCAL_ENGINES[name](config, store, threads, progress)


def cloud_channel(name: ChannelName, config: Config) -> DashScopeChannel:  # noqa: ARG001 - there is one
    """The client of an engine that is elsewhere.

    Raises:
        ConfigError: it has no key, or a voice that does not exist.
    """
    from declaim.engines.dashscope.channel import DashScopeChannel  # noqa: PLC0415
    from declaim.engines.dashscope.settings import key_from_environment  # noqa: PLC0415

    return DashScopeChannel(config.engines.sambert, key_from_environment())


def lacks(name: ChannelName, sentence: Sentence) -> tuple[Span, ...]:
    """Written stretches that a local engine would approximate, as far as can be told without its models."""
    from declaim.engines.fastspeech.symbols import approximated  # noqa: PLC0415

    return approximated(sentence) if name == "fastspeech" else ()


def _kokoro(config: Config, store: ModelStore, threads: int, progress: ProgressCallback | None) -> Engine:
    from declaim.engines.kokoro import KokoroEngine  # noqa: PLC0415

    vocoder = config.engines.kokoro.vocoder
    return KokoroEngine.load(store, threads=threads, vocoder=vocoder, progress=progress)


def _fastspeech(config: Config, store: ModelStore, threads: int, progress: ProgressCallback | None) -> Engine:
    from declaim.engines.fastspeech.engine import FastSpeechEngine  # noqa: PLC0415

    return FastSpeechEngine.load(store, config.engines.fastspeech, threads=threads, progress=progress)


def _indextts(config: Config, _: ModelStore, threads: int, __: ProgressCallback | None) -> Engine:
    from declaim.engines.indextts.engine import IndexTTSEngine  # noqa: PLC0415
    from declaim.engines.resampled import Resampled  # noqa: PLC0415

    return Resampled(IndexTTSEngine.load(config.engines.indextts, threads=threads))


_Load: TypeAlias = "Callable[[Config, ModelStore, int, ProgressCallback | None], Engine]"
LOCAL_ENGINES: Final[dict[ChannelName, _Load]] = {
    "kokoro": _kokoro, "fastspeech": _fastspeech, "indextts": _indextts,
}  # fmt: skip
"""Those that run in processes of this machine."""

_ARTIFACTS: Final[dict[ChannelName, tuple[str, ...]]] = {
    "kokoro": ("kokoro", "kokoro-voices"), "fastspeech": ("fastspeech",),
}  # fmt: skip


def artifacts(*names: ChannelName) -> list[str]:
    """What of the model store some engines load."""
    return [artifact for name in names for artifact in _ARTIFACTS.get(name, ())]
