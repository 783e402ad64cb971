"""The machine: what its CPU can do, how many cores and how much memory this process may use."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from declaim.doctor.finding import Finding

_SPEEDING = {
    "avx2": "AVX2",
    "avx512f": "AVX-512",
    "avx512_vnni": "AVX-512 VNNI",
    "avx_vnni": "AVX-VNNI",
    "amx_int8": "AMX",
    "asimd": "NEON",
    "asimddp": "dot product",
    "i8mm": "int8 matrix",
}
"""CPU flags, as Linux names them, that ONNX Runtime's kernels make use of."""

_DOT_PRODUCTS = {"avx512_vnni", "avx_vnni", "asimddp"}
"""CPU flags of instructions that multiply and add 8-bit integers in one step."""

_LITTLE_MEMORY = 1_500_000_000
"""Bytes. Synthesis with the embedded engine peaks below one gigabyte."""

_CGROUPS = Path("/sys/fs/cgroup")


def check_machine() -> list[Finding]:
    """CPU features, cores and memory."""
    return [_cpu(cpu_flags()), _cores(), _memory()]


def cpu_flags() -> set[str]:
    """The CPU's feature flags under Linux's names; empty where the system does not tell."""
    if platform.system() == "Linux":
        text = Path("/proc/cpuinfo").read_text(errors="replace")
        match = re.search(r"^(?:flags|Features)\s*:\s*(.+)$", text, re.MULTILINE)
        return set(match[1].split()) if match else set()
    if platform.system() == "Darwin":
        return _mac_flags()
    return set()


def has_integer_dot_products() -> bool:
    """Whether 8-bit convolutions are faster than float ones on this CPU."""
    return not _DOT_PRODUCTS.isdisjoint(cpu_flags())


def usable_cores(cgroups: Path | None = None) -> float:
    """Cores that this process may use: its affinity, or a container's quota if that is less."""
    return min([_affinity(), *_quotas(cgroups or _CGROUPS)])


def usable_memory(cgroups: Path | None = None) -> int | None:
    """Bytes that may be taken: what the system has available, or a container's limit if that is less."""
    limits = [int(text) for text in _memory_limits(cgroups or _CGROUPS) if text.isdigit()]
    meminfo = Path("/proc/meminfo")
    if meminfo.exists() and (match := re.search(r"MemAvailable:\s+(\d+) kB", meminfo.read_text())):
        limits.append(int(match[1]) * 1024)
    return min(limits) if limits else None


def _affinity() -> float:
    if hasattr(os, "sched_getaffinity"):
        return float(len(os.sched_getaffinity(0)))
    return float(os.cpu_count() or 1)


def _quotas(cgroups: Path) -> Iterator[float]:
    for text in _readings(cgroups, "cpu.max"):
        quota, _, period = text.partition(" ")
        if quota.isdigit() and period.isdigit():
            yield int(quota) / int(period)
    quotas, periods = (list(_readings(cgroups, f"cpu/cpu.cfs_{what}_us")) for what in ("quota", "period"))
    for quota, period in zip(quotas, periods, strict=False):
        if quota.isdigit():  # -1 means no limit
            yield int(quota) / int(period)


def _memory_limits(cgroups: Path) -> Iterator[str]:
    return _readings(cgroups, "memory.max", "memory/memory.limit_in_bytes")


def _readings(cgroups: Path, *names: str) -> Iterator[str]:
    """The contents of limit files, of this process's group and of all groups above it."""
    groups = {cgroups}
    own = Path("/proc/self/cgroup")
    for line in own.read_text().splitlines() if own.exists() else ():
        relative = Path(line.rpartition(":")[2].lstrip("/"))
        groups |= {cgroups / part for part in (relative, *relative.parents)}
    for group in sorted(groups):
        for name in names:
            if (group / name).is_file():
                yield (group / name).read_text().strip()


def _mac_flags() -> set[str]:
    known = {
        "hw.optional.avx2_0": "avx2",
        "hw.optional.avx512f": "avx512f",
        "hw.optional.AdvSIMD": "asimd",
        "hw.optional.arm.FEAT_DotProd": "asimddp",
        "hw.optional.arm.FEAT_I8MM": "i8mm",
    }
    command = ["/usr/sbin/sysctl", *known]
    done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)  # noqa: S603
    return {
        known[key]
        for key, _, value in (line.partition(": ") for line in done.stdout.splitlines())
        if value == "1"
    }


def _cpu(flags: set[str]) -> Finding:
    names = [name for flag, name in _SPEEDING.items() if flag in flags]
    if not flags:
        return Finding("cpu", "ok", f"{platform.machine()}; this system does not tell its features")
    is_x86 = platform.machine().lower() in ("x86_64", "amd64")
    if is_x86 and "avx2" not in flags:
        return _without_avx2(is_virtual="hypervisor" in flags)
    return Finding("cpu", "ok", ", ".join(names) or platform.machine())


def _without_avx2(*, is_virtual: bool) -> Finding:
    slow = "no AVX2: speech will be several times slower than on a CPU since 2013"
    if is_virtual:  # most often the CPU has it, and the machine's model of a CPU has not
        mend = "virt-xml MACHINE --edit --cpu host-passthrough"
        return Finding("cpu", "warning", f"{slow}; this virtual machine may hide its host's", mend)
    return Finding(
        "cpu", "warning", f"{slow}; without the language model it is faster", "export DECLAIM_PROSODY=rules"
    )


def _cores() -> Finding:
    usable, there = usable_cores(), os.cpu_count()
    detail = f"{usable:g} of {there} may be used"
    if usable < 2:  # noqa: PLR2004 - what this package is tuned for
        by, mend = "", ""
        if usable < _affinity():
            by, mend = " (a limit of the container, cpu.max)", "docker update --cpus 2 CONTAINER"
        slow = "with fewer than two, speech may be slower than real time"
        return Finding("cores", "warning", f"{detail}{by}: {slow}", mend)
    return Finding("cores", "ok", detail)


def _memory() -> Finding:
    usable = usable_memory()
    if usable is None:
        return Finding("memory", "ok", "this system does not tell")
    detail = f"{usable / 1e9:.1f} GB may be used"
    if usable < _LITTLE_MEMORY:
        by, mend = "", ""
        if any(text.isdigit() and int(text) == usable for text in _memory_limits(_CGROUPS)):
            by, mend = " (a limit of the container, memory.max)", "docker update --memory 2g CONTAINER"
        return Finding("memory", "warning", f"{detail}{by}: speech needs about 1 GB", mend)
    return Finding("memory", "ok", detail)
