"""``deploy/audit.py``: a database from a file, and one that could not be asked."""

import importlib.util
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[3] / "deploy" / "audit.py"


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("deploy_audit", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def pinned(tmp_path: Path) -> Path:
    path = tmp_path / "pinned.txt"
    path.write_text(
        "Some.Package==1.5.0 \\\n    --hash=sha256:00\n    # via declaim\n"
        'other==2.0 ; python_full_version < "3.12" \\\n    --hash=sha256:11\n'
    )
    return path


def entry(name: str = "some-package", **values: Any) -> dict[str, Any]:
    return {"package": {"ecosystem": "PyPI", "name": name}} | values


def database(folder: Path, *records: dict[str, Any]) -> Path:
    path = folder / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for record in records:
            archive.writestr(f"{record['id']}.json", json.dumps(record))
    return path


def events(*each: dict[str, str], kind: str = "ECOSYSTEM") -> list[dict[str, Any]]:
    return [{"type": kind, "events": list(each)}]


def test_pins_are_read_with_their_markers(audit: ModuleType, pinned: Path) -> None:
    assert audit.pins([pinned]) == [("other", "2.0"), ("some-package", "1.5.0")]


@pytest.mark.parametrize(
    ("affected", "expected"),
    [
        (entry(versions=["1.4", "1.5"]), True),
        (entry(versions=["1.4"]), False),
        (entry(ranges=events({"introduced": "0"}, {"fixed": "1.5.0"})), False),
        (entry(ranges=events({"introduced": "0"}, {"fixed": "1.5.1"})), True),
        (entry(ranges=events({"introduced": "1.6"}, {"introduced": "0"}, {"fixed": "1.2"})), False),
        (entry(ranges=events({"introduced": "0"}, {"last_affected": "1.5"})), True),
        (entry(ranges=events({"introduced": "0"}, {"last_affected": "1.4.9"})), False),
        (entry(ranges=events({"introduced": "0"}, {"fixed": "of late"})), True),
        (entry(ranges=events({"introduced": "0"}, kind="GIT")), False),
        (entry("another", versions=["1.5.0"]), False),
        (entry() | {"package": {"ecosystem": "npm", "name": "some-package"}, "versions": ["1.5.0"]}, False),
    ],
)
def test_which_versions_a_record_means(
    audit: ModuleType, affected: dict[str, Any], *, expected: bool
) -> None:
    assert audit.affects(affected, "some-package", "1.5.0") is expected


def test_what_a_database_knows_is_found_and_fails(
    audit: ModuleType, pinned: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = {
        "id": "T-1",
        "summary": "is bad",
        "modified": "2026-10-01T00:00:00Z",
        "affected": [entry(versions=["1.5"])],
    }
    gone = {"id": "T-2", "withdrawn": "2026-10-02T00:00:00Z", "affected": [entry(versions=["1.5"])]}
    assert audit.main(["--database", str(database(tmp_path, bad, gone)), str(pinned)]) == 1
    said = capsys.readouterr().out
    assert "some-package 1.5.0: T-1 is bad" in said
    assert "T-2" not in said
    assert "2 packages, 1 vulnerabilities known (all.zip, last changed 2026-10-01)" in said


def test_nothing_known_passes(audit: ModuleType, pinned: Path, tmp_path: Path) -> None:
    harmless = {"id": "T-3", "affected": [entry(versions=["1.0"])]}
    assert audit.main(["--strict", "--database", str(database(tmp_path, harmless)), str(pinned)]) == 0


def test_an_archive_of_something_else_is_no_clean_bill(
    audit: ModuleType, pinned: Path, tmp_path: Path
) -> None:
    with pytest.raises(SystemExit, match="no export of OSV"):
        audit.main(["--database", str(database(tmp_path)), str(pinned)])


@pytest.mark.parametrize(
    "answer",
    [
        json.dumps({"dependencies": [{"name": "some-package", "skip_reason": "not found"}]}),
        "",  # pip-audit ended before it could report
    ],
    ids=["skipped", "no answer"],
)
def test_a_database_that_cannot_be_asked_is_said_and_is_no_failure(
    audit: ModuleType,
    pinned: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    answer: str,
) -> None:
    done = subprocess.CompletedProcess([], 0, stdout=answer, stderr="no route to host\n")
    monkeypatch.setattr(audit.subprocess, "run", lambda *_, **__: done)
    assert audit.main([str(pinned)]) == 0
    said = capsys.readouterr().out
    assert "NOT AUDITED" in said
    assert "some-package" in said
    assert audit.main(["--strict", str(pinned)]) == 3


def test_what_pip_audit_finds_fails(audit: ModuleType) -> None:
    vulnerability = {"id": "T-4", "fix_versions": ["2.1"]}
    report = {"dependencies": [{"name": "other", "version": "2.0", "vulns": [vulnerability]}]}
    found = audit.read_report(report, {"other", "for-another-platform"})
    assert found.found == ["other 2.0: T-4; mended in 2.1"]
    assert found.unknown == ["for-another-platform"]
