"""Time from the start of the process to the window's first paint. Goal: 1.5 s in the median.

    python benchmarks/startup.py [--quick] [--json FILE]

Each run is a process of its own with a new data folder, and fetches nothing. The first is listed
apart: it may read everything from the disk for the first time.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

GOAL_SECONDS = 1.5


def seconds_to_first_paint() -> float:
    """Start the window once, wait for its line, and let it close."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "settings.json").write_text('{"offline": true}')
        environment = {
            "QT_QPA_PLATFORM": "offscreen",
            **os.environ,
            "CARDSCANNER_DATA_DIR": folder,
        }
        command = [sys.executable, "-m", "cardscanner_gui.app", "--measure-first-paint"]
        start = time.perf_counter()
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env=environment
        ) as process:
            assert process.stdout is not None
            line = process.stdout.readline()
            seconds = time.perf_counter() - start
        if line.strip() != "first paint" or process.returncode != 0:
            sys.exit(f"The window said {line!r} and ended with status {process.returncode}.")
        return seconds


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the time to the first paint.")
    parser.add_argument("--quick", action="store_true", help="3 runs instead of 15")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    options = parser.parse_args()
    runs = 3 if options.quick else 15
    first, *rest = [seconds_to_first_paint() for _ in range(runs + 1)]
    median = statistics.median(rest)
    print(f"first run      {first * 1000:6.0f} ms")
    print(f"median of {runs:3}  {median * 1000:6.0f} ms  (goal {GOAL_SECONDS * 1000:.0f} ms)")
    print(f"best and worst {min(rest) * 1000:6.0f} and {max(rest) * 1000:.0f} ms")
    if options.json:
        figures = {"runs_s": rest, "first_s": first, "median_s": median}
        options.json.write_text(json.dumps(figures, indent=1))
    return 0 if median <= GOAL_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
