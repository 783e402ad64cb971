"""What is written for Serve and for Kubernetes."""

import pytest
import yaml
from typer.testing import CliRunner

from declaim.cluster.manifests import Machines, ray_service, serve_config, written
from declaim.commands import app
from declaim.config import Config
from declaim.errors import OptionError
from declaim.server.api.jobs import router as jobs_router


def test_the_configuration_survives_the_way_through_yaml(monkeypatch: pytest.MonkeyPatch) -> None:
    config = Config(rate=1.2, loudness=None, server={"port": 9000}, cluster={"max_engines": 7})
    content = yaml.safe_load(written(serve_config(config)))
    monkeypatch.setenv("DECLAIM_RATE", "0.7")  # of another machine, where it must not count
    monkeypatch.setenv("DECLAIM_LOUDNESS", "-20")
    assert Config(**content["applications"][0]["args"]["config"]) == config
    assert content["http_options"] == {"host": "127.0.0.1", "port": 9000}


@pytest.mark.parametrize("cluster", [{}, {"services": 3}, {"min_engines": 2, "max_engines": 2}])
def test_ray_accepts_what_is_written(cluster: dict[str, int]) -> None:
    schema = pytest.importorskip("ray.serve.schema", reason="Ray is not installed")
    config = Config(channels=("kokoro", "fastspeech", "sambert"), cluster=cluster)
    deployed = schema.ServeDeploySchema.model_validate(serve_config(config))
    names = [deployment.name for deployment in deployed.applications[0].deployments]
    assert names == ["service", "kokoro", "fastspeech"]


def test_kubernetes_gets_the_same_configuration_open_to_its_network_and_secrets_by_name() -> None:
    config = Config(cluster={"services": 2})
    machines = Machines("image:1", count=3, ray_version="2.60.0")
    manifest = yaml.safe_load(written(ray_service(config, machines)))
    content = yaml.safe_load(manifest["spec"]["serveConfigV2"])
    assert content == serve_config(config, host="0.0.0.0")
    cluster = manifest["spec"]["rayClusterConfig"]
    assert (cluster["rayVersion"], cluster["workerGroupSpecs"][0]["replicas"]) == ("2.60.0", 3)
    for group in (cluster["headGroupSpec"], *cluster["workerGroupSpecs"]):
        container = group["template"]["spec"]["containers"][0]
        variables = {each["name"]: each for each in container["env"]}
        assert container["image"] == "image:1"
        assert variables["RAY_AUTH_MODE"]["value"] == "token"
        assert all("valueFrom" in variables[name] for name in ("RAY_AUTH_TOKEN", "DECLAIM_API_KEYS"))


def test_keys_are_not_written_into_files() -> None:
    with pytest.raises(OptionError, match="api_keys"):
        serve_config(Config(server={"api_keys": ["secret-secret"]}))


@pytest.mark.parametrize(
    "cluster", [{"services": 3}, {"engine_cpus": 5}, {"min_engines": 8, "max_engines": 9}]
)
def test_what_could_never_be_placed_is_refused(cluster: dict[str, int]) -> None:
    with pytest.raises(OptionError, match="machines"):
        ray_service(Config(cluster=cluster), Machines("image:1", count=2, cpus=4))


def test_the_command_writes_yaml() -> None:
    done = CliRunner().invoke(app, ["cluster", "config"])
    assert done.exit_code == 0, done.output
    assert yaml.safe_load(done.output) == serve_config(Config())


BOOKS = {"database": "postgresql://declaim@db/declaim", "folder": "/srv/books"}


def test_books_are_an_application_of_their_own() -> None:
    schema = pytest.importorskip("ray.serve.schema", reason="Ray is not installed")
    deployed = schema.ServeDeploySchema.model_validate(serve_config(Config(studio=BOOKS)))
    speech, books = deployed.applications
    assert (speech.route_prefix, books.route_prefix) == ("/", jobs_router.prefix)
    assert books.args == speech.args
    assert [(each.name, each.num_replicas) for each in books.deployments] == [("studio", 1)]


def test_kubernetes_gives_books_a_volume_and_the_password_of_their_database() -> None:
    manifest = ray_service(Config(studio=BOOKS), Machines("image:1"))
    (group,) = manifest["spec"]["rayClusterConfig"]["workerGroupSpecs"]
    pod = group["template"]["spec"]
    (volume,) = pod["volumes"]
    assert volume["persistentVolumeClaim"] == {"claimName": "declaim-books"}
    assert pod["containers"][0]["volumeMounts"] == [{"name": volume["name"], "mountPath": "/srv/books"}]
    assert "PGPASSWORD" in {each["name"] for each in pod["containers"][0]["env"]}


@pytest.mark.parametrize(
    ("studio", "message"),
    [
        (BOOKS | {"folder": None}, "studio.folder is not set"),
        (BOOKS | {"database": "postgresql://declaim:secret@db/declaim"}, "password"),
    ],
)
def test_books_that_cannot_be_shared_or_kept_secret_are_refused(studio: dict[str, str], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        serve_config(Config(studio=studio))


def test_a_file_is_no_database_for_several_machines() -> None:
    (only,) = serve_config(Config(studio={"database": "sqlite:////srv/jobs.sqlite"}))["applications"]
    assert only["name"] == "declaim"
