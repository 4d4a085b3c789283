"""What the user confirmed is a further reference for artwork, until the word is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cardscanner_gui.builder import Builder
from cardscanner_gui.core.copies import Copy
from cardscanner_gui.core.events import Finished
from cardscanner_gui.core.types import Recognition, ScanResult, Status
from cardscanner_gui.games import ALL as GAMES
from cardscanner_gui.paths import DataPaths
from cardscanner_gui.recognition.cache.card_memory import CardMemory
from cardscanner_gui.recognition.keeping import Keeping
from cardscanner_gui.recognition.networks import Networks
from cardscanner_gui.recognition.recogniser import Recogniser
from cardscanner_gui.recognition.request import RecogniseRequest
from cardscanner_gui.settings import Settings
from cardscanner_gui.store.database import Database
from tests.catalogue.tcgdex_archive import build_catalogue, card
from tests.recognition.test_artwork import FACES, without_number


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with_cards = Builder(DataPaths(tmp_path), Settings())
    cards = [
        card(face.name, one[-3:], hp=60, illustrator=f"Painter {face.seed}")
        for one, face in FACES.items()
    ]
    build_catalogue(with_cards.paths.catalogue, cards).close()
    database = with_cards.open_database()
    yield database
    database.close()


@pytest.fixture
def memory(database: Database) -> Iterator[CardMemory]:
    from cardscanner_gui.store.recognitions import RecognitionStore

    memory = CardMemory(GAMES, RecognitionStore(database))
    yield memory
    memory.close()


@pytest.fixture
def desk(tmp_path: Path, memory: CardMemory) -> Builder:
    """A desk that has fetched no pictures."""
    return replace(Builder(DataPaths(tmp_path), Settings()), memory=memory)


def recognised(recogniser: Recogniser, one: str, angle: float) -> ScanResult:
    frame = without_number(one, angle)
    end = list(recogniser.recognise(RecogniseRequest(frame, frame.id)))[-1]
    assert isinstance(end, Finished)
    return end.result


def only(result: ScanResult) -> Recognition:
    (found,) = result.cards
    return found


def confirm(keeping: Keeping, result: ScanResult, printing_id: str) -> None:
    (scan_id,) = keeping.record(result, 0.0, None).ids
    candidates = {c.printing.id: c.printing for c in only(result).match.candidates}
    keeping.accept(scan_id, candidates[printing_id], Copy())


def test_a_confirmed_card_names_the_next_of_its_kind_until_that_is_undone(
    desk: Builder, database: Database, memory: CardMemory, networks: Networks
) -> None:
    # Without a memory of its own: nothing but the artwork can tell.
    recogniser = Recogniser(networks, desk.make_judge(desk.open_catalogue()))
    keeping = Keeping(database, GAMES, memory)
    first = recognised(recogniser, "sv90-171", 5.0)
    assert only(first).match.status is Status.UNSURE
    confirm(keeping, first, "sv90-171")
    memory.flush()
    (own,) = memory.confirmed()
    assert own[0] == "sv90-171"

    again = only(recognised(recogniser, "sv90-171", -8.0))
    assert again.match.printing is not None, again.match.reason
    assert again.match.printing.id == "sv90-171"
    assert "artwork" in again.match.reason
    other = only(recognised(recogniser, "sv90-012", -8.0))
    assert other.match.status is Status.UNSURE

    keeping.undo()
    memory.flush()
    assert memory.confirmed() == ()
    assert only(recognised(recogniser, "sv90-171", -8.0)).match.status is Status.UNSURE


def test_what_rests_on_the_users_word_alone_isnt_remembered_of_other_pictures(
    desk: Builder, database: Database, memory: CardMemory
) -> None:
    recogniser = desk.make_recogniser(desk.open_catalogue())
    keeping = Keeping(database, GAMES, memory)
    confirm(keeping, recognised(recogniser, "sv90-171", 5.0), "sv90-171")
    memory.flush()
    assert only(recognised(recogniser, "sv90-171", -8.0)).match.status is Status.IDENTIFIED
    keeping.undo()
    memory.flush()
    assert only(recognised(recogniser, "sv90-171", -8.0)).match.status is Status.UNSURE


def test_what_was_confirmed_is_known_after_a_restart(
    desk: Builder, database: Database, memory: CardMemory, networks: Networks
) -> None:
    recogniser = Recogniser(networks, desk.make_judge(desk.open_catalogue()))
    confirm(Keeping(database, GAMES, memory), recognised(recogniser, "sv90-171", 5.0), "sv90-171")
    memory.close()
    later = desk.open_memory(database)
    desk = replace(desk, memory=later)
    recogniser = Recogniser(networks, desk.make_judge(desk.open_catalogue()))
    again = only(recognised(recogniser, "sv90-171", -8.0))
    assert again.match.printing is not None, again.match.reason
    later.close()
