"""Live scanning of a drawn desk, through the real capture, gates, pipeline and store.

    python benchmarks/live.py [--quick] [--json FILE] [--large] [--every-frame]

Hands lay cards on a desk: some upside down or sideways, some nudged, shaded, covered or half
covered by a hand, exposed anew, some laid twice. The video runs at its own speed, and frames are
lost when nobody takes them in time. It runs twice, with reading ahead and without, and then come
cards at 40 a minute. Goals: one record for each card, at most 2 in 60 unsure, none wrong; from
settled to the quick answer a median of 150 ms and a 95th percentile of 400 ms; a preview of 25
frames a second. With `--every-frame` the video waits until each frame was looked at, so that only
the counts say something: for a machine on which other work runs.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from cardscanner_gui import environment

GOAL_MEDIAN_MS, GOAL_P95_MS, GOAL_PREVIEW, GOAL_PER_MINUTE = 150.0, 400.0, 25.0, 40.0
GOAL_UNSURE_SHARE = 2 / 60


def main(arguments: Sequence[str] | None = None) -> int:
    environment.prepare()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--large", action="store_true", help="1920 x 1080 instead of 1280 x 720")
    parser.add_argument("--every-frame", action="store_true", help="count only, on a busy machine")
    options = parser.parse_args(arguments)
    import cv2

    cv2.setNumThreads(1)
    from benchmarks._live_run import Bench, draw

    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        size = (1920, 1080) if options.large else (1280, 720)
        print("drawing …", flush=True)
        desk = draw(folder, "desk", 13 if options.quick else 60, size)
        figures: dict[str, object] = {"size": size}
        with Bench(folder) as bench:
            if options.every_frame:
                runs = {"every frame": bench.run(desk, speculate=True, every_frame=True)}
                ok = all(_counts_are_good(run) for run in runs.values())
            else:
                sprint = draw(folder, "sprint", 6 if options.quick else 30, size, plain=True)
                runs = {
                    "read ahead": bench.run(desk, speculate=True),
                    "not ahead": bench.run(desk, speculate=False),
                    "40 a minute": bench.run(sprint, speculate=True),
                }
                ok = all(_good(run) for name, run in runs.items() if name != "not ahead")
        figures |= runs
    for name, run in figures.items():
        if isinstance(run, dict):
            print(f"\n{name}")
            for key, value in run.items():
                print(f"  {key:34} {value}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))
    return 0 if ok else 1


def _counts_are_good(run: dict[str, float]) -> bool:
    amiss = sum(run[name] for name in ("missed", "doubled", "wrong", "from nothing"))
    return not amiss and run["unsure"] <= max(1, GOAL_UNSURE_SHARE * run["presented"])


def _good(run: dict[str, float]) -> bool:
    return (
        _counts_are_good(run)
        and run["settled to quick, median ms"] <= GOAL_MEDIAN_MS
        and run["settled to quick, p95 ms"] <= GOAL_P95_MS
        and run["preview, frames a second"] >= GOAL_PREVIEW
    )


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    sys.exit(main())
