"""How ONNX Runtime uses processor and memory.

`docs/performance-history.md` has what each switch gives.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tuning:
    """Switches of the sessions.

    Attributes:
        threads: workers inside one run; 0 means one for each physical core.
        spin: workers wait for the next node by spinning, inside a run only.
        spin_between_runs: they go on spinning after a run, which costs cores while nothing happens.
        arena: ONNX Runtime keeps the memory of intermediate results between runs.
        memory_pattern: it plans that memory once for each shape.
        affinity: processors to pin the workers to, as ONNX Runtime writes it (`"1;2"`).
        lock_memory: ask the system never to swap the process out, where it allows that.
    """

    threads: int = 0
    spin: bool = True
    spin_between_runs: bool = False
    arena: bool = True
    memory_pattern: bool = True
    affinity: str = ""
    lock_memory: bool = False
