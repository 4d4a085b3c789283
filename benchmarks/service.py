"""The service under load: a real process on loopback, a catalogue of drawn cards, real clients.

    python -m benchmarks.service [--quick] [--json FILE] [--workers N] [--clients N] [--seconds N]

Two phases. The rush: 500 clients (quick: 50) send one picture after the other for 60 s (8 s), each
at once when it has its answer; nine in ten pictures were sent before, the others are new photos of
the same cards. The desks: as many clients lay a card down every ten seconds or so. Each answer
must name the card that was sent; who is told to come back (429, 503) does so. Goals: none lost,
none mixed up, memory bounded, the median of answers from memory under 20 ms.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from cardscanner_gui import environment

HIT_GOAL_MS = 20.0
MEMORY_GOAL_MB = 1500.0
_NAMES = ("Leafkit", "Twinfin", "Cinderpup", "Brambletooth", "Voltusk", "Mossback", "Emberix")
_NEW_PART = 0.1
_SEEN_BEFORE = 6
_CLIENTS_A_POOL = 12
_PAUSE_SECONDS = 10.0
_LAST_RETRIES_SECONDS = 30.0


# --- pictures -------------------------------------------------------------------------------------


def draw(folder: Path, cards: int, photographs: int) -> None:
    """Write a catalogue of drawn cards, and photographs of each named after its printing."""
    from PIL import Image

    from tests.catalogue.tcgdex_archive import build_catalogue, card
    from training.drawing.cards import CardFace, draw_card
    from training.drawing.scenes import lay_on_desk

    specs = []
    (folder / "pictures").mkdir()
    for i in range(cards):
        name, number, hp = _NAMES[i % len(_NAMES)], f"{i + 1:03d}", 40 + 10 * (i % 20)
        face = CardFace(
            name, hp, f"{number}/193", set_code="MDT", attacks=("Gather Dew",), artist="Mia Loam",
            year="2023", seed=i,
        )  # fmt: skip
        specs.append(card(name, number, hp=hp, attacks=("Gather Dew",), illustrator="Mia Loam"))
        drawn = draw_card(face)
        for k in range(photographs):
            picture, _ = lay_on_desk(
                drawn,
                size=(1000, 1300),
                fill=0.8,
                angle=(i * 37 + k * 11) % 30 - 15,
                seed=100 * i + k,
            )
            path = folder / "pictures" / f"sv90-{number} {k:02d}.jpg"
            Image.fromarray(picture).save(path, quality=88)
    build_catalogue(folder / "catalogue", specs).close()


# --- the service ----------------------------------------------------------------------------------


@contextmanager
def serving(folder: Path, workers: int) -> Iterator[tuple[str, int]]:
    """The service's address and process id, warm."""
    command = [sys.executable, "-m", "cardscanner_gui.cli", "--data-dir", str(folder)]
    command += ["serve", "--offline", "--port", "0", "--workers", str(workers)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        said = ""
        for line in process.stderr:
            said += line
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                break
        else:
            raise SystemExit(f"the service didn't start: {said}")
        threading.Thread(target=process.stderr.read, daemon=True).start()
        while httpx.get(f"{found.group()}/readyz", trust_env=False).status_code != 200:
            time.sleep(0.1)
        yield found.group(), process.pid
    finally:
        process.terminate()
        process.wait(60)


class Memory:
    """Megabytes that a process holds, looked at twice a second."""

    def __init__(self, pid: int) -> None:
        import psutil

        self._process = psutil.Process(pid)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.samples = [self._process.memory_info().rss / 1e6]
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.wait(0.5):
            self.samples.append(self._process.memory_info().rss / 1e6)

    def stop(self) -> dict[str, float]:
        self._stop.set()
        self._thread.join()
        half = len(self.samples) // 2
        return {
            "start_mb": round(self.samples[0]),
            "first_half_peak_mb": round(max(self.samples[: half + 1])),
            "second_half_peak_mb": round(max(self.samples[half:])),
        }


# --- the clients, in a process of their own -------------------------------------------------------


@dataclass
class Tally:
    """What became of the requests of one phase.

    Attributes:
        gave_up: told to come back when the time was over.
        known, read: milliseconds of pictures that were answered before, and of new ones: as the
            client saw them, and as the service did from the last byte in to the first byte out.
    """

    statuses: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    mixed_up: list[str] = field(default_factory=list)
    gave_up: int = 0
    named: int = 0
    from_memory: int = 0
    known: list[tuple[float, float]] = field(default_factory=list)
    read: list[tuple[float, float]] = field(default_factory=list)

    def figures(self, seconds: float) -> dict[str, Any]:
        answers = len(self.known) + len(self.read)
        return {
            "answers": answers,
            "answers_a_second": round(answers / seconds, 1),
            "named": self.named,
            "from_memory": self.from_memory,
            "statuses": dict(self.statuses),
            "gave_up": self.gave_up,
            "lost": len(self.lost),
            "mixed_up": len(self.mixed_up),
            "examples": (self.lost + self.mixed_up)[:5],
            "known_client_ms": percentiles([outside for outside, _ in self.known]),
            "known_service_ms": percentiles([inside for _, inside in self.known]),
            "new_client_ms": percentiles([outside for outside, _ in self.read]),
        }


def percentiles(values: list[float]) -> dict[str, float]:
    """Median and 95th percentile."""
    if not values:
        return {}
    ordered = sorted(values)
    return {
        "p50": round(statistics.median(ordered), 1),
        "p95": round(ordered[int(0.95 * (len(ordered) - 1))], 1),
    }


async def load(
    url: str, pictures: Sequence[tuple[str, bytes]], clients: int, seconds: float, pause: float
) -> dict[str, Any]:
    """One phase: so many clients for so long; each pauses about so long after an answer."""
    tally, chance = Tally(), random.Random(clients)
    known, new = [], list(pictures)
    chance.shuffle(new)

    async def client(line: httpx.AsyncClient, end: float) -> None:
        await asyncio.sleep(chance.random() * pause)
        while time.monotonic() < end:
            if new and chance.random() < _NEW_PART:
                picture = new.pop()
                if await answered(line, *picture, tally, tally.read, end):
                    known.append(picture)
            else:
                await answered(line, *chance.choice(known), tally, tally.known, end)
            await asyncio.sleep(pause * chance.uniform(0.5, 1.5))

    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with AsyncExitStack() as stack:
        # Some pools: the work that one has grows with the square of its open requests.
        lines = [
            await stack.enter_async_context(
                httpx.AsyncClient(base_url=url, timeout=120, limits=limits, trust_env=False)
            )
            for _ in range(-(-clients // _CLIENTS_A_POOL))
        ]
        while len(known) < _SEEN_BEFORE:
            known.append(new.pop())
            await answered(lines[0], *known[-1], Tally(), [], time.monotonic() + seconds)
        started = time.monotonic()
        end = started + seconds
        await asyncio.gather(*(client(lines[i % len(lines)], end) for i in range(clients)))
    return tally.figures(time.monotonic() - started)


async def answered(
    line: httpx.AsyncClient,
    printing: str,
    data: bytes,
    tally: Tally,
    times: list[tuple[float, float]],
    end: float,
) -> bool:
    """Whether the picture was answered, in the end; somebody told to come back does."""
    while True:
        started = time.perf_counter()
        try:
            answer = await line.post("/recognize", files={"image": ("card.jpg", data)})
        except httpx.HTTPError as error:
            tally.lost.append(repr(error))
            return False
        milliseconds = (time.perf_counter() - started) * 1000
        tally.statuses[str(answer.status_code)] += 1
        if answer.status_code == 200:
            break
        if answer.status_code not in {429, 503} or "Retry-After" not in answer.headers:
            tally.lost.append(f"{answer.status_code}: {answer.text[:200]}")
            return False
        back_at = time.monotonic() + float(answer.headers["Retry-After"])
        if back_at > end + _LAST_RETRIES_SECONDS:
            tally.gave_up += 1
            return False
        await asyncio.sleep(back_at - time.monotonic())
    cards = answer.json()["cards"]
    named = [card["card"]["id"] for card in cards if card["card"]]
    if any(name != printing for name in named):
        tally.mixed_up.append(f"{printing} came back as {named}")
    tally.named += bool(named)
    tally.from_memory += bool(cards) and all(card["cached"] for card in cards)
    inside = re.search(r"dur=([\d.]+)", answer.headers["Server-Timing"])
    times.append((milliseconds, float(inside.group(1)) if inside else milliseconds))
    return True


def as_client(options: argparse.Namespace) -> None:
    """What the clients' process does: one phase, its figures as JSON on standard output."""
    paths = sorted(options.pictures.glob("*.jpg"))
    pictures = [(path.name.split()[0], path.read_bytes()) for path in paths]
    print(
        json.dumps(
            asyncio.run(
                load(options.url, pictures, options.clients, options.seconds, options.pause)
            )
        )
    )


# --- all of it ------------------------------------------------------------------------------------


def phase(url: str, pid: int, pictures: Path, clients: int, seconds: float, pause: float) -> Any:
    """Run one phase; its figures with the service's memory."""
    memory = Memory(pid)
    command = [
        sys.executable,
        "-m",
        "benchmarks.service",
        "--url",
        url,
        "--pictures",
        str(pictures),
    ]
    command += ["--clients", str(clients), "--seconds", str(seconds), "--pause", str(pause)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=seconds + 300)
    return json.loads(done.stdout) | {"clients": clients, "memory": memory.stop()}


def main(arguments: Sequence[str] | None = None) -> int:
    environment.prepare()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--clients", type=int)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    parser.add_argument("--pictures", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--pause", type=float, default=0.0, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.url:
        as_client(options)
        return 0
    clients = options.clients or (50 if options.quick else 500)
    seconds = options.seconds or (8.0 if options.quick else 60.0)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        draw(folder, *((6, 4) if options.quick else (24, 12)))
        with serving(folder, options.workers) as (url, pid):
            pictures = folder / "pictures"
            rush = phase(url, pid, pictures, clients, seconds, 0.0)
            desks = phase(url, pid, pictures, clients, seconds / 2, _PAUSE_SECONDS)
    figures = {"cores": os.cpu_count(), "workers": options.workers, "rush": rush, "desks": desks}
    print(json.dumps(figures, indent=1))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))
    return 0 if good(figures) else 1


def good(figures: dict[str, Any]) -> bool:
    """Whether the goals are met."""
    phases = (figures["rush"], figures["desks"])
    return (
        all(each["lost"] == each["mixed_up"] == 0 for each in phases)
        and all(each["memory"]["second_half_peak_mb"] < MEMORY_GOAL_MB for each in phases)
        and figures["desks"]["known_client_ms"].get("p50", HIT_GOAL_MS) < HIT_GOAL_MS
    )


if __name__ == "__main__":
    sys.exit(main())
