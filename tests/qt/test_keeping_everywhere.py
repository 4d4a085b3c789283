"""The same pictures through every way in leave the same rows, and one undo takes a picture back.

Window, batches, live scanning, service, command line and matching again run their real code over
real files; only the answers are scripted.
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from cardscanner_gui.builder import Builder
from cardscanner_gui.capture.sources import open_source
from cardscanner_gui.commands import batch as batch_commands
from cardscanner_gui.commands.batch import watch
from cardscanner_gui.commands.context import CommandContext
from cardscanner_gui.commands.live import live
from cardscanner_gui.commands.scan import scan
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.copies import CopyDefaults
from cardscanner_gui.core.events import RecognitionEvent
from cardscanner_gui.core.types import Status, Variant
from cardscanner_gui.paths import DataPaths
from cardscanner_gui.qt.live.settings import LiveSettings
from cardscanner_gui.qt.services import LiveServices
from cardscanner_gui.qt.window.main_window import MainWindow
from cardscanner_gui.recognition.request import RecogniseRequest
from cardscanner_gui.resources import resource_dir
from cardscanner_gui.service.options import ServiceOptions
from cardscanner_gui.settings import Settings
from cardscanner_gui.store.database import Database
from cardscanner_gui.vision.finder import CardFinder
from tests.qt.cards import MOSSBACK, SPROUTLE, SPROUTLE_ART, TIDELING, VOLTUSK, photograph
from tests.qt.conftest import Harness
from tests.qt.scripted_recogniser import ScriptedCard, tiny_card
from tests.service.conftest import make_intake
from tests.service.served import Scripted, served, wait_for

DEFAULTS = CopyDefaults(finish="normal", condition="LP", language="de")
NO_NORMAL = replace(TIDELING, variants=(Variant("holo"), Variant("reverse")))
DRAWN = {"a holo.jpg": TIDELING, "b.jpg": VOLTUSK, "c two.jpg": SPROUTLE, "d what.jpg": MOSSBACK}
LOOK = 0x0123_4567_89AB_CDEF
CARDS = {
    "a holo.jpg": ScriptedCard((NO_NORMAL,), photo=tiny_card(), fingerprint=LOOK),
    "b.jpg": ScriptedCard((VOLTUSK,), photo=tiny_card(90)),
    "c two.jpg": ScriptedCard(
        (SPROUTLE, SPROUTLE_ART), Status.UNSURE, "two fit", photo=tiny_card(60)
    ),
    "d what.jpg": ScriptedCard(
        (), Status.UNREADABLE, "no text could be read", photo=tiny_card(30), language=None
    ),
}

_NOT_COMPARED = {
    # A camera has no file, so that what is scanned live has no content to notice again.
    "scans": {"id", "source", "scanned_at", "session_id", "photo_id", "entry_id", "content"},
    "entries": {"id", "scanned_at", "scan_id", "photo_id", "provenance", "deleted_at"},
}


@dataclass(eq=False)
class Script(Scripted):
    """Answers by file name for everybody who asks, also where the service put a number before."""

    def recognise(
        self, request: RecogniseRequest, token: CancelToken | None = None
    ) -> Iterator[RecognitionEvent]:
        source = Path(request.frame.source)
        name = re.sub(r"^\d{4} ", "", source.name)
        frame = replace(request.frame, source=str(source.with_name(name)))
        yield from super().recognise(replace(request, frame=frame), token)


class StaysOpen(Database):
    """A command's database that the test still undoes in when the command has closed it."""

    def close(self) -> None:
        pass

    def close_at_last(self) -> None:
        super().close()


@dataclass(frozen=True)
class ScriptedBuilder(Builder):
    """Builds everything as the program does, but for the recogniser."""

    recogniser: Script = field(default_factory=Script)
    opened: list[StaysOpen] = field(default_factory=list)

    def make_recogniser(self, catalogue: object) -> Any:
        return self.recogniser

    def open_database(self) -> Database:
        self.paths.create()
        self.opened.append(StaysOpen(self.paths.database))
        return self.opened[-1]


@dataclass
class Way:
    """One way into the collection, with a data folder of its own.

    Attributes:
        harness: opens windows, whose folder is this way's.
        pictures: the folder with the pictures, and nothing else in it.
        script: what they show.
    """

    harness: Harness
    pictures: Path
    script: Script

    @property
    def settings(self) -> Settings:
        return Settings(defaults=DEFAULTS, offline=True)

    @contextmanager
    def window(self, **changes: object) -> Iterator[MainWindow]:
        self.harness.recogniser = self.script
        window = self.harness.open_window(**{"settings": self.settings, **changes})
        yield window
        self.harness.settle(window)

    @contextmanager
    def context(self) -> Iterator[CommandContext]:
        paths = DataPaths(self.harness.folder)
        builder = ScriptedBuilder(paths, self.settings, recogniser=self.script)
        yield CommandContext(paths, self.settings, builder, offline=True)
        for database in builder.opened:
            database.close_at_last()

    @property
    def cards(self) -> int:
        """How many there are on the pictures."""
        pictures = self.script.script.values()
        return sum(len(cards) for cards in pictures if not isinstance(cards, Exception))

    @property
    def files(self) -> list[Path]:
        return sorted(self.pictures.iterdir())


Undo = Callable[[], object]
Route = Callable[[Way], Iterator[Undo]]
"""Scans the pictures of a way, and gives what undoes the last change where they were scanned."""


def dropped_on_the_window(way: Way) -> Iterator[Undo]:
    with way.window() as window:
        window.scan([str(path) for path in way.files])
        way.harness.settle(window)
        yield window.work.store.undo


def a_batch_of_the_window(way: Way) -> Iterator[Undo]:
    with way.window() as window:
        window.work.batches.create(way.files, "a box")
        way.harness.wait(lambda: recorded(way) == way.cards)
        way.harness.settle(window)
        yield window.work.store.undo


def live_in_the_window(way: Way) -> Iterator[Undo]:
    finder = partial(CardFinder, resource_dir() / "finder", threads=1)
    # A session's defaults are the settings' until others are chosen.
    settings = LiveSettings(sounds=False, defaults=DEFAULTS).put_into(way.settings)
    with way.window(live=LiveServices(finder, open_source, list), settings=settings) as window:
        window.start_live(str(way.pictures))
        view = window.scan_page.hero.live
        way.harness.wait(lambda: "has ended" in view.title)
        way.harness.wait(lambda: window.work.live.idle)
        assert rows(way, "entries") == [], "a session's cards wait for its end"
        window.work.live.end()
        way.harness.wait(lambda: window.work.live.session is None)
        way.harness.settle(window)
        yield window.work.store.undo


def matched_again(way: Way) -> Iterator[Undo]:
    """Scanned before there was a catalogue, and matched when it came."""
    known = way.script.script
    way.script.script = {
        name: tuple(
            card
            if card.status is Status.UNREADABLE
            else replace(card, status=Status.UNSURE, reason="no catalogue", language=None)
            for card in cards
        )
        for name, cards in known.items()
        if not isinstance(cards, Exception)
    }
    by_name = {}
    for cards in known.values():
        for card in () if isinstance(cards, Exception) else cards:
            answer = card.recognition()
            by_name[repr(answer.reading)] = answer.match
    matcher = lambda: lambda reading, look: by_name[repr(reading)]  # noqa: E731
    with way.window(make_matcher=matcher) as window:
        window.scan([str(path) for path in way.files])
        way.harness.settle(window)
        with way.harness.qtbot.waitSignal(window.work.rematch.ended, timeout=60_000):
            window.work.rematch.start(way.settings)
        way.harness.settle(window)
        yield window.work.store.undo


def served_over_http(way: Way) -> Iterator[Undo]:
    with closing(Database(way.harness.folder / "collection.db")) as database:
        intake = make_intake(database, way.harness.folder / "uploads", way.script, DEFAULTS)
        options = ServiceOptions(port=0, keep_without_key=True)
        with served(way.script, intake, options) as service, service.client() as client:
            parts = [("images", (path.name, path.read_bytes())) for path in way.files]
            where = client.post("/batches", files=parts, data={"keep": "true"}).headers
            wait_for(lambda: client.get(where["Location"]).json()["state"] == "done")
        yield database.undo


def command(way: Way, *arguments: object, name: Any = scan) -> Iterator[Undo]:
    with way.context() as context:
        words = [str(argument) for argument in arguments]
        name.main(args=words, obj=context, standalone_mode=False)
        yield context.builder.opened[-1].undo  # type: ignore[attr-defined]


def scan_add(way: Way) -> Iterator[Undo]:
    yield from command(way, "--add", "--offline", way.pictures)


def scan_batch(way: Way) -> Iterator[Undo]:
    with way.context() as context:
        scan.main(args=["--batch", str(way.pictures)], obj=context, standalone_mode=False)
        # It opens the queue before and after the work too.
        opened = context.builder.opened  # type: ignore[attr-defined]
        yield next(one.undo for one in opened if one.history.last_done() is not None)


def live_add(way: Way) -> Iterator[Undo]:
    yield from command(way, "--camera", way.pictures, "--add", "--offline", name=live)


def watched(way: Way) -> Iterator[Undo]:
    class Clock:
        """Ctrl+C once everything is recorded."""

        @staticmethod
        def sleep(_: float) -> None:
            wait_for(lambda: recorded(way) == way.cards)
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch, way.context() as context:
        patch.setattr(batch_commands, "time", Clock)
        with pytest.raises(SystemExit):
            watch.main(args=[str(way.pictures)], obj=context, standalone_mode=False)
        yield context.builder.opened[-1].undo  # type: ignore[attr-defined]


ROUTES: tuple[Route, ...] = (
    dropped_on_the_window,
    a_batch_of_the_window,
    live_in_the_window,
    matched_again,
    served_over_http,
    scan_add,
    scan_batch,
    live_add,
    watched,
)


@pytest.fixture
def way(harness: Harness, built_catalogue: Path) -> Way:
    """A data folder into which nothing was scanned yet, and a folder for pictures."""
    harness.folder /= "data"
    harness.folder.mkdir()
    pictures = harness.folder.parent / "drawn"
    pictures.mkdir()
    shutil.copytree(built_catalogue, harness.catalogue_folder)
    return Way(harness, pictures, Script())


def recorded(way: Way) -> int:
    return len(rows(way, "scans"))


def rows(way: Way, table: str) -> list[dict[str, Any]]:
    """What can be compared of a table's rows, in the pictures' or the printings' order."""
    file = way.harness.folder / "collection.db"
    if not file.exists():
        return []
    with closing(sqlite3.connect(file)) as connection:
        connection.row_factory = sqlite3.Row
        alive = "WHERE deleted_at IS NULL" if table == "entries" else ""
        found = [dict(row) for row in connection.execute(f"SELECT * FROM {table} {alive}")]
    for row in found:
        if table == "scans":
            row["picture"] = re.sub(r"^\d{4} ", "", Path(row["source"]).name)
            row["has photo"] = row["photo_id"] is not None
            row["is kept"] = row["entry_id"] is not None
        else:
            how = json.loads(row["provenance"])
            row["how"] = {name: value for name, value in how.items() if name != "source"}
            row["has photo"] = row["photo_id"] is not None
    order = "picture" if table == "scans" else "printing_id"
    kept = [{k: v for k, v in row.items() if k not in _NOT_COMPARED[table]} for row in found]
    return sorted(kept, key=lambda row: str(row[order]))


def reference(way: Way) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What the first route leaves."""
    for _ in scan_add(way):
        pass
    left = rows(way, "scans"), rows(way, "entries")
    for file in way.harness.folder.glob("collection*"):
        file.unlink()
    return left


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.__name__)
def test_every_way_in_leaves_the_same_rows(way: Way, route: Route) -> None:
    for name, printing in DRAWN.items():
        photograph(printing, way.pictures / name, size=(600, 450))
    way.script.script = {name: (card,) for name, card in CARDS.items()}
    scans, entries = reference(way)
    assert [scan["picture"] for scan in scans] == list(DRAWN), "the unreadable one too"
    assert [scan["decision"] for scan in scans] == ["accepted"] * 2 + ["pending"] * 2
    told = [(e["printing_id"], e["finish"], e["condition"], e["language"]) for e in entries]
    assert told == [(NO_NORMAL.id, "holo", "LP", "en"), (VOLTUSK.id, "normal", "LP", "en")]

    for _ in route(way):
        assert rows(way, "scans") == scans
        assert rows(way, "entries") == entries


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.__name__)
def test_one_undo_takes_a_whole_picture_back(way: Way, route: Route) -> None:
    photograph(TIDELING, way.pictures / "a page.jpg", size=(600, 450))
    page = (CARDS["a holo.jpg"], CARDS["b.jpg"])
    one_card_a_picture = route in (live_in_the_window, live_add)
    way.script.script = {"a page.jpg": page[:1] if one_card_a_picture else page}
    for undo in route(way):
        assert len(rows(way, "entries")) == len(way.script.script["a page.jpg"])
        undo()
        way.harness.wait(lambda: rows(way, "entries") == [])
        decisions = [scan["decision"] for scan in rows(way, "scans")]
        assert decisions == ["pending"] * len(decisions)
