"""Run as a child: updates the catalogue in a folder from an archive, and says when it is midway.

    python -m tests.catalogue.slow_build FOLDER ARCHIVE

It prints `midway` once the database is half written, then waits for a line on standard input.
"""

from __future__ import annotations

import sys
from pathlib import Path

from cardscanner_gui.catalogue.update import update_catalogue
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.games.pokemon.sources.local import local_source


def main() -> None:
    folder, archive = Path(sys.argv[1]), Path(sys.argv[2])
    waited = False

    def progress(words: str, part: float | None) -> None:
        nonlocal waited
        if not waited and words.startswith("Building"):
            waited = True
            print("midway", flush=True)
            sys.stdin.readline()

    info = update_catalogue(folder, POKEMON, local_source(archive), progress, CancelToken())
    print(info.path.name, flush=True)


if __name__ == "__main__":
    main()
