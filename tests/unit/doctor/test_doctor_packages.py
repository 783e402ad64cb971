"""Broken packages are made by folders on PYTHONPATH, which the trials' own processes inherit."""

import os
import sys
from pathlib import Path

import pytest

from declaim.doctor import packages, probe
from declaim.doctor.finding import Finding
from declaim.doctor.packages import check_impostors, check_packages
from declaim.doctor.requirements import Requirement

ABI_MESSAGE = "A module that was compiled using NumPy 1.x cannot be run in\nNumPy 2.4.6 as it may crash."


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder ahead of all others, for the trials and for the metadata of this process."""
    monkeypatch.setenv(
        "PYTHONPATH", os.pathsep.join([str(tmp_path), *filter(None, [os.getenv("PYTHONPATH")])])
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def put_module(site: Path, name: str, code: str) -> Path:
    path = site / name / "__init__.py"
    path.parent.mkdir()
    path.write_text(code)
    return path


def put_metadata(site: Path, name: str, version: str) -> None:
    folder = site / f"{name}-{version}.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")


def check(monkeypatch: pytest.MonkeyPatch, *requirements: Requirement) -> list[Finding]:
    monkeypatch.setattr(packages, "declared_requirements", lambda: list(requirements))
    return check_packages()


def test_working_package(monkeypatch: pytest.MonkeyPatch) -> None:
    (found,) = check(monkeypatch, Requirement("numpy", ">=2.0"))
    assert found.level == "ok"
    assert "works" in found.detail


def test_nothing_is_wrong_where_the_tests_pass() -> None:
    assert [found for found in check_packages() if found.level != "ok"] == []


def test_hidden_numpy_is_named_with_what_hides_it(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put_module(site, "numpy", f"raise ImportError({ABI_MESSAGE!r})")
    numpy, soxr = check(monkeypatch, Requirement("numpy", ">=2.0"), Requirement("soxr", ">=0.5"))
    assert numpy.level == soxr.level == "problem"
    assert str(path) in numpy.detail
    assert "binary interface" in numpy.detail
    assert numpy.mend == "unset PYTHONPATH"
    assert (soxr.detail, soxr.mend) == ("cannot work until numpy is mended", numpy.mend)


def test_wrong_version_is_reinstalled(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_module(site, "oldlib", "")
    put_metadata(site, "oldlib", "1.26.4")
    monkeypatch.setenv("PYTHONPATH", "")
    (found,) = check(monkeypatch, Requirement("oldlib", ">=2.0"))
    assert found.level == "problem"
    assert found.detail.startswith("1.26.4 is installed, >=2.0 is needed")
    assert found.mend == f"{sys.executable} -m pip install --force-reinstall --no-deps 'oldlib>=2.0'"


def test_abi_mismatch_of_an_installed_package_names_the_reinstall(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = probe.Outcome(
        str(tmp_path / "soxr"), "ValueError: numpy.dtype size changed", "numpy.dtype size changed"
    )
    monkeypatch.setattr(packages, "try_module", lambda *_: outcome)
    monkeypatch.setattr(packages, "_is_shadow", lambda *_: False)
    (found,) = check(monkeypatch, Requirement("soxr", ">=0.5"))
    assert "binary interface" in found.detail
    assert "pip install --force-reinstall --no-deps 'soxr>=0.5'" in found.mend


def test_missing_package(monkeypatch: pytest.MonkeyPatch) -> None:
    (found,) = check(monkeypatch, Requirement("declaim-no-such-library", ">=1"))
    assert found.detail == "is not installed"
    assert found.mend == f"{sys.executable} -m pip install 'declaim-no-such-library>=1'"


def test_missing_pip_is_not_mended_with_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "_version", lambda _: None)
    monkeypatch.setattr(packages, "try_module", lambda *_: probe.Outcome(None, "No module named pip", ""))
    (found,) = check(monkeypatch, Requirement("pip", ">=23"))
    assert found.mend == f"{sys.executable} -m ensurepip"


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
@pytest.mark.parametrize(
    ("signal", "words"), [("SIGSEGV", "crashes (SIGSEGV)"), ("SIGILL", "instructions that this CPU does not")]
)
def test_crashing_package(site: Path, monkeypatch: pytest.MonkeyPatch, signal: str, words: str) -> None:
    put_module(site, "crashing", f"import os, signal\nos.kill(os.getpid(), signal.{signal})")
    (found,) = check(monkeypatch, Requirement("crashing", ""))
    assert words in found.detail


def test_hanging_package(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_module(site, "hanging", "import time\ntime.sleep(60)")
    put_metadata(site, "hanging", "1.0")
    monkeypatch.setattr(probe, "TIMEOUT", 0.5)
    (found,) = check(monkeypatch, Requirement("hanging", ""))
    assert "did not load within" in found.detail


def test_module_in_the_working_folder_is_not_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_module(tmp_path, "filelock", "raise ImportError")
    monkeypatch.chdir(tmp_path)
    (found,) = check(monkeypatch, Requirement("filelock", ">=3.16"))
    assert found.level == "ok"


def test_impostors(site: Path) -> None:
    assert check_impostors()[0].level == "ok"
    for name in ("kantts", "ttsfrd", "modelscope"):
        put_metadata(site, name, "0.0.1")
    (found,) = check_impostors()
    assert found.level == "warning"
    assert "kantts and ttsfrd" in found.detail
    assert "modelscope[audio]" in found.detail
    assert found.mend == f"{sys.executable} -m pip uninstall -y kantts ttsfrd"
