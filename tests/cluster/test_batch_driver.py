"""What the driver makes of what readers say, and of what they don't; the ledger is a real one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import pytest

from cardscanner_gui.cluster.batch import BatchDriver, StoppedError
from cardscanner_gui.cluster.batch_reader import BatchSpec, ReadOutcome, unpacked
from cardscanner_gui.cluster.batch_source import BatchSource
from cardscanner_gui.cluster.hot_reader import ReaderSpec
from cardscanner_gui.cluster.object_store import StorePlace
from cardscanner_gui.cluster.ray_start import ClusterError
from cardscanner_gui.core.batches import BatchItem, BatchState, ItemState
from cardscanner_gui.store.batches import BatchStore
from cardscanner_gui.store.database import Database
from tests.cluster.ledger import answers, begun, files
from tests.cluster.object_server import ObjectServer, object_server
from tests.cluster.readers import QuickReader

__all__ = ["files"]

# pyarrow, which asks object stores, comes with it; the command asks for it first.
needs_ray = pytest.mark.skipif(find_spec("ray") is None, reason="needs the extra `cluster`")


class ReadersHere:
    """Reads one picture after the other; a reader that would end says nothing, as if it had."""

    def __init__(self, place: StorePlace | None = None) -> None:
        self._reader = QuickReader(BatchSpec(ReaderSpec(""), place))
        self.passes: list[tuple[int, int]] = []

    def __call__(self, items: Sequence[BatchItem], readers: int) -> Iterator[ReadOutcome]:
        self.passes.append((len(items), readers))
        for item in items:
            if item.path.is_file() and item.path.read_text(encoding="utf-8") == "deadly":
                continue
            yield unpacked(
                self._reader({"item": item.id, "path": os.fsencode(item.path)})["outcome"]
            )


def driver(database: Database, read: ReadersHere, **options) -> BatchDriver:
    return BatchDriver(database, read, 2, pause=lambda seconds: None, **options)


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


def test_a_picture_at_which_readers_end_takes_no_other_along(database, files):
    folder = files("fine", "deadly", "fine too")
    batch = begun(database, BatchSource((folder,)))
    read = ReadersHere()
    driver(database, read).run(batch.id)
    assert read.passes == [(3, 2), (1, 1), (1, 1)], "alone in the end"
    fine, deadly, other = answers(database, batch)
    assert fine["error"] is other["error"] is None
    assert deadly["error"].startswith("1.jpg: the reader ended each time")
    (item,) = BatchStore(database).items(batch.id, ItemState.FAILED)
    assert item.path.name == "1.jpg"


@needs_ray
def test_an_object_store_that_is_away_for_a_while(database, server):
    server.objects = {f"shop/{n}.jpg": f"{n}".encode() for n in range(6)} | {"shop/x.txt": b""}
    place = StorePlace.of(f"{server.url}/shop")
    batch = begun(database, BatchSource(place=place))
    assert batch.total == 6
    del server.objects["shop/3.jpg"]
    server.always = 503
    with pytest.raises(ClusterError, match=r"it answers 503\. 6 of the pictures wait"):
        driver(database, ReadersHere(place), remote=True).run(batch.id)
    server.always = 403
    assert BatchStore(database).claim(batch.id)
    with pytest.raises(ClusterError, match="Check its keys"):
        driver(database, ReadersHere(place), remote=True).run(batch.id)
    assert answers(database, batch) == []
    server.always, server.delay, server.statuses = None, 0.2, [503, 503]
    assert BatchStore(database).claim(batch.id)
    driver(database, ReadersHere(place), remote=True).run(batch.id)
    found = answers(database, batch)
    assert [answer["file"] for answer in found] == [f"s3://cards/shop/{n}.jpg" for n in range(6)]
    assert [bool(answer["error"]) for answer in found] == [n == 3 for n in range(6)]


def test_a_batch_that_is_paused_elsewhere_stops(database, files):
    folder = files(*[f"slow {number}" for number in range(10)])
    batch = begun(database, BatchSource((folder,)))
    store = BatchStore(database)

    def pause_it(recorded: int) -> None:
        store.set_state(batch.id, BatchState.PAUSED)

    with pytest.raises(StoppedError, match="was paused from elsewhere"):
        driver(database, ReadersHere(), recorded=pause_it).run(batch.id)
    after = store.get(batch.id)
    assert after.state is BatchState.PAUSED
    assert 0 < after.done < 10


def test_a_folder_that_only_the_driver_sees_ends_the_batch(database, files):
    folder = files("a", "b")
    batch = begun(database, BatchSource((folder,)))

    def elsewhere(items: Sequence[BatchItem], readers: int) -> Iterator[ReadOutcome]:
        for item in items:
            yield ReadOutcome(item.id, problem=f"{item.path} isn't there on node 7", missing=True)

    with pytest.raises(ClusterError, match="isn't there on node 7, but it is here"):
        driver(database, elsewhere).run(batch.id)
    assert BatchStore(database).get(batch.id).waiting == 2
    (folder / "0.jpg").unlink()
    (folder / "1.jpg").unlink()
    assert BatchStore(database).claim(batch.id)
    driver(database, elsewhere).run(batch.id)
    assert {item.error for item in BatchStore(database).items(batch.id)} == {
        "0.jpg: the file isn't there",
        "1.jpg: the file isn't there",
    }


def test_readers_that_always_end_are_said_so_and_nothing_fails(database, files):
    batch = begun(database, BatchSource((files("a"),)))

    def nobody(items: Sequence[BatchItem], readers: int) -> Iterator[ReadOutcome]:
        raise ClusterError("Ray can't go on")
        yield

    with pytest.raises(ClusterError, match="Ray can't go on"):
        driver(database, nobody).run(batch.id)
    assert BatchStore(database).get(batch.id).state is BatchState.QUEUED


def test_a_list_names_what_is_read(tmp_path, files):
    folder = files("a", "b", "c")
    listed = tmp_path / "pictures" / "list.txt"
    listed.write_text("2.jpg\n\n0.jpg\n2.jpg\n", encoding="utf-8")
    source = BatchSource(list_file=listed)
    assert [path.name for path in source.pictures()] == ["2.jpg", "0.jpg"]
    assert source.pictures()[0] == folder / "2.jpg"
    assert source.words == f"list {listed}"


@needs_ray
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
