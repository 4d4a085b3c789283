"""One name, one thing: a class is found by its name, wherever it is."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import cardscanner_gui

PACKAGE = Path(cardscanner_gui.__file__).parent
MIRRORS = "service/schemas.py"
"""What goes over HTTP is named after what it describes."""


def classes(source: str) -> list[str]:
    return [node.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)]


def places() -> dict[str, list[str]]:
    """Where each class name is used for a class."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(PACKAGE.rglob("*.py")):
        place = path.relative_to(PACKAGE).as_posix()
        for name in classes(path.read_text(encoding="utf-8")):
            found[name].append(place)
    return found


def test_no_class_name_is_taken_twice() -> None:
    twice = {
        name: where
        for name, where in places().items()
        if len([place for place in where if place != MIRRORS]) > 1
    }
    assert twice == {}


def test_classes_are_found_wherever_they_are() -> None:
    source = "class One:\n    class Two: ...\ndef f():\n    class Three: ...\n"
    assert classes(source) == ["One", "Two", "Three"]
    assert MIRRORS in places()["Scan"], "the mirrors that are left out are still there"
