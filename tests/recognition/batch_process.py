"""Works off the batches of a database, given its folder and the catalogue's, until it is killed."""

from __future__ import annotations

import sys
from pathlib import Path

from cardscanner_gui import environment


def main(data: Path, catalogue: Path) -> None:
    """Print a line for each picture that was recorded."""
    environment.prepare()
    from cardscanner_gui.builder import Builder
    from cardscanner_gui.catalogue.database import Catalogue
    from cardscanner_gui.paths import DataPaths
    from cardscanner_gui.recognition.batches import BatchReports, BatchRunner
    from cardscanner_gui.settings import Settings
    from cardscanner_gui.store.batches import BatchStore
    from cardscanner_gui.store.database import Database
    from tests.judging import alone

    builder = Builder(DataPaths(data), Settings(), threads=1)
    database = Database(data / "collection.db")
    runner = BatchRunner(
        BatchStore(database),
        lambda: builder.make_recogniser(alone(Catalogue.open(catalogue))),
        BatchReports(recorded=lambda request_id, change: print(request_id, flush=True)),
        workers=2,
    )
    runner.start()
    runner.wait(200)
    runner.close()
    database.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
