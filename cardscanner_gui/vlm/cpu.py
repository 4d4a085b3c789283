"""What this computer's processor and memory are, as far as choosing a model needs it."""

from __future__ import annotations

import ctypes
import os
import platform
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PLATFORM: str = sys.platform
"""As a plain text: mypy would take the other systems' branches for unreachable."""

FEATURES = frozenset({
    "avx2", "fma", "avx512f", "avx512bw", "avx512_vnni", "avx512vnni", "avx_vnni", "avx_vnni_int8",
    "amx_int8", "amx_tile", "asimddp", "i8mm", "sve", "sve2", "sme",
})  # fmt: skip
"""What ONNX Runtime's products of 8-bit numbers ask the processor for."""


@dataclass(frozen=True)
class Processor:
    """The machine that a plan was made for.

    Attributes:
        cores: physical cores that this process may use.
        dot_products: has instructions for 8-bit dot products (VNNI, or dot product on ARM), so
            that signed weights can't saturate.
        memory: bytes of main memory, 0 where unknown.
        features: instructions that ONNX Runtime chooses its products by, as the system names them.
    """

    name: str
    cores: int
    dot_products: bool
    memory: int
    features: tuple[str, ...] = ()

    @property
    def signature(self) -> str:
        """What a plan depends on, in words; what was measured holds for no other processor."""
        dots = "with" if self.dot_products else "without"
        words = f"{self.name}, {self.cores} cores, {dots} 8-bit dot products"
        return f"{words} ({' '.join(self.features)})" if self.features else words


def this_processor() -> Processor:
    """Ask the system; what it doesn't tell gets a cautious value."""
    name = platform.processor() or platform.machine()
    return Processor(name, physical_cores(), has_dot_products(), _memory(), product_features())


def product_features() -> tuple[str, ...]:
    """Which of the instructions for products this processor has, in alphabetical order."""
    return tuple(sorted(_flags() & FEATURES))


def has_dot_products() -> bool:
    """Whether the processor says that it has instructions for 8-bit dot products."""
    if PLATFORM == "darwin" and platform.machine().lower() in ("arm64", "aarch64"):
        return True
    return bool(_flags() & {"avx512_vnni", "avx_vnni", "avx512vnni", "asimddp"})


def physical_cores() -> int:
    """Cores this process may run on, counting two threads of one core once."""
    if PLATFORM.startswith("linux"):
        usable = os.sched_getaffinity(0)
        cores = {_core_of(cpu) for cpu in usable}
        return max(1, len(cores))
    if PLATFORM == "darwin":
        return int(_sysctl("hw.perflevel0.physicalcpu") or _sysctl("hw.physicalcpu") or 1)
    # Windows gives no simple count of cores; desktop processors have two threads a core.
    return max(1, (os.cpu_count() or 2) // 2)


def _core_of(cpu: int) -> tuple[str, str]:
    topology = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology")
    try:
        package = (topology / "physical_package_id").read_text().strip()
        return package, (topology / "core_id").read_text().strip()
    except OSError:
        return "cpu", str(cpu)


def _flags() -> set[str]:
    if PLATFORM.startswith("linux"):
        try:
            text = Path("/proc/cpuinfo").read_text()
        except OSError:
            return set()
        found = re.search(r"^(?:flags|Features)\s*:(.*)$", text, re.MULTILINE)
        return set(found.group(1).split()) if found else set()
    if PLATFORM == "darwin":
        return set(_sysctl("machdep.cpu.leaf7_features").lower().split())
    return set()


def _sysctl(name: str) -> str:
    try:
        result = subprocess.run(
            ["/usr/sbin/sysctl", "-n", name], capture_output=True, text=True, timeout=5, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return result.stdout.strip()


def _memory() -> int:
    if PLATFORM == "win32":
        return _windows_memory()
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return 0


def _windows_memory() -> int:
    kilobytes = ctypes.c_ulonglong(0)
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - exists on Windows only
    if not kernel.GetPhysicallyInstalledSystemMemory(ctypes.byref(kilobytes)):
        return 0
    return kilobytes.value * 1024
