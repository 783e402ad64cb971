"""The application as Serve starts it: engines, and before them the service that `declaim serve` runs too."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from functools import partial
from importlib import import_module
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict
from ray import serve
from ray.serve import Application
from ray.serve.handle import DeploymentHandle

from declaim.cluster.deployments import SERVICE, options_of
from declaim.cluster.engine import SpeakingEngine
from declaim.cluster.messages import Answer
from declaim.cluster.speakers import ClusterSpeakers
from declaim.config import Config
from declaim.engines.choice import ChannelName
from declaim.engines.to_say import ToSay
from declaim.errors import EngineError
from declaim.server.assembly import assembled
from declaim.server.logs import configure_logging
from declaim.server.security import api_keys, check_exposure
from declaim.server.workers.speakers import LoadSpeaker
from declaim.server.workers.speech import LoadReader, PooledSpeechService


class Arguments(BaseModel):
    """The ``args`` of the application in Serve's YAML."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    config: dict[str, Any]
    """As :func:`declaim.cluster.manifests.portable_config` writes it: the same on all machines."""
    reader: str = "declaim.server.workers.stages:load_reader"
    """Stages 1 and 2, as ``module:function``."""
    speaker: str = "declaim.server.workers.stages:load_speaker"
    """Stages 3 and 4, likewise."""


def build(given: dict[str, Any]) -> Application:
    """The application; Serve's ``import_path`` is ``declaim.cluster.app:build``.

    Args:
        given: fields of :class:`Arguments`.

    Raises:
        ConfigError: the configuration cannot be used.
    """
    args = Arguments(**given)
    options = options_of(Config(**args.config))
    engines = {
        name: serve.deployment(Engine, name=name, **how).bind(args, name)
        for name, how in options.items()
        if name != SERVICE
    }
    service = serve.deployment(serve.ingress()(Service), name=SERVICE, **options[SERVICE])
    app: Application = service.bind(args, engines)
    return app


class Engine:
    """A process that speaks."""

    def __init__(self, args: Arguments, name: ChannelName) -> None:
        config = Config(**args.config)
        configure_logging(config.server.log_format)
        load: LoadSpeaker = _imported(args.speaker)
        self._engine = SpeakingEngine(partial(load, config, config.cluster.engine_threads, name))

    async def speak(self, said: ToSay, skip: int) -> AsyncGenerator[Answer]:
        """Say a sentence; see :meth:`SpeakingEngine.speak`."""
        async for answer in self._engine.speak(said, skip):
            yield answer

    async def check_health(self) -> None:
        """Asked by Serve, which replaces the process if this raises.

        Raises:
            EngineError: it is stuck.
        """
        if self._engine.is_stuck:
            raise EngineError("a sentence that was given up goes on nevertheless")


class Service:
    """A process that takes requests and reads their texts."""

    def __init__(self, args: Arguments, engines: dict[str, DeploymentHandle[Any]]) -> None:
        self._args = args
        self._engines = engines

    async def __serve_build_asgi_app__(self) -> FastAPI:
        """The application, ready to speak: Serve sends requests when this has returned.

        Raises:
            ConfigError: the configuration cannot be used, or would let everybody in.
        """
        config = Config(**self._args.config)
        configure_logging(config.server.log_format)
        check_exposure(config.server, api_keys(config.server))
        load_reader: LoadReader = _imported(self._args.reader)
        speakers = partial(_speakers, self._engines)
        service = PooledSpeechService(config, load_reader=load_reader, speakers=speakers)
        app = assembled(config, service)
        await service.start()
        await service.ready()
        return app


def _speakers(engines: dict[str, DeploymentHandle[Any]], config: Config, worked: Any) -> ClusterSpeakers:  # noqa: ANN401
    return ClusterSpeakers(config, engines, worked)


def _imported(path: str) -> Any:  # noqa: ANN401 - whoever asks knows
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)
