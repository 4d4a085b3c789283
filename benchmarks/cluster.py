"""The cluster on this machine: what is lost while its processes are killed, and what it costs.

    python -m benchmarks.cluster [--quick] [--json FILE] [--only PART] [--number N] [--every S]

Needs the extra `cluster`; without Ray it says so and ends well. Every picture is a new photo of a
drawn card. Parts:

* `kills`: two readers, 1,000 pictures (quick: 60) from eight clients. Every ten seconds (five) a
  reader is killed, and the front once. Who gets no answer sends the picture again. Each picture
  must be answered once, with its card; first attempts that failed are counted.
* `cost`: the plain service and a cluster of one reader side by side, asked in turns by one
  client: milliseconds of a picture that is known, and of a new one.
* `pace`: the plain service with one and two threads, the cluster with one and two readers, one
  after the other, again and again: new pictures a second from four clients.

Start times and memory by process come along.
"""

from __future__ import annotations

import argparse
import importlib.util
import io
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from benchmarks.service import draw, percentiles
from cardscanner_gui import environment

READER = "ServeReplica:cardscanner:Reader"
FRONT = "ServeReplica:cardscanner:Front"
_CLIENTS = 8
_PACE_CLIENTS = 4
_AGAIN_SECONDS = 0.5
_MOST_ATTEMPTS = 200


class Pictures:
    """Photos of drawn cards, each a little different from all before: nobody remembers it."""

    def __init__(self, folder: Path) -> None:
        import numpy as np
        from PIL import Image

        self._sources = [
            (path.name.split()[0], np.asarray(Image.open(path)))
            for path in sorted((folder / "pictures").glob("*.jpg"))
        ]
        self._numbers = itertools.count()
        self._lock = threading.Lock()

    def new(self) -> tuple[str, bytes]:
        """The printing's id and a JPEG file."""
        from PIL import Image

        with self._lock:
            number = next(self._numbers)
        name, pixels = self._sources[number % len(self._sources)]
        picture = Image.fromarray(pixels)
        for bit in range(20):  # the number in black and white squares along the upper edge
            shade = (255,) * 3 if number >> bit & 1 else (0,) * 3
            picture.paste(shade, (16 * bit, 0, 16 * bit + 16, 16))
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=88)
        return name, file.getvalue()


# --- what is measured -----------------------------------------------------------------------------


@dataclass
class Served:
    """A running service or cluster."""

    url: str
    pid: int
    start_seconds: float

    def processes(self) -> list[Any]:
        import psutil

        driver = psutil.Process(self.pid)
        return [driver, *driver.children(recursive=True)]

    def named(self, name: str) -> list[Any]:
        return [one for one in self.processes() if name in _title(one)]

    def memory_mb(self) -> dict[str, int]:
        """Megabytes by process: its own and its part of what is shared, as the system counts it."""
        megabytes: Counter[str] = Counter()
        for one in self.processes():
            try:
                megabytes[_title(one)] += round(one.memory_full_info().pss / 1e6)
            except Exception:  # it has just ended
                continue
        return dict(megabytes) | {"all": sum(megabytes.values())}


def _title(process: Any) -> str:
    try:
        words = process.cmdline()
    except Exception:  # it has just ended
        return "ended"
    line = " ".join(words)
    for name in (READER, FRONT, "ServeController", "ProxyActor"):
        if name in line:
            return name
    for name in ("gcs_server", "raylet", "dashboard", "log_monitor", "monitor.py", "keeper"):
        if name in line:
            return name
    return "driver" if "cardscanner_gui.cli" in line else Path((words or ["?"])[0]).name[:30]


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[Served]:
    """`cardscanner serve` or `cardscanner cluster serve`, warm."""
    command = [sys.executable, "-m", "cardscanner_gui.cli", "--data-dir", str(folder)]
    started = time.monotonic()
    process = subprocess.Popen(
        [*command, *arguments, "--offline", "--port", "0"], stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    try:
        said = ""
        for line in process.stderr:
            said += line
            if found := re.search(r"Serving on (http://127\.0\.0\.1:\d+)", line):
                break
        else:
            raise SystemExit(f"it didn't start: {said}")
        threading.Thread(target=process.stderr.read, daemon=True).start()
        while httpx.get(f"{found.group(1)}/readyz", trust_env=False, timeout=60).status_code != 200:
            time.sleep(0.1)
        yield Served(found.group(1), process.pid, round(time.monotonic() - started, 1))
    finally:
        process.terminate()
        process.wait(120)


def plain(folder: Path, workers: int) -> Any:
    return running(folder, "serve", "--workers", str(workers))


def cluster(folder: Path, readers: int) -> Any:
    return running(folder, "cluster", "serve", "--readers", str(readers))


@dataclass
class Tally:
    """What became of the pictures."""

    answers: Counter[int] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    failed_first: int = 0
    milliseconds: list[float] = field(default_factory=list)


def send_all(
    url: str, pictures: Pictures, number: int, clients: int, at_half: Callable[[], None]
) -> Tally:
    """Send so many pictures, each until it is answered."""
    tally, lock, numbers = Tally(), threading.Lock(), iter(range(number))

    def client() -> None:
        with httpx.Client(base_url=url, timeout=180, trust_env=False) as line:
            while True:
                with lock:
                    mine = next(numbers, None)
                if mine is None:
                    return
                if mine == number // 2:
                    at_half()
                _send(line, mine, *pictures.new(), tally, lock)

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tally


def _send(
    line: httpx.Client, mine: int, printing: str, data: bytes, tally: Tally, lock: threading.Lock
) -> None:
    started = time.perf_counter()
    for attempt in range(_MOST_ATTEMPTS):
        try:
            answer = line.post("/recognize", files={"image": (f"{mine}.jpg", data)})
            status = str(answer.status_code)
        except httpx.HTTPError as error:
            status = type(error).__name__
        with lock:
            tally.statuses[status] += 1
            if attempt == 0 and status != "200":
                tally.failed_first += 1
        if status == "200":
            break
        time.sleep(_AGAIN_SECONDS)
    else:
        return
    named = [card["card"]["id"] for card in answer.json()["cards"] if card["card"]]
    with lock:
        tally.answers[mine] += 1
        tally.milliseconds.append((time.perf_counter() - started) * 1000)
        if answer.json()["file"] != f"{mine}.jpg" or any(name != printing for name in named):
            tally.wrong.append(f"{printing} came back as {named}")


def kills(folder: Path, pictures: Pictures, *, number: int, every: float) -> dict[str, Any]:
    """Readers killed again and again, and the front once."""
    with cluster(folder, 2) as served:
        memory = served.memory_mb()
        done, killed = threading.Event(), Counter[str]()

        def kill(name: str) -> None:
            for one in served.named(name)[:1]:
                one.kill()
                killed[name] += 1

        def kill_readers() -> None:
            while not done.wait(every):
                kill(READER)

        killer = threading.Thread(target=kill_readers)
        killer.start()
        started = time.monotonic()
        tally = send_all(served.url, pictures, number, _CLIENTS, lambda: kill(FRONT))
        seconds = time.monotonic() - started
        done.set()
        killer.join()
        metrics = httpx.get(f"{served.url}/metrics", trust_env=False, timeout=60).text
        retries = re.findall(r'reader_retries_total{replica="front"} ([\d.]+)', metrics)
        return {
            "pictures": number,
            "answered": len(tally.answers),
            "answered_twice": sum(count > 1 for count in tally.answers.values()),
            "wrong": len(tally.wrong),
            "examples": tally.wrong[:5],
            "first_attempts_failed": tally.failed_first,
            "statuses": dict(tally.statuses),
            "retried_by_the_front_since_it_started": float(retries[0]) if retries else 0,
            "killed": dict(killed),
            "seconds": round(seconds, 1),
            "milliseconds": percentiles(tally.milliseconds),
            "start_seconds": served.start_seconds,
            "memory_mb": memory,
        }


def cost(folder: Path, pictures: Pictures, *, rounds: int, asked: int) -> dict[str, Any]:
    """Milliseconds a request, of the plain service and of the cluster, in turns."""
    known: dict[str, list[float]] = {"plain": [], "cluster": []}
    new: dict[str, list[float]] = {"plain": [], "cluster": []}
    # Where each keeps its own collection; what one remembers the other mustn't know.
    with plain(_copy(folder, "plain"), 1) as one, cluster(_copy(folder, "cluster"), 1) as other:
        lines = {
            name: httpx.Client(base_url=served.url, timeout=120, trust_env=False)
            for name, served in (("plain", one), ("cluster", other))
        }
        seen = pictures.new()[1]
        for line in lines.values():
            for _ in range(3):
                _timed(line, seen)
        for _ in range(rounds):
            for name, line in lines.items():
                known[name] += [_timed(line, seen) for _ in range(asked)]
                new[name] += [_timed(line, pictures.new()[1]) for _ in range(max(1, asked // 10))]
        memory = {"plain": one.memory_mb(), "cluster": other.memory_mb()}
        starts = {"plain": one.start_seconds, "cluster": other.start_seconds}
    return {
        "known_ms": {name: percentiles(values) for name, values in known.items()},
        "new_ms": {name: percentiles(values) for name, values in new.items()},
        "requests": {"known": rounds * asked, "new": rounds * max(1, asked // 10)},
        "start_seconds": starts,
        "memory_mb": memory,
    }


def _timed(line: httpx.Client, data: bytes) -> float:
    started = time.perf_counter()
    line.post("/recognize", files={"image": ("card.jpg", data)}).raise_for_status()
    return (time.perf_counter() - started) * 1000


def _copy(folder: Path, name: str) -> Path:
    copy = folder / name
    copy.mkdir()
    (copy / "catalogue").symlink_to(folder / "catalogue")
    return copy


def pace(folder: Path, pictures: Pictures, *, rounds: int, number: int) -> dict[str, Any]:
    """New pictures a second; the candidates one after the other, again and again."""
    candidates: dict[str, Any] = {
        "plain, 1 thread": lambda where: plain(where, 1),
        "cluster, 1 reader": lambda where: cluster(where, 1),
        "plain, 2 threads": lambda where: plain(where, 2),
        "cluster, 2 readers": lambda where: cluster(where, 2),
    }
    found: dict[str, list[float]] = {name: [] for name in candidates}
    for turn in range(rounds):
        for name, start in candidates.items():
            where = _copy(folder, f"pace {turn} {name}")
            with start(where) as served:
                started = time.monotonic()
                tally = send_all(served.url, pictures, number, _PACE_CLIENTS, lambda: None)
                found[name].append(round(len(tally.answers) / (time.monotonic() - started), 2))
    return {"pictures": number, "a_second": found}


def main(arguments: Sequence[str] | None = None) -> int:
    environment.prepare()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", choices=["kills", "cost", "pace"])
    parser.add_argument("--number", type=int, help="Pictures while processes are killed.")
    parser.add_argument("--every", type=float, help="Seconds between two killed readers.")
    options = parser.parse_args(arguments)
    if importlib.util.find_spec("ray") is None:
        print("Skipped: there is no Ray here; the extra `cluster` brings it.")
        return 0
    quick = options.quick
    figures: dict[str, Any] = {"cores": os.cpu_count(), "load_before": os.getloadavg()[0]}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        draw(folder, *((6, 4) if quick else (24, 12)))
        pictures = Pictures(folder)
        if options.only in (None, "kills"):
            number, every = (60, 5.0) if quick else (1000, 10.0)
            number, every = options.number or number, options.every or every
            figures["kills"] = kills(folder, pictures, number=number, every=every)
        if options.only in (None, "cost"):
            rounds, asked = (3, 20) if quick else (10, 50)
            figures["cost"] = cost(folder, pictures, rounds=rounds, asked=asked)
        if options.only in (None, "pace"):
            rounds, number = (1, 12) if quick else (3, 60)
            figures["pace"] = pace(folder, pictures, rounds=rounds, number=number)
    figures["load_after"] = os.getloadavg()[0]
    print(json.dumps(figures, indent=1))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))
    return 0 if good(figures) else 1


def good(figures: dict[str, Any]) -> bool:
    """Whether each picture was answered once, with its own card."""
    kept = figures.get("kills")
    if kept is None:
        return True
    return bool(
        kept["answered"] == kept["pictures"] and not kept["answered_twice"] and not kept["wrong"]
    )


if __name__ == "__main__":
    sys.exit(main())
