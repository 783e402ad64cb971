"""What deploys the service is true to the service: metrics, settings, files and generated parts."""

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from prometheus_client import generate_latest

from declaim.config import Config
from declaim.server.metrics import Metrics
from fake_service import FakeService

DEPLOY = Path(__file__).parents[3] / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def script(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def served() -> set[str]:
    """Names of all series that the service can give."""
    metrics = Metrics()
    metrics.watch(FakeService())
    families = re.findall(r"^# TYPE (\S+) (\S+)", generate_latest(metrics.registry).decode(), re.MULTILINE)
    endings = {"histogram": ("_bucket", "_sum", "_count")}
    return {name + ending for name, kind in families for ending in endings.get(kind, ("",))}


def asked(text: str) -> set[str]:
    return set(re.findall(r"\bdeclaim_\w+", text))


def test_the_dashboard_asks_for_what_is_served(served: set[str]) -> None:
    dashboard = json.loads((DEPLOY / "grafana" / "dashboards" / "declaim.json").read_text())
    queries = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", ())]
    assert len(queries) > 15
    assert asked(" ".join(queries)) <= served


def test_alerts_ask_for_what_is_served(served: set[str]) -> None:
    rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())["groups"][0]["rules"]
    assert asked(" ".join(rule["expr"] for rule in rules)) <= served
    words = [rule["annotations"]["description"] for rule in rules]
    assert asked(" ".join(words)) <= served


def test_panels_do_not_overlap() -> None:
    dashboard = json.loads((DEPLOY / "grafana" / "dashboards" / "declaim.json").read_text())
    taken: set[tuple[int, int]] = set()
    for place in (panel["gridPos"] for panel in dashboard["panels"]):
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken
        assert max(x for x, _ in cells) < 24
        taken |= cells


def test_the_dashboard_is_as_its_script_writes_it() -> None:
    maker = script(DEPLOY / "grafana" / "make_dashboard.py")
    assert json.loads(maker.TARGET.read_text()) == maker.dashboard()


def test_the_conda_environment_is_as_its_script_writes_it() -> None:
    maker = script(DEPLOY / "conda" / "make_environment.py")
    assert maker.TARGET.read_text() == maker.environment()
    packages = yaml.safe_load(maker.environment())["dependencies"]
    pip = next(entry["pip"] for entry in packages if isinstance(entry, dict))
    (requirement,) = pip
    assert (maker.TARGET.parent / requirement.removeprefix("--requirement ")).resolve().is_file()


def test_the_image_and_its_neighbours_set_what_is_a_setting(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    image = dict(re.findall(r"^\s*(?:ENV )?(DECLAIM_\w+)=(\S+)", DOCKERFILE, re.MULTILINE))
    own = COMPOSE["services"]["declaim"]["environment"]
    values = image | {name: re.sub(r"\$\{[^}]*\}", "secret", value) for name, value in own.items()}
    for name, value in values.items():
        monkeypatch.setenv(name, str(tmp_path) if value.startswith("/") else value)
    config = Config()
    assert config.offline
    assert config.server.host == "0.0.0.0"
    assert config.studio.database == "postgresql://declaim:secret@postgres/declaim"


def test_what_the_image_copies_is_there_and_is_sent_to_the_builder() -> None:
    sent = (DEPLOY.parent / ".dockerignore").read_text().splitlines()
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    names = [name for line in copied for name in line.split()]
    assert "src" in names
    for name in names:
        assert (DEPLOY.parent / name).exists()
        assert f"!{name}" in sent


def test_the_image_runs_as_nobody_special_and_writes_only_to_its_volume() -> None:
    last = DOCKERFILE[DOCKERFILE.rindex("\nFROM ") :]
    assert re.search(r"^USER 10001$", last, re.MULTILINE)
    assert re.findall(r"^VOLUME (\S+)$", last, re.MULTILINE) == ["/var/cache/declaim"]
    service = COMPOSE["services"]["declaim"]
    assert service["read_only"] is True
    assert service["volumes"] == ["cache:/var/cache/declaim"]
    assert service["cap_drop"] == ["ALL"]


def test_what_is_mounted_is_there_and_nothing_listens_to_other_machines() -> None:
    for service in COMPOSE["services"].values():
        for mount in service.get("volumes", ()):
            source = mount.partition(":")[0]
            assert (DEPLOY / source).exists() if source.startswith(".") else source in COMPOSE["volumes"]
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))


def test_a_secret_from_the_environment_needs_a_container_that_can_be_written() -> None:
    written = {name for name, secret in COMPOSE["secrets"].items() if "environment" in secret}
    assert written
    for name, service in COMPOSE["services"].items():
        assert not (service.get("read_only") and written & set(service.get("secrets", ()))), name


def test_no_password_is_a_default() -> None:
    for service in ("declaim", "postgres", "grafana"):
        values = COMPOSE["services"][service]["environment"]
        secrets = {name: value for name, value in values.items() if re.search(r"PASSWORD|KEY|DATABASE", name)}
        assert secrets
        assert all(re.search(r"\$\{\w+:\?", value) for value in secrets.values())


def test_requests_may_end_before_compose_kills() -> None:
    grace = COMPOSE["services"]["declaim"]["stop_grace_period"]
    assert int(grace.removesuffix("s")) > Config().server.drain_timeout


def test_hadolint_finds_nothing() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    found = subprocess.run([hadolint, DEPLOY / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (0, "")
