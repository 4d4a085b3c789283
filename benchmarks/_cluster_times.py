"""What each part of a cluster takes for one picture, measured on this machine through real parts.

Processor time wherever the part computes, so that what else the machine does counts little.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

_EVENTS = 5
"""That one picture streams: begun, found, a quick card, a card, finished."""
_ANSWER_BYTES = 8_000
_RAY_STORE_BYTES = 200 << 20


@dataclass(frozen=True)
class Times:
    """Milliseconds, unless the name says otherwise.

    Attributes:
        reading: of each of some pictures, decoded and recognised by one reader on one core.
        front: of a request without what follows, of the event loop's core.
        front_megabyte: more for each megabyte of picture.
        call: of the front's core to hand a picture to a reader and to take the streamed answer.
        redis: of Redis's only core for one look-up or one answer to be kept.
        ledger: until one picture's answer is recorded and on the disk, of several together.
        start_s: seconds until a reader is warm, its process included.
        picture_megabytes: the mean of those pictures.
    """

    reading: tuple[float, ...]
    front: float
    front_megabyte: float
    call: float
    redis: float
    ledger: float
    start_s: float
    picture_megabytes: float

    @staticmethod
    def load(file: Path) -> Times:
        """What `save` wrote."""
        values = json.loads(file.read_text(encoding="utf-8"))
        return Times(**{**values, "reading": tuple(values["reading"])})

    def save(self, file: Path) -> None:
        """As JSON."""
        file.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")


def measure(*, quick: bool) -> Times:
    """All of them; a few minutes, `quick` one."""
    count = 12 if quick else 48
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        reading, results, start_s, megabytes = _reading(folder / "reading", count)
        front, per_megabyte = _front(folder / "front", 60 if quick else 300)
        return Times(
            reading=tuple(round(ms, 1) for ms in reading),
            front=round(front, 3),
            front_megabyte=round(per_megabyte, 3),
            call=round(_call(100 if quick else 400), 3),
            redis=round(_redis(folder, 2000), 4),
            ledger=round(_ledger(folder, results), 3),
            start_s=round(start_s, 2),
            picture_megabytes=round(megabytes, 3),
        )


def _reading(folder: Path, count: int) -> tuple[list[float], list[Any], float, float]:
    from benchmarks.batch import draw_pictures
    from cardscanner_gui.builder import Builder
    from cardscanner_gui.catalogue.catalogues import Catalogues
    from cardscanner_gui.core.events import Finished
    from cardscanner_gui.core.metrics import Metrics
    from cardscanner_gui.core.scheduler import Priority
    from cardscanner_gui.paths import DataPaths
    from cardscanner_gui.recognition.opening import open_picture
    from cardscanner_gui.recognition.request import RecogniseRequest
    from cardscanner_gui.settings import Settings

    folder.mkdir()
    pictures = draw_pictures(folder, count)
    builder = Builder(DataPaths(folder), Settings(), threads=1)
    times, results = [], []
    began = time.process_time()
    with Catalogues.open(folder / "catalogue", builder.games) as catalogue:
        recogniser = builder.make_recogniser(catalogue)
        start_s = time.process_time() - began + _python_start_seconds()
        for path in pictures:
            before = time.process_time()
            frame = open_picture(path, Metrics(), draft=True)
            request = RecogniseRequest(frame, frame.id, Priority.BATCH)
            events = recogniser.recognise(request)
            results += [event.result for event in events if isinstance(event, Finished)]
            times.append(1000 * (time.process_time() - before))
    megabytes = sum(path.stat().st_size for path in pictures) / len(pictures) / 1e6
    return times, results, start_s, megabytes


def _python_start_seconds() -> float:
    """How long another process takes to import what a reader needs."""
    import sys

    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import cv2, onnxruntime, rapidfuzz"], check=True)
    return time.perf_counter() - began


def _front(folder: Path, requests: int) -> tuple[float, float]:
    """Of a request of no size, and for each megabyte more; the picture is known, none is read."""
    from PIL import Image

    from benchmarks.service import draw, serving

    folder.mkdir()
    draw(folder, 1, 1)
    (small,) = (folder / "pictures").iterdir()
    large = folder / "large.jpg"
    with Image.open(small) as picture:
        picture.resize((3000, 3900)).save(large, quality=97)
    points = []
    with serving(folder, 1) as (url, pid), httpx.Client(trust_env=False, timeout=60) as client:
        process = psutil.Process(pid)
        for data in (small.read_bytes(), large.read_bytes()):
            send = {"files": {"image": ("card.jpg", data)}}
            client.post(f"{url}/recognize", **send).raise_for_status()  # type: ignore[arg-type]
            time.sleep(1)  # whatever is written behind it
            before = _cpu_ms(process)
            for _ in range(requests):
                client.post(f"{url}/recognize", **send).raise_for_status()  # type: ignore[arg-type]
            points.append((len(data) / 1e6, (_cpu_ms(process) - before) / requests))
    (x0, y0), (x1, y1) = points
    slope = max(0.0, (y1 - y0) / (x1 - x0))
    return y0 - slope * x0, slope


def _cpu_ms(process: psutil.Process) -> float:
    times = process.cpu_times()
    return 1000.0 * (times.user + times.system)


def _call(calls: int) -> float:
    """Of the caller's process for a streamed call through Ray Serve's own router."""
    os.environ.update(RAY_USAGE_STATS_ENABLED="0")
    import ray
    from ray import serve
    from ray.serve.config import ProxyLocation

    class Echo:
        async def recognise(self, picture: bytes):  # type: ignore[no-untyped-def]
            for _ in range(_EVENTS):
                yield b"x" * (_ANSWER_BYTES // _EVENTS)

    ray.init(
        num_cpus=2,
        include_dashboard=False,
        object_store_memory=_RAY_STORE_BYTES,
        _node_ip_address="127.0.0.1",
        log_to_driver=False,
    )
    try:
        serve.start(proxy_location=ProxyLocation.Disabled)
        deployment = serve.deployment(Echo).options(max_ongoing_requests=2)
        handle = serve.run(deployment.bind(), route_prefix=None).options(
            stream=True, method_name="recognise"
        )
        picture = os.urandom(160_000)
        for _ in range(20):
            list(handle.remote(picture))
        before = time.process_time()
        for _ in range(calls):
            list(handle.remote(picture))
        return 1000 * (time.process_time() - before) / calls
    finally:
        serve.shutdown()
        ray.shutdown()


def _redis(folder: Path, calls: int) -> float:
    """Of the server's process for one call, half of them look-ups and half answers to be kept."""
    from cardscanner_gui.recognition.cache.shared import SharedCache
    from tests.redis_server import RedisServer

    if shutil.which("redis-server") is None:
        raise SystemExit("needs redis-server (Debian's package redis-server)")
    server = RedisServer(folder)
    server.start()
    try:
        cache = SharedCache(server.url)
        cache.put("warm", b"up")
        before = _cpu_ms(psutil.Process(server.pid))
        for i in range(calls // 2):
            cache.put(str(i), bytes(_ANSWER_BYTES))
            cache.get(str(i))
        return (_cpu_ms(psutil.Process(server.pid)) - before) / calls
    finally:
        server.stop()


def _ledger(folder: Path, results: Sequence[Any]) -> float:
    """As the driver records, photos encoded before: its processor, and its part of a sync."""
    from cardscanner_gui.cluster.batch import GROUP
    from cardscanner_gui.core.batches import BatchOptions
    from cardscanner_gui.games import ALL
    from cardscanner_gui.recognition.contract import scan_object
    from cardscanner_gui.store.batches import BatchStore
    from cardscanner_gui.store.cluster_batches import ClusterBatches, ReadPicture
    from cardscanner_gui.store.database import Database
    from cardscanner_gui.store.scanned_picture import ScannedPicture

    many = [results[i % len(results)] for i in range(10 * GROUP)]
    pictures = [ScannedPicture.of(result.cards, result.source, time.time()) for result in many]
    answers = [scan_object(result, ALL) for result in many]
    with closing(Database(folder / "ledger.db")) as database:
        ledger = ClusterBatches(database)
        paths = [folder / f"{i}.jpg" for i in range(len(many))]
        batch, _ = ledger.open("here", lambda: paths, BatchOptions(), "here")
        store = BatchStore(database)
        store.claim(batch.id)
        ids = [item.id for item in store.items(batch.id)]
        read = [ReadPicture(*one) for one in zip(ids, answers, pictures, strict=True)]
        before = time.process_time()
        for start in range(0, len(read), GROUP):
            ledger.record(read[start : start + GROUP])
        busy = 1000 * (time.process_time() - before) / len(read)
    return busy + _sync(folder) / GROUP


def _sync(folder: Path) -> float:
    """The median of what the disk takes to keep a few pages."""
    took = []
    with (folder / "sync").open("wb") as file:
        for _ in range(30):
            file.write(bytes(64 << 10))
            began = time.perf_counter()
            file.flush()
            os.fsync(file.fileno())
            took.append(1000 * (time.perf_counter() - began))
    return statistics.median(took)
