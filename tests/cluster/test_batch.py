"""Batches of a cluster: a real Ray, a real ledger, and what goes wrong around reading."""

from __future__ import annotations

import json
import os
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest

from cardscanner_gui.cluster.batch import BatchDriver
from cardscanner_gui.cluster.batch_reader import BatchSpec
from cardscanner_gui.cluster.batch_source import BatchSource
from cardscanner_gui.cluster.content import Content
from cardscanner_gui.cluster.hot_reader import ReaderSpec
from cardscanner_gui.cluster.ray_pictures import RayPictures
from cardscanner_gui.cluster.ray_start import local_cluster
from cardscanner_gui.core.batches import BatchState
from cardscanner_gui.export.plain import read_plain
from cardscanner_gui.games import ALL as GAMES
from cardscanner_gui.store.batches import BatchStore
from cardscanner_gui.store.database import Database
from tests.cluster.ledger import answers, begun, files
from tests.cluster.readers import QuickReader

# Asked for without importing it: Ray reads its token when it is imported.
pytestmark = [
    pytest.mark.timeout(900),
    pytest.mark.skipif(find_spec("ray") is None, reason="needs the extra `cluster`: no Ray here"),
]

__all__ = ["files"]

STORE_BYTES = 80 << 20
"""About the least that Ray takes."""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "collection.db")
    yield database
    database.close()


@pytest.fixture(scope="module")
def ray_here() -> Iterator[None]:
    before = dict(os.environ)
    with local_cluster(2, store_bytes=STORE_BYTES):
        yield
    os.environ.clear()
    os.environ.update(before)


def spec_of(folder: Path, content: Content | None = None) -> BatchSpec:
    return BatchSpec(ReaderSpec(str(folder), content=content))


def driver(database: Database, spec: BatchSpec, reader=QuickReader, **options) -> BatchDriver:
    return BatchDriver(database, RayPictures(spec, reader), 2, **options)


def kill_every_second(stop: threading.Event, killed: list[int], most: int) -> None:
    while len(killed) < most and not stop.wait(1.0):
        for process in psutil.Process(os.getpid()).children(recursive=True):
            with suppress(psutil.Error):
                if "MapWorker" in " ".join(process.cmdline()):
                    process.kill()
                    killed.append(process.pid)
                    break


def test_readers_are_killed_every_second(ray_here, database, files, tmp_path):
    folder = files(*[f"slow {number}" for number in range(12)])
    batch = begun(database, BatchSource((folder,)))
    stop, killed, steps = threading.Event(), [], Counter()
    killer = threading.Thread(target=kill_every_second, args=(stop, killed, 2))
    killer.start()
    try:
        driver(database, spec_of(tmp_path), recorded=lambda n: steps.update(n=n)).run(batch.id)
    finally:
        stop.set()
        killer.join()
    assert killed
    assert steps["n"] == 12
    found = answers(database, batch)
    assert [Path(str(answer["file"])).name for answer in found] == [f"{n}.jpg" for n in range(12)]
    assert not any(answer["error"] for answer in found)
    assert BatchStore(database).get(batch.id).state is BatchState.DONE


def test_the_command_reads_records_and_writes(run, data_dir, pictures, tmp_path):
    """Real readers over real pictures; the second time nothing is read again."""
    lines, table = tmp_path / "out.jsonl", tmp_path / "out.parquet"
    wanted = ("--offline", "--readers", 1, "--add", "--json", lines, "--parquet", table)
    done = run("cluster", "batch", pictures, *wanted)
    assert done.returncode == 1, done.stderr
    assert "3 of 5 done, 2 failed" in done.stderr
    assert "✕ d empty.png" in done.stderr
    found = [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]
    assert [Path(one["file"]).name[0] for one in found] == ["a", "b", "c", "d", "e"]
    assert [card["card"]["name"] for one in found[:2] for card in one["cards"]] == [
        "Leafkit",
        "Twinfin",
    ]
    from pyarrow import parquet

    rows = parquet.read_table(table).to_pylist()
    assert [json.loads(row["answer"]) for row in rows] == found
    assert rows[0]["cards"][0]["name"] == "Leafkit"
    exported = tmp_path / "collection.csv"
    assert run("export", "-o", exported).returncode == 0
    kept = {(one.printing.id, one.quantity) for one in read_plain(exported, GAMES)}
    assert kept == {("sv90-012", 1), ("sv90-150", 1)}
    figures = json.loads(run("stats", "--json").stdout)
    assert figures["cards"]["identified"] == 2, "counted in the readers, kept here"
    lines.unlink()
    again = run("cluster", "results", 1, "--json", lines)
    assert again.returncode == 0, again.stderr
    assert len(lines.read_text(encoding="utf-8").splitlines()) == 5
