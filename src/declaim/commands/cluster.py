"""``declaim cluster``: the service on several machines."""

from __future__ import annotations

from typing import Annotated

import typer

from declaim.errors import OptionError

cluster_app = typer.Typer(help="The service on several machines, with Ray Serve.", no_args_is_help=True)


@cluster_app.command("config")
def write_config(
    *,
    kuberay: Annotated[
        str | None, typer.Option(metavar="IMAGE", help="Write a RayService for Kubernetes with this image.")
    ] = None,
    machines: Annotated[int, typer.Option(min=1, help="Of the RayService, beside its head.")] = 2,
    cpus: Annotated[int, typer.Option(min=1, help="Of each of them.")] = 4,
    memory: Annotated[int, typer.Option(min=1, help="GiB of each of them.")] = 8,
) -> None:
    """Print the configuration as Ray Serve's YAML (for `serve deploy`), or as a KubeRay manifest."""
    from declaim.cluster.manifests import Machines, ray_service, serve_config, written  # noqa: PLC0415
    from declaim.config import Config  # noqa: PLC0415 - keeps `declaim --help` quick

    config = Config()
    if kuberay is None:
        typer.echo(written(serve_config(config)), nl=False)
        return
    size = Machines(kuberay, count=machines, cpus=cpus, memory=memory, ray_version=_ray_version())
    typer.echo(written(ray_service(config, size)), nl=False)


@cluster_app.command()
def run() -> None:
    """Serve from this machine with Ray Serve, until Ctrl-C: what a cluster does, to be tried."""
    from declaim.config import Config  # noqa: PLC0415
    from declaim.server.workers.stages import fetch_models  # noqa: PLC0415

    _ray_version()
    from declaim.cluster.local import run_here  # noqa: PLC0415 - needs Ray

    config = Config()
    fetch_models(config)
    run_here(config)


def _ray_version() -> str:
    try:
        import ray  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        if error.name != "ray":
            raise
        raise OptionError(
            "this needs the extra `ray`, which is not installed", hint="pip install 'declaim[ray]'"
        ) from error
    return str(ray.__version__)
