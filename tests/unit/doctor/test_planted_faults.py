"""Ten faults of an environment, each planted by itself: the report says what it is and how it is mended."""

import errno
import hashlib
import os
import socket
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from declaim.doctor import clock, machine, packages, probe, storage
from declaim.doctor.clock import check_clock
from declaim.doctor.finding import Finding
from declaim.doctor.machine import check_machine
from declaim.doctor.packages import check_impostors, check_packages
from declaim.doctor.port import check_port
from declaim.doctor.requirements import Requirement
from declaim.doctor.storage import check_storage
from declaim.models import store as store_module
from declaim.models.manifest import parse_manifest

MANIFEST = """
[tiny]
description = "a tiny model"
licence = "MIT"
required = true
members = {{ "model.bin" = {{ size = 7, sha256 = "{sha256}" }} }}
sources = []
"""


def one(findings: list[Finding], subject: str) -> Finding:
    (found,) = (each for each in findings if each.subject == subject)
    return found


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = MANIFEST.format(sha256=hashlib.sha256(b"weights").hexdigest())
    monkeypatch.setattr(store_module, "packaged_manifest", lambda: parse_manifest(text))
    monkeypatch.setenv("DECLAIM_CACHE", str(tmp_path / "cache"))
    for name in ("DECLAIM_MODELS", "DECLAIM_CONFIG", "LD_LIBRARY_PATH"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "cache").mkdir()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of packages ahead of all others."""
    folder = tmp_path / "site"
    folder.mkdir()
    paths = [str(folder), *filter(None, [os.getenv("PYTHONPATH")])]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    monkeypatch.syspath_prepend(str(folder))
    return folder


def package(site: Path, name: str, code: str = "") -> None:
    (site / f"{name}.py").write_text(code)
    information = site / f"{name}-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")


def broken(monkeypatch: pytest.MonkeyPatch, site: Path, message: str) -> Finding:
    package(site, "planted", f"raise ImportError({message!r})")
    monkeypatch.setenv("PYTHONPATH", "")  # as if it were in the environment's own folder
    monkeypatch.setattr(probe, "_LOCATE", f"import sys\nsys.path.insert(0, {str(site)!r})\n{probe._LOCATE}")
    monkeypatch.setattr(packages, "declared_requirements", lambda: [Requirement("planted", ">=1")])
    return one(check_packages(), "planted")


def test_numpy_of_another_binary_interface(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = broken(monkeypatch, site, "numpy.dtype size changed, may indicate binary incompatibility")
    assert found.level == "problem"
    assert "do not fit together (binary interface)" in found.detail
    assert found.mend == f"{sys.executable} -m pip install --force-reinstall --no-deps 'planted>=1'"


def test_impostor_package(site: Path) -> None:
    package(site, "ttsfrd")
    found = one(check_impostors(), "impostors")
    assert found.level == "warning"
    assert "not Alibaba's" in found.detail
    assert found.mend == f"{sys.executable} -m pip uninstall -y ttsfrd"


@pytest.mark.parametrize(
    ("folder", "environment", "mend"),
    [
        ("/opt/old/lib", {"LD_LIBRARY_PATH": "/opt/old/lib"}, "unset LD_LIBRARY_PATH"),
        ("/usr/lib/x86_64-linux-gnu", {}, "apt-get update && apt-get install -y libstdc++6"),
    ],
)
def test_symbol_that_libstdcxx_lacks(
    site: Path, monkeypatch: pytest.MonkeyPatch, folder: str, environment: dict[str, str], mend: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    library = f"{folder}/libstdc++.so.6"
    words = f"{library}: version `GLIBCXX_3.4.32' not found (required by planted.so)"
    found = broken(monkeypatch, site, words)
    assert found.level == "problem"
    assert f"{library} is too old for it (GLIBCXX_3.4.32 is missing)" in found.detail
    assert found.mend == mend


def test_symbol_that_libstdcxx_lacks_in_conda(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "conda" / "conda-meta").mkdir(parents=True)
    monkeypatch.setattr("declaim.doctor.old_library.sys", SimpleNamespace(prefix=str(tmp_path / "conda")))
    found = broken(monkeypatch, site, "/conda/lib/libstdc++.so.6: version `CXXABI_1.3.15' not found")
    assert found.mend == "conda install -c conda-forge 'libstdcxx-ng>=12'"


def test_read_only_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(storage.tempfile, "NamedTemporaryFile", refuse)
    found = one(check_storage(), "cache")
    assert found.level == "problem"
    assert "Read-only file system" in found.detail
    assert found.mend.startswith("export DECLAIM_CACHE=")


def test_no_space(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage.shutil, "disk_usage", lambda _: SimpleNamespace(free=10))
    found = one(check_storage(), "cache")
    assert found.level == "problem"
    assert "0 MB free" in found.detail
    assert found.mend.startswith("export DECLAIM_CACHE=")


def test_wrong_hash(tmp_path: Path) -> None:
    folder = tmp_path / "cache" / "models" / store_module.ModelStore().manifest["tiny"].folder
    folder.mkdir(parents=True)
    (folder / "model.bin").write_bytes(b"wrights")  # of the right size
    found = one(check_storage(), "model tiny")
    assert found.level == "problem"
    assert "model.bin has sha256" in found.detail
    assert found.mend == "declaim models pull tiny"


def test_port_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("DECLAIM_SERVER__PORT", str(port))
        found = one(check_port(), "port")
    assert found.level == "warning"
    assert f"{port} of 127.0.0.1 is in use" in found.detail
    assert found.mend.startswith("declaim serve --port ")
    assert found.mend != f"declaim serve --port {port}"


def test_port_that_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DECLAIM_SERVER__PORT", "0")
    assert one(check_port(), "port").level == "ok"


@pytest.mark.parametrize(
    ("virtual", "mend"),
    [
        (set(), "export DECLAIM_PROSODY=rules"),
        ({"hypervisor"}, "virt-xml MACHINE --edit --cpu host-passthrough"),
    ],
    ids=["old", "virtual"],
)
def test_no_avx2(monkeypatch: pytest.MonkeyPatch, virtual: set[str], mend: str) -> None:
    monkeypatch.setattr(machine, "cpu_flags", lambda: {"sse4_2", "avx"} | virtual)
    monkeypatch.setattr(machine.platform, "machine", lambda: "x86_64")
    found = one(check_machine(), "cpu")
    assert found.level == "warning"
    assert "no AVX2" in found.detail
    assert found.mend == mend


def test_limits_of_a_container(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cpu.max").write_text("50000 100000\n")
    (tmp_path / "memory.max").write_text("500000000\n")
    monkeypatch.setattr(machine, "_CGROUPS", tmp_path)
    cores, memory = (one(check_machine(), subject) for subject in ("cores", "memory"))
    assert cores.level == memory.level == "warning"
    assert "0.5 of" in cores.detail
    assert "limit of the container" in cores.detail
    assert "limit of the container" in memory.detail
    assert cores.mend == "docker update --cpus 2 CONTAINER"
    assert memory.mend == "docker update --memory 2g CONTAINER"


def test_clock_before_the_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    installed = Path(clock.__file__).stat().st_mtime
    monkeypatch.setattr(clock.time, "time", lambda: installed - 400 * 86400)
    found = one(check_clock(), "clock")
    assert found.level == "warning"
    assert "400 days before" in found.detail
    assert found.mend


def test_clock_that_differs_from_that_of_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    ahead = time.time() + 7200
    monkeypatch.setattr(clock.time, "time", lambda: ahead)
    found = one(check_clock(), "clock")
    assert found.level == "warning"
    assert "2 hours behind this machine's clock" in found.detail
    assert found.mend


def test_right_clock() -> None:
    assert one(check_clock(), "clock").level == "ok"
