"""Batches worked off by real threads over a real database."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from cardscanner_gui.builder import Builder
from cardscanner_gui.capture.collect import collect_pictures
from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.core.batches import BatchState, ItemState
from cardscanner_gui.core.collection import EntryQuery
from cardscanner_gui.core.errors import StoreError, WorldError
from cardscanner_gui.core.events import Cancelled, Failed, Finished, RecognitionEvent, Started
from cardscanner_gui.recognition.batches import BatchReports, BatchRunner
from cardscanner_gui.store import Collection, Database, ScanLog
from cardscanner_gui.store.batches import BatchStore
from tests.judging import alone
from tests.qt.scripted_recogniser import ScriptedRecogniser
from tests.recognition.conftest import LEAFKIT, TWINFIN
from training.drawing.cards import draw_card
from training.drawing.scenes import lay_on_desk


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "collection.db")
    yield database
    database.close()


@pytest.fixture
def batches(database: Database) -> BatchStore:
    return BatchStore(database)


@pytest.fixture(scope="session")
def photos(tmp_path_factory) -> list[Path]:
    """Photographs of cards; the last file is the first one again."""
    folder = tmp_path_factory.mktemp("photos")
    faces = [LEAFKIT, TWINFIN]
    paths = []
    for number in range(5):
        size = (2448, 3264) if number == 3 else (1000, 1300)  # a large one is read from its draft
        picture, _ = lay_on_desk(
            draw_card(faces[number % 2]), size=size, fill=0.85, angle=9 * number
        )
        paths.append(folder / f"{number}.jpg")
        Image.fromarray(picture).save(paths[-1], quality=92)
    (folder / "again.jpg").write_bytes(paths[0].read_bytes())
    return [*paths, folder / "again.jpg"]


@pytest.fixture
def plain(tmp_path: Path) -> list[Path]:
    """Files for the scripted recogniser, each with other bytes."""
    paths = [tmp_path / f"{n}.png" for n in range(8)]
    for number, path in enumerate(paths):
        Image.new("RGB", (40, 30), (number, 0, 0)).save(path)
    return paths


class Heard:
    """What a runner reported."""

    def __init__(self) -> None:
        self.events: list[RecognitionEvent] = []
        self.problems: list[str] = []
        self.reports = BatchReports(event=self.events.append, problem=self.problems.append)

    def names(self, kind: type) -> list[str]:
        found = [e for e in self.events if isinstance(e, kind)]
        sources = [e.result.source if isinstance(e, Finished) else e.source for e in found]
        return sorted(Path(source).name for source in sources)


def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.01)


@pytest.fixture
def run(
    batches: BatchStore, new_threads: Callable[[], set[str]]
) -> Iterator[Callable[..., BatchRunner]]:
    runners: list[BatchRunner] = []
    scripts: list[ScriptedRecogniser] = []

    def run(script: ScriptedRecogniser, heard: Heard, **options) -> BatchRunner:
        runner = BatchRunner(batches, lambda: script, heard.reports, **options)
        runners.append(runner)
        scripts.append(script)
        runner.start()
        return runner

    yield run
    for script in scripts:
        script.release_all()
    for runner in runners:
        assert runner.close()
    assert not [name for name in new_threads() if name.startswith("batch-")]


def test_a_batch_names_the_same_cards_as_single_scans(
    batches: BatchStore,
    database: Database,
    photos: list[Path],
    builder: Builder,
    invented_catalogue: Catalogue,
) -> None:
    heard = Heard()
    batch = batches.create(photos)
    runner = BatchRunner(
        batches,
        lambda: builder.make_recogniser(alone(invented_catalogue)),
        heard.reports,
        workers=2,
    )
    runner.start()
    assert runner.wait(200)
    assert runner.close()

    scans = ScanLog(database)
    found = [
        [scan.printing.name for i in item.scan_ids if (scan := scans.get(i)) and scan.printing]
        for item in batches.items(batch.id)
    ]
    assert found == [["Leafkit"], ["Twinfin"], ["Leafkit"], ["Twinfin"], ["Leafkit"], ["Leafkit"]]
    assert len(scans.recent(99)) == 5, "the identical file was not read again"
    assert Collection(database).copies(EntryQuery()) == 5
    done = batches.get(batch.id)
    assert done is not None
    assert (done.state, done.repeated) == (BatchState.DONE, 1)
    assert done.worked_seconds > 0
    assert heard.names(Finished) == heard.names(Started) == [f"{n}.jpg" for n in range(5)]
    assert heard.problems == []


def test_a_killed_batch_goes_on_and_each_picture_is_recorded_once(
    tmp_path: Path,
    batches: BatchStore,
    database: Database,
    photos: list[Path],
    invented_catalogue: Catalogue,
) -> None:
    copies = []
    for number in range(12):  # appended bytes make another file, and change nothing in the picture
        copies.append(tmp_path / f"{number}.jpg")
        copies[-1].write_bytes(photos[number % 5].read_bytes() + bytes([number]))
    batch = batches.create(copies)
    command = [
        sys.executable, "-m", "tests.recognition.batch_process", str(tmp_path),
        str(invented_catalogue.info().path.parent),
    ]  # fmt: skip

    for recorded in (2, 3):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            for _ in range(recorded):
                assert child.stdout.readline().startswith("batch-item-")
            child.kill()
            child.wait(timeout=60)
        now = batches.get(batch.id)
        assert now is not None
        assert 0 < now.done < 12
        assert len(ScanLog(database).recent(99)) == now.done

    last = subprocess.run(command, capture_output=True, text=True, timeout=240, check=True)
    now = batches.get(batch.id)
    assert now is not None
    assert (now.state, now.done) == (BatchState.DONE, 12), last.stderr
    sources = [scan.source for scan in ScanLog(database).recent(99)]
    assert sorted(sources) == sorted(map(str, copies))


def test_one_bad_file_fails_alone_and_can_be_tried_again(
    batches: BatchStore, plain: list[Path], run
) -> None:
    good = plain[1].read_bytes()
    plain[1].write_bytes(b"")
    gone = plain[0].with_name("gone.jpg")
    script, heard = ScriptedRecogniser(), Heard()
    script.script["2.png"] = ZeroDivisionError("made by the test")
    batch = batches.create([*plain[:4], gone])
    runner = run(script, heard, workers=2)
    assert runner.wait(60)
    failed = {item.path.name: item.error for item in batches.items(batch.id, ItemState.FAILED)}
    assert sorted(failed) == ["1.png", "2.png", "gone.jpg"] == heard.names(Failed)
    assert "empty" in failed["1.png"]
    assert "stumble" in failed["2.png"]
    assert "no such file" in failed["gone.jpg"]

    plain[1].write_bytes(good)
    del script.script["2.png"]
    assert runner.retry(batch.id) == 3
    assert runner.wait(60)
    now = batches.get(batch.id)
    assert now is not None
    assert (now.done, now.failed) == (4, 1)


def test_pausing_lets_the_picture_end_and_resuming_goes_on(
    batches: BatchStore, plain: list[Path], run
) -> None:
    script, heard = ScriptedRecogniser(), Heard()
    script.hold("2.png", "quick")
    batch = batches.create(plain)
    runner = run(script, heard)
    until(lambda: script.reached("2.png", "quick"))
    runner.pause(batch.id)
    script.release("2.png", "quick")
    until(lambda: len(heard.names(Finished)) == 3)
    assert runner.wait(60), "nothing is left that may be done"
    assert [b.state for b in batches.list()] == [BatchState.PAUSED]
    assert script.seen == ["0.png", "1.png", "2.png"]

    runner.resume(batch.id)
    assert runner.wait(60)
    assert sorted(script.seen) == sorted(p.name for p in plain)
    assert heard.names(Cancelled) == []


def test_cancelling_stops_at_once_and_keeps_what_was_recorded(
    batches: BatchStore, database: Database, plain: list[Path], run
) -> None:
    script, heard = ScriptedRecogniser(), Heard()
    script.hold("2.png", "quick")
    batch = batches.create(plain)
    runner = run(script, heard)
    until(lambda: script.reached("2.png", "quick"))
    runner.cancel(batch.id)
    until(lambda: heard.names(Cancelled) == ["2.png"])
    assert runner.wait(60)
    now = batches.get(batch.id)
    assert now is not None
    assert (now.state, now.done) == (BatchState.CANCELLED, 2)
    assert {item.attempts for item in batches.items(batch.id, ItemState.WAITING)} == {0}


def test_another_program_can_pause_a_running_batch(
    batches: BatchStore, plain: list[Path], run
) -> None:
    script, heard = ScriptedRecogniser(), Heard()
    script.hold("1.png", "quick")
    batch = batches.create(plain)
    runner = run(script, heard)
    until(lambda: script.reached("1.png", "quick"))
    batches.set_state(batch.id, BatchState.PAUSED)  # as `cardscanner batch` would
    script.release("1.png", "quick")
    assert runner.wait(60)
    now = batches.get(batch.id)
    assert now is not None
    assert now.state is BatchState.PAUSED
    assert 2 <= now.done < 8, "no more than what had been taken already"


def test_whoever_waits_for_an_answer_goes_before(
    batches: BatchStore, plain: list[Path], run
) -> None:
    script, heard = ScriptedRecogniser(), Heard()
    somebody_waits = threading.Event()
    asked = threading.Event()

    def give_way() -> bool:
        asked.set()
        return somebody_waits.is_set()

    somebody_waits.set()
    batches.create(plain)
    runner = run(script, heard, workers=2, give_way=give_way)
    assert asked.wait(60)
    until(lambda: len(script.seen) == 2)
    assert not runner.wait(0.3)
    assert len(script.seen) == 2, "both workers stand in the middle of a picture"
    assert heard.names(Finished) == []
    somebody_waits.clear()
    assert runner.wait(60)
    assert len(heard.names(Finished)) == 8


def test_closing_leaves_the_rest_for_the_next_start(
    batches: BatchStore, plain: list[Path], run
) -> None:
    script, heard = ScriptedRecogniser(), Heard()
    script.hold("3.png", "found")
    batch = batches.create(plain)
    runner = run(script, heard)
    until(lambda: script.reached("3.png", "found"))
    assert runner.close()
    assert [b.state for b in batches.list()] == [BatchState.QUEUED]
    assert {item.attempts for item in batches.items(batch.id, ItemState.WAITING)} == {0}

    script.release_all()
    runner = run(script, heard)
    assert runner.wait(60)
    assert batches.list()[0].done == 8


def test_without_a_recogniser_nothing_fails_and_it_goes_on_when_there_is_one(
    batches: BatchStore, plain: list[Path]
) -> None:
    script, heard = ScriptedRecogniser(), Heard()
    ready = threading.Event()

    def make() -> ScriptedRecogniser:
        if not ready.is_set():
            raise WorldError("The network corners.onnx is missing. Install the program again.")
        return script

    batch = batches.create(plain)
    runner = BatchRunner(batches, make, heard.reports, workers=2)
    runner.start()
    until(lambda: heard.problems)
    assert not runner.wait(30)
    assert heard.problems == ["The network corners.onnx is missing. Install the program again."]
    assert len(batches.items(batch.id, ItemState.WAITING)) == 8
    ready.set()
    runner.rebuild()
    assert runner.wait(60)
    assert runner.close()
    assert batches.list()[0].done == 8


def test_a_new_recogniser_is_used_for_the_next_pictures(
    batches: BatchStore, plain: list[Path]
) -> None:
    made = [ScriptedRecogniser(), ScriptedRecogniser()]
    made[0].hold("0.png", "quick")
    recognisers = iter(made)
    batches.create(plain)
    runner = BatchRunner(batches, lambda: next(recognisers))
    runner.start()
    until(lambda: made[0].reached("0.png", "quick"))
    runner.rebuild()
    made[0].release_all()
    assert runner.wait(60)
    assert runner.close()
    assert made[0].seen == ["0.png"]
    assert len(made[1].seen) == 7


def test_a_full_disk_stops_the_batch_and_says_so(database: Database, plain: list[Path]) -> None:
    class Full(BatchStore):
        full = True

        def finish_item(self, *arguments, **options):
            if self.full:
                raise StoreError("The disk is full: nothing was saved.")
            return super().finish_item(*arguments, **options)

    script, heard = ScriptedRecogniser(), Heard()
    batches = Full(database)
    batch = batches.create(plain)
    runner = BatchRunner(batches, lambda: script, heard.reports, workers=2)
    runner.start()
    until(lambda: heard.problems)
    assert not runner.wait(30)
    assert heard.problems == ["The disk is full: nothing was saved."]
    assert len(batches.items(batch.id, ItemState.WAITING)) == 8, "none is lost, none failed"
    batches.full = False
    runner.wake()
    assert runner.wait(60)
    assert runner.close()
    assert batches.list()[0].done == 8


def test_only_the_wanted_batches_are_worked_on(batches: BatchStore, plain: list[Path], run) -> None:
    other = batches.create(plain[:2])
    mine = batches.create(plain[2:])
    runner = run(ScriptedRecogniser(), Heard(), only={mine.id})
    assert runner.wait(60)
    states = {batch.id: batch.state for batch in batches.list()}
    assert states == {mine.id: BatchState.DONE, other.id: BatchState.QUEUED}


def test_the_pages_of_a_document_are_read_and_its_copy_is_known(
    batches: BatchStore, tmp_path: Path, run
) -> None:
    album, copy = tmp_path / "album.pdf", tmp_path / "copy.pdf"
    pages = [Image.new("RGB", (60, 90), (shade, 0, 0)) for shade in (50, 100)]
    pages[0].save(album, save_all=True, append_images=pages[1:])
    copy.write_bytes(album.read_bytes())
    script = ScriptedRecogniser()
    batch = batches.create(collect_pictures([album, copy]))
    runner = run(script, Heard())
    assert runner.wait(60)
    assert script.seen == ["album.pdf#1", "album.pdf#2"]
    assert batches.list()[0].repeated == 2
    assert [item.same_as is None for item in batches.items(batch.id)] == [True, True, False, False]
