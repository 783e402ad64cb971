"""Write ``dist/declaim-VERSION.cdx.json``: what a release consists of, as CycloneDX 1.6.

Packages are those of ``requirements/studio.txt``, which the image installs; models those of the manifest that
speech needs. Both with their hashes. It is checked against the schema before it is written.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
_LICENCES = {"Apache-2.0", "MIT", "CC0-1.0"}
"""Identifiers of SPDX among the manifest's licences; the others are free text."""


def packages() -> dict[str, Any]:
    """The bill of the packages, as cyclonedx-py makes it of the pinned requirements."""
    command = ["-m", "cyclonedx_py", "requirements", "--pyproject", "pyproject.toml", "--output-reproducible"]
    made = subprocess.run(
        [sys.executable, "-W", "ignore", *command, "--of", "JSON", "requirements/studio.txt"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    return dict(json.loads(made.stdout))


def models() -> list[dict[str, Any]]:
    """A component for each model that speech needs, and in it its files."""
    manifest = tomllib.loads((ROOT / "src/declaim/models/manifest.toml").read_text(encoding="utf-8"))
    return [_model(name, table) for name, table in manifest.items() if table["required"]]


def _model(name: str, table: dict[str, Any]) -> dict[str, Any]:
    licence = table["licence"]
    files = [
        {"type": "file", "name": file, "hashes": [{"alg": "SHA-256", "content": pinned["sha256"]}]}
        for file, pinned in sorted(table["members"].items())
    ]
    return {
        "type": "machine-learning-model",
        "bom-ref": f"model-{name}",
        "name": name,
        "description": table["description"],
        "licenses": [{"license": {"id" if licence in _LICENCES else "name": licence}}],
        "components": files,
    }


def without_addresses(component: dict[str, Any]) -> dict[str, Any]:
    """A package without the addresses that were guessed for it; its hashes become its own."""
    left = {
        key: value for key, value in component.items() if key not in {"externalReferences", "description"}
    }
    hashes = [each for reference in component.get("externalReferences", ()) for each in reference["hashes"]]
    distributions = [{"name": "declaim:distribution:sha256", "value": each["content"]} for each in hashes]
    return left | {"properties": distributions}


def bill() -> dict[str, Any]:
    """The whole."""
    made = packages()
    made["components"] = [*map(without_addresses, made["components"]), *models()]
    return made


def checked(made: dict[str, Any]) -> str:
    """The bill as a file's content.

    Raises:
        SystemExit: it is not CycloneDX.
    """
    from cyclonedx.schema import SchemaVersion  # noqa: PLC0415 - the rest is tested without it
    from cyclonedx.validation.json import JsonStrictValidator  # noqa: PLC0415

    text = json.dumps(made, ensure_ascii=False, indent=1) + "\n"
    version = SchemaVersion.from_version(made["specVersion"])
    if wrong := JsonStrictValidator(version).validate_str(text):
        raise SystemExit(f"The bill of materials is not CycloneDX {made['specVersion']}: {wrong}")
    return text


if __name__ == "__main__":
    made = bill()
    target = ROOT / "dist" / f"declaim-{made['metadata']['component']['version']}.cdx.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(checked(made), encoding="utf-8")
    print(target.relative_to(ROOT))
