"""What import-linter's contracts don't say about the package: no circles, no long files."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp

import cardscanner_gui

_PACKAGE = Path(cardscanner_gui.__file__).parent
_MOST_LINES = 400


def test_no_module_imports_itself_by_way_of_others() -> None:
    """Imports inside functions and those for types count too: a circle is one idea in two files."""
    graph = grimp.build_graph("cardscanner_gui", cache_dir=None)
    imported = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    assert len(imported) > 300
    try:
        TopologicalSorter(imported).prepare()
    except CycleError as error:
        raise AssertionError(" → ".join(error.args[1])) from error


def test_no_file_is_long() -> None:
    lengths = {
        str(path.relative_to(_PACKAGE)): len(path.read_text(encoding="utf-8").splitlines())
        for path in _PACKAGE.rglob("*.py")
    }
    assert len(lengths) > 300
    assert {name: lines for name, lines in lengths.items() if lines > _MOST_LINES} == {}
