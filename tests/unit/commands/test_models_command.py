import hashlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from declaim.commands.models import models_app
from declaim.errors import ModelMissingError, OptionError
from declaim.models import store as store_module
from declaim.models.manifest import parse_manifest

DATA = b"weights"
ARTIFACT = """
[{name}]
description = "a tiny model"
licence = "MIT"
required = {required}
members = {{ "model.bin" = {{ size = 7, sha256 = "{sha256}" }} }}
sources = []
"""


@pytest.fixture(autouse=True)
def tiny_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two artifacts that no network is asked for: what is needed comes from the user's own folder."""
    sha256 = hashlib.sha256(DATA).hexdigest()
    text = ARTIFACT.format(name="tiny", required="true", sha256=sha256)
    text += ARTIFACT.format(name="spare", required="false", sha256=sha256)
    monkeypatch.setattr(store_module, "packaged_manifest", lambda: parse_manifest(text))
    monkeypatch.setenv("DECLAIM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("DECLAIM_MODELS", str(tmp_path / "local"))
    (tmp_path / "local" / "tiny").mkdir(parents=True)
    (tmp_path / "local" / "tiny" / "model.bin").write_bytes(DATA)


def run(*arguments: str) -> str:
    return CliRunner().invoke(models_app, arguments, catch_exceptions=False).stdout


def test_list_is_a_table() -> None:
    lines = run("list").splitlines()
    assert lines[0].split() == ["name", "MB", "state", "needed", "licence", "what"]
    assert lines[1].split()[:5] == ["tiny", "0", "local", "yes", "MIT"]
    assert lines[2].split()[:5] == ["spare", "0", "missing", "no", "MIT"]


def test_list_as_json(tmp_path: Path) -> None:
    tiny, spare = json.loads(run("list", "--json"))
    assert (tiny["state"], tiny["path"], tiny["size"]) == ("local", str(tmp_path / "local" / "tiny"), 7)
    assert (spare["state"], spare["path"]) == ("missing", None)


def test_graphs_made_of_a_model_are_listed_and_removed_with_it(tmp_path: Path) -> None:
    graphs = tmp_path / "cache" / "graphs"
    (graphs / "tiny-int8-2-0123456789abcdef").mkdir(parents=True)
    (graphs / "tiny-int8-2-0123456789abcdef" / "a.onnx").write_bytes(b"1" * 3_000_000)
    assert f"Graphs made of tiny, removed with it: 3 MB in {graphs}" in run("list")
    assert [entry["derived"] for entry in json.loads(run("list", "--json"))] == [3_000_000, 0]
    assert run("remove", "tiny") == "tiny: 3.0 MB freed\n"
    assert "Graphs" not in run("list")


def test_pull_without_a_name_pulls_what_speech_needs(tmp_path: Path) -> None:
    assert run("pull") == f"tiny: {tmp_path / 'local' / 'tiny'}\n"


def test_pull_names_an_unknown_model_before_it_fetches() -> None:
    with pytest.raises(OptionError, match="'huge'"):
        run("pull", "tiny", "huge")


def test_path_prints_the_folder_alone(tmp_path: Path) -> None:
    assert run("path", "tiny") == f"{tmp_path / 'local' / 'tiny'}\n"
    with pytest.raises(ModelMissingError):
        run("path", "spare")


def test_verify(tmp_path: Path) -> None:
    assert run("verify") == "tiny: ok\n"
    (tmp_path / "local" / "tiny" / "model.bin").write_bytes(b"WEIGHTS")
    result = CliRunner().invoke(models_app, ["verify", "tiny"])
    assert result.exit_code == 1
    assert "model.bin has sha256" in result.stdout


def test_remove(tmp_path: Path) -> None:
    (tmp_path / "cache" / "models" / "spare-0123456789ab").mkdir(parents=True)
    (tmp_path / "cache" / "models" / "spare-0123456789ab" / "x").write_bytes(b"1" * 2_000_000)
    assert run("remove", "spare", "tiny") == "spare: 2.0 MB freed\ntiny: nothing to remove\n"


def test_export_and_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = tmp_path / "bundle.tar"
    assert run("export", str(bundle)) == f"{bundle}: tiny (0 MB)\n"
    monkeypatch.delenv("DECLAIM_MODELS")
    assert json.loads(run("list", "--json"))[0]["state"] == "missing"
    assert run("import", str(bundle)) == f"{bundle}: tiny\n"
    assert json.loads(run("list", "--json"))[0]["state"] == "installed"
    assert run("import", str(bundle)) == f"{bundle}: nothing that is not here already\n"


def test_nothing_to_export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DECLAIM_MODELS")
    with pytest.raises(ModelMissingError, match="no model is on this machine"):
        run("export", str(tmp_path / "bundle.tar"))
