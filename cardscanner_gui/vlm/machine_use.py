"""What a model may do with processor and memory: which cores, and whether it is swapped out.

`docs/performance.md` has what each choice gives. What the system doesn't allow is left out, and the
log says why.
"""

from __future__ import annotations

import ctypes
import logging
import os
import sys
from dataclasses import dataclass

from cardscanner_gui.vlm.cpu import physical_cores

log = logging.getLogger(__name__)

PLATFORM: str = sys.platform
"""As a plain text: mypy would take the other systems' branches for unreachable."""
_CURRENT, _FUTURE, _ON_FAULT = 1, 2, 4
_UNLIMITED = -1


@dataclass(frozen=True)
class MemoryLock:
    """Whether the process's memory stays in memory, and if not, why.

    Attributes:
        limit: bytes that the system lets a process lock; None where no limit keeps it from it.
    """

    locked: bool
    problem: str = ""
    limit: int | None = None


def lock_memory() -> MemoryLock:
    """Ask the system never to swap this process out, what it will use later included.

    A limit that isn't "unlimited" is not tried: once locked, a process that needs more memory than
    its limit gets none at all, and ends.
    """
    if PLATFORM == "win32":
        return _refused("Windows doesn't offer it")
    limit = memory_limit()
    if limit is not None:
        size = f"{limit / 1e6:.0f} MB" if limit >= 1_000_000 else f"{limit / 1e3:.0f} kB"
        return _refused(
            f"the limit for locked memory is {size}; raise it with “ulimit -l unlimited” "
            "(RLIMIT_MEMLOCK)",
            limit,
        )
    flags = _CURRENT | _FUTURE
    if PLATFORM.startswith("linux"):
        flags |= _ON_FAULT  # what is never touched takes no memory
    try:
        library = ctypes.CDLL(None, use_errno=True)
        status: int = library.mlockall(flags)
    except (OSError, AttributeError):
        return _refused("the system doesn't offer it")
    if status != 0:
        return _refused(os.strerror(ctypes.get_errno()))
    return MemoryLock(True)


def memory_limit() -> int | None:
    """Bytes that this process may lock; None for any number."""
    import resource  # not on Windows

    soft, _ = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    return None if soft in (_UNLIMITED, resource.RLIM_INFINITY) or os.geteuid() == 0 else soft


def affinity(threads: int = 0) -> str:
    """A core of its own for each of a session's workers, as ONNX Runtime writes it.

    The thread that runs a session is one of its workers and isn't pinned: it does other things too.

    Args:
        threads: of a session; 0 for one for each physical core.

    Returns:
        processors, counted from one, such as `"2;3"`; empty where nothing can be pinned.
    """
    if not PLATFORM.startswith("linux"):
        return ""
    wanted = (threads or physical_cores()) - 1
    usable = sorted(os.sched_getaffinity(0))
    step = max(1, len(usable) // physical_cores())  # two processors of one core lie side by side
    chosen = usable[::step][1 : wanted + 1]
    return ";".join(str(processor + 1) for processor in chosen) if len(chosen) == wanted else ""


def _refused(problem: str, limit: int | None = None) -> MemoryLock:
    log.warning("The model's memory isn't locked: %s.", problem)
    return MemoryLock(False, problem, limit)
