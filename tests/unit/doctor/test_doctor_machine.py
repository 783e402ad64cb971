from pathlib import Path

import pytest

from declaim.doctor import interpreter, machine
from declaim.doctor.machine import check_machine, usable_cores, usable_memory


def levels() -> dict[str, str]:
    return {finding.subject: finding.level for finding in check_machine()}


def test_quota_of_cgroups_2(tmp_path: Path) -> None:
    (tmp_path / "cpu.max").write_text("50000 100000\n")
    assert usable_cores(tmp_path) == 0.5


def test_quota_of_cgroups_1(tmp_path: Path) -> None:
    (tmp_path / "cpu").mkdir()
    (tmp_path / "cpu" / "cpu.cfs_quota_us").write_text("25000\n")
    (tmp_path / "cpu" / "cpu.cfs_period_us").write_text("100000\n")
    assert usable_cores(tmp_path) == 0.25


@pytest.mark.parametrize("unlimited", ["max 100000", ""])
def test_no_quota(tmp_path: Path, unlimited: str) -> None:
    (tmp_path / "cpu.max").write_text(unlimited)
    assert usable_cores(tmp_path) == usable_cores(tmp_path / "nothing") >= 1


def test_memory_limit(tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text("1000000\n")
    assert usable_memory(tmp_path) == 1_000_000
    (tmp_path / "memory.max").write_text("max\n")
    assert usable_memory(tmp_path) != 1_000_000


def test_small_machine_gets_warnings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "usable_cores", lambda: 0.5)
    monkeypatch.setattr(machine, "usable_memory", lambda: 400_000_000)
    monkeypatch.setattr(machine, "cpu_flags", lambda: {"sse4_2"})
    monkeypatch.setattr(machine.platform, "machine", lambda: "x86_64")
    assert levels() == {"cpu": "warning", "cores": "warning", "memory": "warning"}


def test_fit_machine_is_ok(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "usable_cores", lambda: 2.0)
    monkeypatch.setattr(machine, "usable_memory", lambda: 4_000_000_000)
    monkeypatch.setattr(machine, "cpu_flags", lambda: {"asimd", "asimddp"})
    monkeypatch.setattr(machine.platform, "machine", lambda: "aarch64")
    assert levels() == {"cpu": "ok", "cores": "ok", "memory": "ok"}
    assert "dot product" in check_machine()[0].detail


@pytest.mark.parametrize(
    ("version", "host", "level", "word"),
    [
        ((2, 36), "x86_64-pc-linux-gnu", "ok", "2.36"),
        ((2, 17), "x86_64-pc-linux-gnu", "problem", "older"),
        (None, "x86_64-alpine-linux-musl", "problem", "musl"),
        (None, "x86_64-unknown", "warning", "neither"),
    ],
)
def test_c_library(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...] | None, host: str, level: str, word: str
) -> None:
    monkeypatch.setattr(interpreter.sys, "platform", "linux")
    monkeypatch.setattr(interpreter, "glibc_version", lambda: version)
    monkeypatch.setattr(interpreter.sysconfig, "get_config_var", lambda _: host)
    (found,) = interpreter._c_library()
    assert found.level == level
    assert word in found.detail


def test_no_npm_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    npm = next(found for found in interpreter.check_interpreter() if found.subject == "npm")
    assert npm.level == "warning"
    assert npm.mend
