"""Damaged picture files by the thousand through the real loader: what is read, refused, or worse.

    python -m benchmarks.hostile_files [--quick] [--json FILE] [--count N] [--seed N]

Each file is a drawn picture in one of the formats that are promised, in which bytes were flipped,
cut, spliced in from another file, doubled or put in. It is opened as the program does, pages and
all, by a process with limits of memory and time, which is replaced when it ends or hangs.

- read: a picture came out; refused: one line for the user; stopped: refused because the decoding
  process took too much or ended, which the program survives.
- slow: took more than 5 seconds; crashed: the loading process ended; hung: it had to be ended;
  unhandled: an error that is no line for the user. The exit status is 1 at any of the last three.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.hostile.mutations import FORMATS, mutated

SLOW_S = 5.0
_HANG_S = 60.0
_MEMORY = 3 * 1024**3
_COLUMNS = ("files", "read", "refused", "stopped", "slow", "crashed", "hung", "unhandled")
_BAD = ("crashed", "hung", "unhandled")


def main() -> int:
    parser = argparse.ArgumentParser(description="Open damaged files and count what happens.")
    parser.add_argument("--quick", action="store_true", help="1,600 files")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    parser.add_argument("--count", type=int, help="how many files; else 50,000")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        return work()
    count = options.count or (1_600 if options.quick else 50_000)
    figures, bad = measure(count, options.seed)
    print(f"{'':8}" + "".join(f"{name:>11}" for name in _COLUMNS))
    for name, row in figures.items():
        print(f"{name:8}" + "".join(f"{row[column]:>11,}" for column in _COLUMNS))
    for line in bad:
        print(line)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))
    return 1 if bad else 0


def measure(count: int, seed: int) -> tuple[dict[str, dict[str, int]], list[str]]:
    """Counts by format and in all, and a line for each file that went wrong."""
    counts = {name: Counter[str]() for name in (*FORMATS, "all")}
    bad = []
    for number, outcome in outcomes(count, seed):
        name = FORMATS[number % len(FORMATS)]
        for counter in (counts[name], counts["all"]):
            counter["files"] += 1
            counter[outcome["end"]] += 1
            counter["stopped"] += outcome.get("stopped", False)
            counter["slow"] += outcome["seconds"] > SLOW_S
        if outcome["end"] in _BAD:
            bad.append(f"{name} {number}: {outcome['end']} {outcome.get('line', '')}")
    return {name: {c: counter[c] for c in _COLUMNS} for name, counter in counts.items()}, bad


def outcomes(count: int, seed: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """What became of each file, whatever becomes of the process that opens it."""
    worker: _Worker | None = None
    for number in range(count):
        worker = worker or _Worker()
        outcome = worker.ask(f"{seed} {number}")
        if outcome["end"] in ("crashed", "hung"):
            worker.close()
            worker = None
        yield number, outcome
    if worker is not None:
        worker.close()


class _Worker:
    """A process that opens files, one after the other."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.hostile_files", "--worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def ask(self, question: str) -> dict[str, Any]:
        started = time.monotonic()
        try:
            print(question, file=self._process.stdin, flush=True)
            line = self._lines.get(timeout=_HANG_S)
        except OSError:
            line = ""
        except queue.Empty:
            return {"end": "hung", "seconds": time.monotonic() - started}
        if not line:
            status = self._process.wait()
            return {"end": "crashed", "seconds": 0.0, "line": f"status {status}"}
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        self._process.kill()
        self._process.wait()

    def _listen(self) -> None:
        for line in self._process.stdout or ():
            self._lines.put(line)
        self._lines.put("")


def work() -> int:
    """Open the files that standard input asks for."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as folder:
        for line in sys.stdin:
            seed, number = map(int, line.split())
            form = FORMATS[number % len(FORMATS)]
            path = Path(folder) / f"card.{form}"
            path.write_bytes(mutated(form, random.Random(f"{seed} {number}")))
            os.utime(path, ns=(number, number))  # two of one size are two files
            print(json.dumps(opened(path)), flush=True)
    return 0


def opened(path: Path) -> dict[str, Any]:
    """Open a file as the program does: its first pages, each as a frame."""
    from cardscanner_gui.capture.decoder.process import Stopped
    from cardscanner_gui.capture.files import collect_pictures, load_frame
    from cardscanner_gui.core.errors import PictureError

    started = time.monotonic()
    result: dict[str, Any] = {"end": "read"}
    try:
        for page in collect_pictures([path])[:3]:
            load_frame(page)
    except PictureError as error:
        result = {"end": "refused", "line": str(error), "stopped": isinstance(error, Stopped)}
    except Exception as error:
        result = {"end": "unhandled", "line": f"{type(error).__name__}: {error}"}
    return result | {"seconds": time.monotonic() - started}


if __name__ == "__main__":
    sys.exit(main())
