"""The application as Serve starts it: engines, and before them the service that `declaim serve` runs too."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from functools import partial
from importlib import import_module
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict
from ray import serve
from ray.serve import Application
from ray.serve.handle import DeploymentHandle
from starlette.types import ASGIApp, Receive, Scope, Send

from declaim.cluster.deployments import (
    APPLICATION,
    SERVICE,
    STUDIO,
    book_width,
    options_of,
    studio_options,
)
from declaim.cluster.engine import SpeakingEngine
from declaim.cluster.messages import Answer
from declaim.cluster.speakers import ClusterSpeakers
from declaim.config import Config
from declaim.engines.choice import ChannelName
from declaim.engines.to_say import ToSay
from declaim.errors import ConfigError, EngineError
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


def build_studio(given: dict[str, Any]) -> Application:
    """What makes books, for ``/v1/jobs``; its sentences go to the engines of :func:`build`'s application.

    Args:
        given: fields of :class:`Arguments`.

    Raises:
        ConfigError: the configuration cannot be used.
    """
    args = Arguments(**given)
    options = studio_options(Config(**args.config))
    app: Application = serve.deployment(serve.ingress()(StudioService), name=STUDIO, **options).bind(args)
    return app


class Engine:
    """A process that speaks."""

    def __init__(self, args: Arguments, name: ChannelName) -> None:
        config = Config(**args.config)
        configure_logging(config.server.log_format)
        load: LoadSpeaker = _imported(args.speaker)
        self._engine = SpeakingEngine(partial(load, config, config.cluster.engine_threads, name))

    async def speak(self, said: ToSay, skip: int, is_patient: bool) -> AsyncGenerator[Answer]:  # noqa: FBT001 - Serve passes it on by place
        """Say a sentence; see :meth:`SpeakingEngine.speak`."""
        async for answer in self._engine.speak(said, skip, is_patient=is_patient):
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
        return await _started(self._args, self._engines, book_width=0)


class StudioService:
    """The process that makes books. If it is lost the next one goes on with them."""

    def __init__(self, args: Arguments) -> None:
        self._args = args

    async def __serve_build_asgi_app__(self) -> FastAPI:
        """See :class:`Service`; the engines are those of its application.

        Raises:
            ConfigError: the configuration cannot be used, or would let everybody in.
        """
        config = Config(**self._args.config)
        engines = {
            name: serve.get_deployment_handle(name, APPLICATION)
            for name in options_of(config)
            if name != SERVICE
        }
        app = await _started(self._args, engines, book_width=book_width(config))
        if app.state.jobs is None:
            raise ConfigError(
                "studio.database is set, and books cannot be made", hint="pip install 'declaim[studio]'"
            )
        app.add_middleware(_Unprefixed)
        return app


class _Unprefixed:
    """Has the application see whole paths: Serve makes the prefix that it went by the application's root."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        await self._app({**scope, "root_path": ""}, receive, send)


async def _started(
    args: Arguments, engines: Mapping[str, DeploymentHandle[Any]], *, book_width: int
) -> FastAPI:
    config = Config(**args.config)
    configure_logging(config.server.log_format)
    check_exposure(config.server, api_keys(config.server))
    load_reader: LoadReader = _imported(args.reader)
    speakers = partial(_speakers, engines)
    service = PooledSpeechService(config, load_reader=load_reader, speakers=speakers)
    app = assembled(config, service, book_width=book_width)
    await service.start()
    await service.ready()
    return app


def _speakers(engines: Mapping[str, DeploymentHandle[Any]], config: Config, worked: Any) -> ClusterSpeakers:  # noqa: ANN401
    return ClusterSpeakers(config, engines, worked)


def _imported(path: str) -> Any:  # noqa: ANN401 - whoever asks knows
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)
