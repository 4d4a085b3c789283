"""Artwork as evidence: times, the index's size, drawn cards, and fetching 40,000 pictures.

    python benchmarks/artwork.py [--quick] [--json FILE] [--only PART] [--shared DIR]

PART is `speed`, `drawn` or `server`. DIR is the folder `artwork` that developers have beside the
checkout: then our fingerprints are compared with those that another program made of the same
pictures. Goals: a card's look 2 ms, a query among 40,000 entries 5 ms, an index under 4 MB that
opens in 20 ms; no false claim in 100,000 comparisons.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

# As the program sets it, before numpy is imported.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np
import psutil
from PIL import Image

from benchmarks import _artwork_drawn
from cardscanner_gui.catalogue.artwork.index import ArtworkIndex
from cardscanner_gui.catalogue.artwork.index_file import read_index, write_index
from cardscanner_gui.catalogue.pictures.update import update_pictures
from cardscanner_gui.catalogue.pictures.wanted import Wanted
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CancelledError
from cardscanner_gui.vision.artwork import Cut, fingerprint_of, look_at
from cardscanner_gui.vision.card_image import CardCrop
from tests.catalogue.tcgdex_archive import SetSpec, build_catalogue, card
from training.drawing.cards import CardFace, draw_card
from training.drawing.scenes import lay_on_desk

_ENTRIES = 40_000
_PER_SET = 200


def milliseconds(work: Callable[[], object], runs: int) -> dict[str, float]:
    """Median and 95th percentile."""
    work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    times.sort()
    return {
        "median_ms": round(statistics.median(times), 2),
        "p95_ms": round(times[int(len(times) * 0.95)], 2),
    }


def speed(quick: bool) -> dict[str, Any]:
    """Of one card, against an index as large as all printings there are."""
    runs = 20 if quick else 200
    rng = np.random.default_rng(1)
    face = draw_card(CardFace("Leafkit", 60, "012/193", seed=3))
    small = np.asarray(Image.fromarray(face).resize((245, 337)))
    crops = {}
    for name, size in (("of 1.6", (1100, 1450)), ("of 12", (3000, 4000))):
        picture, corners = lay_on_desk(face, size=size, fill=0.7)
        crops[f"look, picture {name} megapixels"] = CardCrop(picture, corners)
    ids = (f"set{n // _PER_SET:03d}-{n % _PER_SET:03d}" for n in range(_ENTRIES))
    start = time.perf_counter()
    index = ArtworkIndex.of((one, rng.bytes(64)) for one in ids)
    built = time.perf_counter() - start
    look = look_at(next(iter(crops.values())), Cut(bottom=True, growth=1.3))
    some = {f"set010-{n:03d}" for n in range(40)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "artwork.index"
        write_index(index, path)
        opening = milliseconds(lambda: read_index(path), 20)
        size_mb = path.stat().st_size / 1e6
    return {
        "fingerprint of a small picture": milliseconds(lambda: fingerprint_of(small), runs),
        **{name: milliseconds(partial(look_at, crop), runs) for name, crop in crops.items()},
        f"query among {_ENTRIES}": milliseconds(lambda: index.nearest(look), runs),
        "query among 40 of a name": milliseconds(lambda: index.nearest(look, among=some), runs),
        "query of a cut card": milliseconds(lambda: index.nearest_of_cut(look), runs),
        "index_mb": round(size_mb, 2),
        "opening": opening,
        "whitening_s": round(built, 2),
    }


def server(quick: bool) -> dict[str, Any]:
    """Fetching everything from loopback without a pace: rate, a cut halfway, resuming, memory."""
    count = 1_000 if quick else _ENTRIES
    owners = [
        SetSpec(f"zz{n}", f"Set {n}", "Loopback", released=f"{1990 + n // 12}-01-01")
        for n in range(-(-count // _PER_SET))
    ]
    places = ((n, owners[n // _PER_SET]) for n in range(count))
    cards = [card(f"Card {n}", f"{n % _PER_SET:03d}", owner, hp=None) for n, owner in places]
    command = [sys.executable, "-m", "benchmarks._picture_server"]
    pipe, process = subprocess.PIPE, psutil.Process()
    figures: dict[str, Any] = {"pictures": count}
    with (
        tempfile.TemporaryDirectory() as scratch,
        build_catalogue(Path(scratch) / "catalogue", cards) as catalogue,
        subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as served,
    ):
        assert served.stdout is not None
        url = f"http://127.0.0.1:{int(served.stdout.readline())}"
        folder = Path(scratch) / "artwork"
        highest = before = process.memory_info().rss

        def run(stop_at: float) -> float:
            token = CancelToken()

            def progress(_: str, part: float | None) -> None:
                nonlocal highest
                highest = max(highest, process.memory_info().rss)
                if part is not None and part >= stop_at:
                    token.cancel()

            start = time.perf_counter()
            try:
                report = update_pictures(
                    folder, catalogue, Wanted(), fingerprint_of, progress, token, server=url
                )
                figures["fingerprints"] = report.total
                figures["refused"] = len(report.refused)
            except CancelledError:
                pass
            return time.perf_counter() - start

        first = run(0.5)
        second = run(2.0)
        nothing = run(2.0)
        served.communicate("")
    return figures | {
        "seconds_until_cut": round(first, 1),
        "seconds_resumed": round(second, 1),
        "seconds_with_nothing_new": round(nothing, 1),
        "pictures_per_second": round(count / (first + second)),
        "memory_more_mb": round((highest - before) / 1e6),
    }


def agreement(folder: Path) -> dict[str, Any]:
    """Of our fingerprints with those another program made of the same cards, in differing bits."""
    with gzip.open(folder / "fingerprints512.tsv.gz", "rt") as file:
        known = dict(line.split() for line in file)
    bits = []
    for path in sorted((folder / "pictures").iterdir()):
        if path.stem in known:
            own = fingerprint_of(np.asarray(Image.open(path).convert("RGB")))
            other = bytes.fromhex(known[path.stem])
            halves = [slice(0, 32), slice(32, 64)]
            bits.append([_differing(own[half], other[half]) for half in halves])
    gradients, waves = np.array(bits).T
    return {
        "pictures": len(bits),
        "gradient_bits_of_256": {"median": float(np.median(gradients))},
        "wave_bits_of_256": {"median": float(np.median(waves))},
        "bits_of_512_at_99th_percentile": float(np.percentile(gradients + waves, 99)),
    }


def _differing(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_count()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", choices=("speed", "drawn", "server"))
    parser.add_argument("--shared", type=Path, metavar="DIR")
    options = parser.parse_args(arguments)
    figures: dict[str, Any] = {}
    if options.only in (None, "speed"):
        figures["speed"] = speed(options.quick)
    if options.only in (None, "drawn"):
        figures["drawn"] = asdict(_artwork_drawn.measure(200 if options.quick else 3_000))
    if options.only in (None, "server"):
        figures["server"] = server(options.quick)
    if options.shared is not None:
        figures["agreement"] = agreement(options.shared)
    text = json.dumps(figures, indent=2)
    print(text)
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
