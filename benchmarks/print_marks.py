"""First editions by their stamp: how many pictures of printings that have one show it, and others.

    python benchmarks/print_marks.py --pictures DIR [--data-dir DIR] [--quick] [--json FILE]

DIR holds pictures named by the printing's id, such as the developers' `artwork/pictures`; the
catalogue in use says which printings have a first edition. Each is looked at as it is and blurred.
Those of a printing with a first edition may still be of an unlimited copy: look at the names.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from cardscanner_gui import environment

_BLURS = (0.0, 0.7)
_UP_TO = "2003"
"""Later cards look too different for a stamp to be taken for one."""

_NAMED = 9
"""So many are named, more are counted."""


def measure(pictures: Path, data_dir: Path, quick: bool) -> dict[str, Any]:
    """Counts by whether the printing has a first edition, and milliseconds a picture."""
    from cardscanner_gui.builder import Builder
    from cardscanner_gui.games.pokemon.first_edition import FIRST_EDITION
    from cardscanner_gui.paths import DataPaths
    from cardscanner_gui.settings import Settings
    from cardscanner_gui.vision.print_mark import bears, likeness

    opened = Builder(DataPaths(data_dir), Settings()).open_catalogue()
    if opened is None:
        sys.exit("There is no catalogue: `cardscanner catalogue update` fetches one.")
    files = {path.stem: path for path in sorted(pictures.iterdir())}
    known = filter(None, map(opened.printing, files))
    printings = [printing for printing in known if (printing.released or "") < _UP_TO]
    figures: dict[str, Any] = {}
    took = []
    for printing in printings[:: 10 if quick else 1]:
        stamped = not FIRST_EDITION.finishes.isdisjoint(printing.finishes)
        picture = np.asarray(Image.open(files[printing.id]).convert("RGB"))
        for blur in _BLURS:
            blurred = cv2.GaussianBlur(picture, (0, 0), blur) if blur else picture
            seen = np.asarray(blurred, np.uint8)
            start = time.perf_counter()
            shown = bears(seen, FIRST_EDITION, printing)
            took.append(time.perf_counter() - start)
            kind = "with" if stamped else "without"
            row = figures.setdefault(
                f"{kind} a first edition, blur {blur}",
                {"pictures": 0, "seen": [], "whole": [], "heart": []},
            )
            row["pictures"] += 1
            row["seen"] += [printing.id] if shown else []
            found = likeness(seen, FIRST_EDITION, printing)
            row["whole"].append(found.whole)
            row["heart"].append(found.heart)
    for row in figures.values():
        if len(row["seen"]) > _NAMED:
            row["seen"] = len(row["seen"])
        for name in ("whole", "heart"):
            row[name] = [round(float(v), 2) for v in np.percentile(row[name], [0, 50, 100])]
    return figures | {"milliseconds": round(1000 * float(np.median(took)), 2)}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="every tenth picture")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--data-dir", type=Path, help="whose catalogue is taken")
    options = parser.parse_args(arguments)
    environment.prepare()
    from cardscanner_gui.paths import default_data_dir

    figures = measure(options.pictures, options.data_dir or default_data_dir(), options.quick)
    text = json.dumps(figures, indent=1)
    print(text)
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
