"""A batch on a cluster whose readers and driver are killed: is each picture recorded once?

    python -m benchmarks.cluster_batch [--quick] [--json FILE] [--readers N]

500 photographs of drawn cards (quick: 24). Three times a reader is killed and then the driver, each
after another part of the pictures was recorded; the fourth driver ends the batch. What a killed
driver leaves of Ray must be gone before the next one starts. Each run is a process of its own, as a
user starts it: `cardscanner cluster batch FOLDER --add`.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil

KILLS = 3
_PATIENCE_S = 240.0
_GONE_S = 20.0


class Ledger:
    """What is recorded, seen from outside."""

    def __init__(self, data: Path) -> None:
        self._file = data / "collection.db"

    def done(self) -> int:
        """Pictures that have ended."""
        return int(self._all("SELECT count(*) FROM batch_items WHERE state != 'waiting'")[0][0])

    def sources(self) -> Counter[str]:
        """How often each picture's cards were recorded; each of these has one card."""
        return Counter(row[0] for row in self._all("SELECT source FROM scans"))

    def _all(self, sql: str) -> list[Any]:
        try:
            with closing(sqlite3.connect(f"file:{self._file}?mode=ro", uri=True)) as connection:
                return connection.execute(sql).fetchall()
        except sqlite3.OperationalError:  # not made yet
            return [(0,)]


class Run:
    """One driver, and what it started."""

    def __init__(self, command: list[str]) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        self._family: set[psutil.Process] = set()

    def readers(self) -> list[psutil.Process]:
        """Those that are there now."""
        return [one for one in self.family() if "BatchReader" in _words(one)]

    def family(self) -> set[psutil.Process]:
        """All that it has started so far, and that still runs."""
        with suppress(psutil.NoSuchProcess):
            self._family |= set(psutil.Process(self.process.pid).children(recursive=True))
        self._family = {one for one in self._family if one.is_running() and _words(one)}
        return self._family

    def kill_reader(self) -> bool:
        """One of them, without a word; whether there was one."""
        found = self.readers()
        if found:
            found[0].kill()
        return bool(found)

    def kill(self) -> float:
        """The driver; seconds until nothing of it was left."""
        self.family()
        self.process.kill()
        self.process.wait()
        began = time.monotonic()
        until(lambda: not self.family(), _GONE_S)
        return time.monotonic() - began


def _words(process: psutil.Process) -> str:
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return ""
        return f"{process.name()} {' '.join(process.cmdline())}"
    except psutil.Error:
        return ""


def until(true: Callable[[], bool], seconds: float = _PATIENCE_S) -> bool:
    """Wait for something; False when it took too long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.1)
    return False


def kill_and_resume(data: Path, pictures: Path, readers: int) -> dict[str, Any]:
    """What became of the pictures while readers and drivers were killed."""
    answers = data / "answers.jsonl"
    command = [sys.executable, "-m", "cardscanner_gui.cli", "--data-dir", str(data)]
    command += ["cluster", "batch", str(pictures), "--offline", "--add", "--again"]
    command += ["--readers", str(readers), "--json", str(answers)]
    ledger, total = Ledger(data), len(list(pictures.iterdir()))
    part = total // (2 * KILLS + 2)
    killed: list[dict[str, Any]] = []
    first_s: list[float] = []
    before = time.monotonic()
    for _ in range(KILLS):
        run = Run(command)
        at = ledger.done()
        until(lambda at=at: ledger.done() > at)  # type: ignore[misc]
        first_s.append(time.monotonic() - run.started)
        until(lambda at=at: ledger.done() >= at + part)  # type: ignore[misc]
        at_reader, reader = ledger.done(), run.kill_reader()
        until(lambda at=at_reader: ledger.done() >= at + part)  # type: ignore[misc]
        at_driver = ledger.done()
        left_s = run.kill()
        killed.append(
            {
                "reader_killed": reader,
                "done_at_reader": at_reader,
                "done_at_driver": at_driver,
                "gone_after_s": round(left_s, 1),
                "left": len(run.family()),
            }
        )
        print(json.dumps(killed[-1]), flush=True)
    last = Run(command)
    at, began = ledger.done(), time.monotonic()
    until(lambda: ledger.done() > at)
    first_s.append(time.monotonic() - last.started)
    _, said = last.process.communicate(timeout=3600)
    sources = ledger.sources()
    lines = answers.read_text(encoding="utf-8").splitlines()
    answered = Counter(json.loads(line)["file"] for line in lines)
    errors = sum(json.loads(line)["error"] is not None for line in lines)
    named = sum(bool(c["card"]) for line in lines for c in json.loads(line)["cards"])
    return {
        "pictures": total,
        "readers": readers,
        "kills": killed,
        "recorded_once": sum(count == 1 for count in sources.values()),
        "recorded_twice": sum(count > 1 for count in sources.values()),
        "answered_once": sum(count == 1 for count in answered.values()),
        "answered_twice": sum(count > 1 for count in answered.values()),
        "unreadable": errors,
        "named": named,
        "exit_status": last.process.returncode,
        "first_answer_after_s": [round(seconds, 1) for seconds in first_s],
        "last_run_a_second": round((ledger.done() - at) / (time.monotonic() - began), 2),
        "all_runs_s": round(time.monotonic() - before, 1),
        "load": [round(one, 1) for one in os.getloadavg()],
        "said": said.splitlines()[-3:],
    }


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--readers", type=int, default=2)
    options = parser.parse_args(arguments)
    if find_spec("ray") is None:
        print("There is no Ray here (the extra `cluster`): nothing is measured.")
        return 0
    from benchmarks.service import draw

    with tempfile.TemporaryDirectory() as temporary:
        data = Path(temporary)
        draw(data, *(8, 3) if options.quick else (100, 5))
        figures = kill_and_resume(data, data / "pictures", options.readers)
    for name, value in figures.items():
        print(f"{name:22} {value}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    total = figures["pictures"]
    once = figures["recorded_once"] == figures["answered_once"] == total
    return 0 if once and not any(one["left"] for one in figures["kills"]) else 1


if __name__ == "__main__":
    sys.exit(main())
