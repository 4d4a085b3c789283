"""Cards slid under a camera, half of them without a border: is each recorded once?

    python benchmarks/live_films.py [--quick] [--json FILE] [--every-frame]
    python benchmarks/live_films.py --films FILE... --data-dir FOLDER --cards N

Three drawn films of ten cards, at their own speed, through the real capture, gates, pipeline and
store: laid down and taken away; nudged by 15 pixels after two seconds; shaded while they lie. What
follows cards through a video overlooks those whose art reaches to their edge. Goal: ten records of
ten in each film, none twice, at least eight identified and none wrong. Films of your own are
scanned with your own catalogue, and their records are listed and counted.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from cardscanner_gui import environment

GOAL_IDENTIFIED = 0.8


def main(arguments: Sequence[str] | None = None) -> int:
    environment.prepare()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="four cards a film")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--every-frame", action="store_true", help="for a busy machine")
    parser.add_argument("--films", type=Path, nargs="+", help="your own")
    parser.add_argument("--data-dir", type=Path, help="whose catalogue knows their cards")
    parser.add_argument("--cards", type=int, default=10, help="in each of your films")
    options = parser.parse_args(arguments)
    if (options.films is None) != (options.data_dir is None):
        parser.error("--films and --data-dir go together")
    import cv2

    cv2.setNumThreads(1)
    from benchmarks._film_run import drawn_films, scan_films

    if options.films is not None:
        films = {path.stem: (path, [""] * options.cards) for path in options.films}
        figures = scan_films(films, options.data_dir, every_frame=options.every_frame)
    else:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            print("drawing …", flush=True)
            films = drawn_films(folder, 4 if options.quick else 10)
            figures = scan_films(films, folder, every_frame=options.every_frame)
    for name, film in figures.items():
        print(name, "  ".join(f"{key} {value}" for key, value in film.items()))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))
    return 0 if all(_good(film) for film in figures.values()) else 1


def _good(film: dict[str, int]) -> bool:
    return (
        film["records"] == film["cards"]
        and film["identified"] >= GOAL_IDENTIFIED * film["cards"]
        and film["wrong"] == 0
    )


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    sys.exit(main())
