"""A long file into an empty collection, and out again: time and memory.

    python benchmarks/imports.py [--quick] [--rows N] [--json FILE] [--catalogue FOLDER]

The file is a TCGplayer app's with 200,000 rows, drawn from the user's own catalogue; memory is what
the process had at most, less what it had with the catalogue open. Goal: not more than 500 MB.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.core.collection import Entry, EntryQuery
from cardscanner_gui.core.copies import stamp_of
from cardscanner_gui.export import export_entries, formats_of
from cardscanner_gui.games import ALL as GAMES
from cardscanner_gui.importing.importer import Importer
from cardscanner_gui.paths import DataPaths, default_data_dir
from cardscanner_gui.store import Collection, Database

GOAL_MB = 500.0
ROWS, QUICK_ROWS = 200_000, 2_000


def peak_mb() -> float:
    """The most memory that this process had so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def drawn(catalogue: Catalogue, rows: int) -> Iterator[Entry]:
    """Entries of random sets, each variant of a printing in turn, each with a folder of its own."""
    chance = random.Random(14)
    sets = [one.id for one in catalogue.sets() if one.region == "international"]
    made = 0
    while made < rows:
        for printing in catalogue.set_printings(chance.choice(sets)):
            for variant in printing.variants[:2]:
                if made < rows:
                    made += 1
                    stamp = stamp_of(variant)
                    yield Entry(printing, finish=variant.finish, stamp=stamp, quantity=1 + made % 4)


def measure(catalogue: Catalogue, rows: int, folder: Path) -> dict[str, float]:
    """Seconds and megabytes by what was done."""
    figures: dict[str, float] = {"rows": rows}
    path = folder / "cards.csv"
    export_entries(drawn(catalogue, rows), formats_of(GAMES)["tcgplayer-app"], path)
    with closing(Database(folder / "collection.db")) as database:
        importer = Importer({"pokemon": catalogue}, GAMES, database)
        before = peak_mb()
        began = time.perf_counter()
        preview = importer.preview(path)
        figures["preview_s"] = time.perf_counter() - began
        figures["waiting"] = preview.waiting
        figures["preview_mb"] = peak_mb() - before
        began = time.perf_counter()
        importer.run(preview)
        figures["import_s"] = time.perf_counter() - began
        figures["import_mb"] = peak_mb() - before
        began = time.perf_counter()
        collection = Collection(database)
        collection.undo()
        figures["undo_s"] = time.perf_counter() - began
        figures["most_mb"] = peak_mb() - before
        assert collection.count(EntryQuery()) == 0
    return figures


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 when the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--rows", type=int, default=0)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--catalogue", type=Path)
    options = parser.parse_args(arguments)
    rows = options.rows or (QUICK_ROWS if options.quick else ROWS)
    folder = options.catalogue or DataPaths(default_data_dir()).catalogue
    with Catalogue.open(folder) as catalogue, tempfile.TemporaryDirectory() as scratch:
        catalogue.preload()
        figures = measure(catalogue, rows, Path(scratch))
    for name, value in figures.items():
        print(f"{name:12} {value:10,.1f}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))
    return int(figures["most_mb"] > GOAL_MB)


if __name__ == "__main__":
    sys.exit(main())
