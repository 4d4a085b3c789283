"""Starting `tests.store.worker` in processes of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

Child = subprocess.Popen[str]


def start(action: str, path: Path, count: int = 0) -> Child:
    """A process that carries out an action of `tests.store.worker`."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.store.worker", action, str(path), str(count)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def read_line(child: Child) -> str:
    assert child.stdout is not None
    return child.stdout.readline().strip()


def run_together(children: list[Child]) -> list[tuple[int, str]]:
    """Let them all go at the same moment; exit status and standard error of each."""
    for child in children:
        assert read_line(child) == "ready"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    errors = [child.communicate(timeout=120)[1] for child in children]
    return [(child.returncode, error) for child, error in zip(children, errors, strict=True)]
