"""`python -m docs.make [plots] [diagram] [screenshots]`; without a word all three."""

from __future__ import annotations

import sys
from collections.abc import Callable

from docs.make import diagram, plots, screenshots

MAKERS: dict[str, Callable[[], None]] = {
    "plots": plots.make,
    "diagram": diagram.make,
    "screenshots": screenshots.make,
}


def main(wanted: list[str]) -> int:
    """Draw what is named; 2 for a word that names nothing."""
    unknown = sorted(set(wanted) - set(MAKERS))
    if unknown:
        print(f"There is no {', '.join(unknown)}. There is: {', '.join(MAKERS)}.", file=sys.stderr)
        return 2
    for name in wanted or MAKERS:
        MAKERS[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
