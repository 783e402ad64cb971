"""``declaim serve``: the speech service, until a signal ends it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from declaim.errors import OptionError

if TYPE_CHECKING:
    from declaim.config import Config
    from declaim.server.run import Wyoming


def serve(
    *,
    host: Annotated[
        str | None, typer.Option(help="The address to bind [127.0.0.1]. Others need DECLAIM_API_KEYS.")
    ] = None,
    port: Annotated[int | None, typer.Option(help="The port [8000]; 0 takes a free one.")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes that speak.")] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="Cores that one of them uses.")] = None,
    queue_limit: Annotated[int | None, typer.Option(help="Requests that may wait [16].")] = None,
    cache_size: Annotated[int | None, typer.Option(help="MB of speech kept on disk [500]; 0: none.")] = None,
    rate_limit: Annotated[
        str | None, typer.Option(help="Requests of one client, such as `10/second;1000/hour`.")
    ] = None,
    log_format: Annotated[str | None, typer.Option(help="text or json.")] = None,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Serve whoever can connect, without a key.")
    ] = False,
    wyoming: Annotated[
        int | None, typer.Option(min=1, max=65_535, help="Serve Home Assistant too, on this port.")
    ] = None,
) -> None:
    """Speak for others, over HTTP: OpenAI's speech API and more. See docs/operations.md."""
    given = {
        "host": host,
        "port": port,
        "workers": workers,
        "queue_limit": queue_limit,
        "cache_size": cache_size,
        "rate_limit": rate_limit,
        "log_format": log_format,
        "insecure": insecure or None,
    }
    raise typer.Exit(_serve(_config(given, threads), wyoming))


def _config(given: dict[str, Any], threads: int | None) -> Config:
    from declaim.config import Config  # noqa: PLC0415 - keeps `declaim --help` quick

    server = {name: value for name, value in given.items() if value is not None}
    return Config(server=server, **({} if threads is None else {"threads": threads}))


def _serve(config: Config, wyoming_port: int | None) -> int:
    from declaim.server.assembly import assembled  # noqa: PLC0415 - half a second, which no other command pays
    from declaim.server.logs import configure_logging  # noqa: PLC0415
    from declaim.server.run import run  # noqa: PLC0415
    from declaim.server.workers.speech import PooledSpeechService  # noqa: PLC0415

    configure_logging(config.server.log_format)
    return run(
        config,
        lambda: PooledSpeechService(config),
        assembled,
        fetch=lambda: _fetch(config),
        wyoming=None if wyoming_port is None else (_wyoming(config), wyoming_port),
        announce=lambda sentence: typer.echo(sentence, err=True),
    )


def _fetch(config: Config) -> None:
    """Bring what the workers will need, with a bar on the terminal: their own fetch would show nothing."""
    from declaim.commands.fetch_progress import fetch_progress  # noqa: PLC0415
    from declaim.server.workers.stages import fetch_models  # noqa: PLC0415

    with fetch_progress() as progress:
        fetch_models(config, progress)


def _wyoming(config: Config) -> Wyoming:
    try:
        from declaim.server.wyoming import serve_wyoming  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        if error.name != "wyoming":
            raise
        raise OptionError(
            "--wyoming needs the extra `wyoming`, which is not installed",
            hint="pip install 'declaim[wyoming]'",
        ) from error
    return partial(serve_wyoming, config=config)
