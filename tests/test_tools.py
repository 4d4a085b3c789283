"""Benchmarks, training and packaging, which no other test imports, keep up with the package."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OURS = ("cardscanner_gui", "benchmarks", "training", "tests")
TOOLS = sorted(
    path
    for folder in ("benchmarks", "training", "packaging")
    for path in ROOT.glob(f"{folder}/**/*.py")
)
BENCHMARKS = sorted(path.stem for path in (ROOT / "benchmarks").glob("[!_]*.py"))


def file_of(module: str) -> Path | None:
    """Where a module of ours lies; None when there is none of this name."""
    path = ROOT.joinpath(*module.split("."))
    found = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return found if found.is_file() else None


@cache
def names_in(file: Path) -> frozenset[str]:
    """What a module defines or imports, inside conditions too but not inside functions."""
    names: set[str] = set()
    waiting: list[ast.AST] = [ast.parse(file.read_text(encoding="utf-8"))]
    while waiting:
        for node in ast.iter_child_nodes(waiting.pop()):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                names.add(node.name)
                continue
            if isinstance(node, ast.Import | ast.ImportFrom):
                names |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names.add(node.id)
            waiting.append(node)
    return frozenset(names)


def missing(file: Path) -> Iterator[str]:
    """Modules and names of ours that a file asks for, anywhere in it, and that don't exist."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
            yield from (m for m in modules if m.split(".")[0] in OURS and not file_of(m))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            # What `python -m` is given.
            if (
                node.value.startswith("cardscanner_gui.")
                and node.value.replace(".", "").isidentifier()
            ):
                yield from () if file_of(node.value) else (node.value,)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in OURS:
            module = str(node.module)
            source = file_of(module)
            for alias in node.names:
                defined = source is not None and alias.name in names_in(source)
                if not defined and not file_of(f"{module}.{alias.name}"):
                    yield f"{module}.{alias.name}"


@pytest.mark.parametrize("file", TOOLS, ids=lambda file: str(file.relative_to(ROOT)))
def test_what_it_imports_is_there(file: Path) -> None:
    """Most imports wait inside functions, where starting the program doesn't meet them."""
    assert list(missing(file)) == []


@pytest.mark.parametrize("name", BENCHMARKS)
def test_a_benchmark_starts_and_explains_itself(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.lower().startswith("usage: ")
