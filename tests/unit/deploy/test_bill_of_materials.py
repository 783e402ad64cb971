"""The bill of materials: what is added to what cyclonedx-py makes of the pinned packages.

That tool is not installed for the tests; the script itself checks the whole against the schema.
"""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from declaim.models.manifest import packaged_manifest

SCRIPT = Path(__file__).parents[3] / "deploy" / "bill_of_materials.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bill_of_materials", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def packages() -> dict[str, Any]:
    """As cyclonedx-py gives it."""
    distribution = {
        "type": "distribution",
        "url": "https://example.org/simple/numpy/",
        "comment": "implicit dist url",
        "hashes": [{"alg": "SHA-256", "content": digit * 64} for digit in "ab"],
    }
    numpy = {
        "type": "library",
        "bom-ref": "requirements-L1",
        "name": "numpy",
        "version": "2.0",
        "purl": "pkg:pypi/numpy@2.0",
        "description": "requirements line 1: numpy==2.0 --hash=sha256:…",
        "externalReferences": [distribution],
    }
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [numpy]}


def test_packages_and_models_are_in_one_bill(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "packages", packages)
    made = script.bill()
    numpy, *models = made["components"]
    assert numpy["purl"] == "pkg:pypi/numpy@2.0"
    assert [each["value"] for each in numpy["properties"]] == ["a" * 64, "b" * 64]
    assert "example.org" not in str(made)
    assert [each["name"] for each in models] == [each.name for each in packaged_manifest().required]
    references = [each["bom-ref"] for each in made["components"]]
    assert len(references) == len(set(references))


def test_models_have_their_licences_and_the_hashes_of_their_files(script: ModuleType) -> None:
    made = {each["name"]: each for each in script.models()}
    assert made
    for artifact in packaged_manifest().required:
        component = made[artifact.name]
        assert component["type"] == "machine-learning-model"
        (licence,) = component["licenses"]
        assert artifact.licence in licence["license"].values()
        pinned = {member.name: member.sha256 for member in artifact.members}
        files = {each["name"]: each["hashes"][0]["content"] for each in component["components"]}
        assert files == pinned
