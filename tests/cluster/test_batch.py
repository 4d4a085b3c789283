"""Batches of a cluster: a real Ray, a real ledger, and what goes wrong around reading."""

from __future__ import annotations

import json
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest

from cardscanner_gui.cluster.batch import BatchDriver, StoppedError
from cardscanner_gui.cluster.batch_reader import BatchReader, BatchSpec
from cardscanner_gui.cluster.batch_source import BatchSource
from cardscanner_gui.cluster.content import Content
from cardscanner_gui.cluster.hot_reader import ReaderSpec
from cardscanner_gui.cluster.object_store import StorePlace
from cardscanner_gui.cluster.ray_start import ClusterError, local_cluster
from cardscanner_gui.core.batches import Batch, BatchOptions, BatchState, ItemState
from cardscanner_gui.store.batches import BatchStore
from cardscanner_gui.store.cluster_batches import ClusterBatches
from cardscanner_gui.store.database import Database
from tests.cluster.object_server import ObjectServer, object_server
from tests.cluster.readers import QuickReader

# Asked for without importing it: Ray reads its token when it is imported.
pytestmark = [
    pytest.mark.timeout(900),
    pytest.mark.skipif(find_spec("ray") is None, reason="needs the extra `cluster`: no Ray here"),
]

STORE_BYTES = 80 << 20
"""About the least that Ray takes."""


@pytest.fixture(scope="module")
def ray_here() -> Iterator[None]:
    before = dict(os.environ)
    with local_cluster(2, store_bytes=STORE_BYTES):
        yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "collection.db")
    yield database
    database.close()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectServer]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with object_server() as running:
        yield running


@pytest.fixture
def files(tmp_path: Path) -> Callable[..., Path]:
    """Writes files of these words, and gives their folder."""

    def write(*words: str) -> Path:
        folder = tmp_path / "pictures"
        folder.mkdir()
        for number, text in enumerate(words):
            (folder / f"{number}.jpg").write_text(text, encoding="utf-8")
        return folder

    return write


def begun(database: Database, source: BatchSource) -> Batch:
    options = BatchOptions(record=False)
    batch, _ = ClusterBatches(database).open(source.words, source.pictures, options, source.name)
    assert BatchStore(database).claim(batch.id)
    return batch


def spec_of(
    tmp_path: Path, place: StorePlace | None = None, content: Content | None = None
) -> BatchSpec:
    return BatchSpec(ReaderSpec(str(tmp_path), content=content), place)


def driver(database: Database, spec: BatchSpec, **options: object) -> BatchDriver:
    values: dict[str, object] = {"reader": QuickReader, "pause": lambda seconds: None, **options}
    return BatchDriver(database, spec, 2, **values)  # type: ignore[arg-type]


def answers(database: Database, batch: Batch) -> list[dict[str, object]]:
    found = [answer for _, answer in ClusterBatches(database).answers(batch.id)]
    assert None not in found
    return found  # type: ignore[return-value]


def kill_every_second(stop: threading.Event, killed: list[int], most: int) -> None:
    while len(killed) < most and not stop.wait(1.0):
        for process in psutil.Process(os.getpid()).children(recursive=True):
            with suppress(psutil.Error):
                if "MapWorker" in " ".join(process.cmdline()):
                    process.kill()
                    killed.append(process.pid)
                    break


def test_readers_are_killed_every_second(ray_here, database, files, tmp_path):
    folder = files(*[f"slow {number}" for number in range(24)])
    batch = begun(database, BatchSource((folder,)))
    stop, killed, steps = threading.Event(), [], Counter()
    killer = threading.Thread(target=kill_every_second, args=(stop, killed, 4))
    killer.start()
    try:
        driver(database, spec_of(tmp_path), recorded=lambda n: steps.update(n=n)).run(batch.id)
    finally:
        stop.set()
        killer.join()
    assert killed
    assert steps["n"] == 24
    found = answers(database, batch)
    assert [Path(str(answer["file"])).name for answer in found] == [f"{n}.jpg" for n in range(24)]
    assert not any(answer["error"] for answer in found)
    assert BatchStore(database).get(batch.id).state is BatchState.DONE


def test_a_picture_at_which_readers_end_takes_no_other_along(ray_here, database, files, tmp_path):
    folder = files("fine", "deadly", "fine too")
    batch = begun(database, BatchSource((folder,)))
    driver(database, spec_of(tmp_path)).run(batch.id)
    fine, deadly, other = answers(database, batch)
    assert fine["error"] is other["error"] is None
    assert deadly["error"].startswith("1.jpg: the reader ended each time")
    (item,) = BatchStore(database).items(batch.id, ItemState.FAILED)
    assert item.path.name == "1.jpg"


def test_a_node_with_another_catalogue_refuses(ray_here, database, files, tmp_path):
    folder = files("one", "two")
    batch = begun(database, BatchSource((folder,)))
    spec = spec_of(tmp_path, content=Content(version="another", catalogue="another"))
    with pytest.raises(ClusterError, match=r"other parts than the cluster.*catalogue"):
        driver(database, spec, reader=BatchReader).run(batch.id)
    after = BatchStore(database).get(batch.id)
    assert (after.state, after.waiting) == (BatchState.QUEUED, 2)
    assert BatchStore(database).claim(batch.id)
    driver(database, spec_of(tmp_path)).run(batch.id)
    assert len(answers(database, batch)) == 2


def test_an_object_store_that_is_away_for_a_while(ray_here, database, tmp_path, server):
    server.objects = {f"shop/{n}.jpg": f"{n}".encode() for n in range(6)} | {"shop/x.txt": b""}
    place = StorePlace.of(f"{server.url}/shop")
    batch = begun(database, BatchSource(place=place))
    assert batch.total == 6
    del server.objects["shop/3.jpg"]
    server.always = 503
    with pytest.raises(ClusterError, match=r"it answers 503\. 6 of the pictures wait"):
        driver(database, spec_of(tmp_path, place)).run(batch.id)
    server.always = 403
    assert BatchStore(database).claim(batch.id)
    with pytest.raises(ClusterError, match="Check its keys"):
        driver(database, spec_of(tmp_path, place)).run(batch.id)
    assert answers(database, batch) == []
    server.always, server.delay, server.statuses = None, 0.2, [503, 503]
    assert BatchStore(database).claim(batch.id)
    driver(database, spec_of(tmp_path, place)).run(batch.id)
    found = answers(database, batch)
    assert [answer["file"] for answer in found] == [f"s3://cards/shop/{n}.jpg" for n in range(6)]
    assert [bool(answer["error"]) for answer in found] == [n == 3 for n in range(6)]


def test_a_full_store_of_rays_own_loses_nothing(ray_here, database, files, tmp_path):
    import numpy as np
    import ray

    full = [ray.put(np.zeros(STORE_BYTES // 8, np.uint8)) for _ in range(9)]
    folder = files(*[f"picture {number}" for number in range(8)])
    batch = begun(database, BatchSource((folder,)))
    driver(database, spec_of(tmp_path)).run(batch.id)
    assert len(answers(database, batch)) == 8
    assert len(full) == 9, "held until now"


def test_a_batch_that_is_paused_elsewhere_stops(ray_here, database, files, tmp_path):
    folder = files(*[f"slow {number}" for number in range(30)])
    batch = begun(database, BatchSource((folder,)))
    store = BatchStore(database)

    def pause_it(recorded: int) -> None:
        store.set_state(batch.id, BatchState.PAUSED)

    with pytest.raises(StoppedError, match="was paused from elsewhere"):
        driver(database, spec_of(tmp_path), recorded=pause_it).run(batch.id)
    after = store.get(batch.id)
    assert after.state is BatchState.PAUSED
    assert 0 < after.done < 30


def test_a_list_names_what_is_read(tmp_path, files):
    folder = files("a", "b", "c")
    listed = tmp_path / "pictures" / "list.txt"
    listed.write_text("2.jpg\n\n0.jpg\n2.jpg\n", encoding="utf-8")
    source = BatchSource(list_file=listed)
    assert [path.name for path in source.pictures()] == ["2.jpg", "0.jpg"]
    assert source.pictures()[0] == folder / "2.jpg"
    assert source.words == f"list {listed}"


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
    assert len(exported.read_text(encoding="utf-8-sig").splitlines()) == 3
    lines.unlink()
    again = run("cluster", "results", 1, "--json", lines)
    assert again.returncode == 0, again.stderr
    assert len(lines.read_text(encoding="utf-8").splitlines()) == 5


def test_two_drivers_on_one_ledger(run, data_dir, pictures):
    source = BatchSource((pictures,))
    database = Database(data_dir / "collection.db")
    begun(database, source)  # by this process, which lives
    refused = run("cluster", "batch", pictures, "--offline")
    database.close()
    assert refused.returncode == 1
    assert "Another program works on batch 1" in refused.stderr
    beside = run("batch", "resume", 1)
    assert "A cluster reads batch 1" in beside.stderr
    assert run("cluster", "batch").returncode == 2
    both = run("cluster", "batch", pictures, "--s3", "s3://cards")
    assert "Either paths here or --s3" in both.stderr
    nowhere = run("cluster", "batch", "--s3", "cards")
    assert "names no bucket" in nowhere.stderr
