"""From a drawn picture of an invented game to its export, beside a game that is there already.

Nothing outside this folder knows the game: what it takes is all in `game.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from cardscanner_gui.builder import Builder
from cardscanner_gui.catalogue.catalogues import Catalogues
from cardscanner_gui.catalogue.match.reasons import reasons
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.collection import EntryQuery
from cardscanner_gui.core.copies import CopyDefaults
from cardscanner_gui.core.events import FieldResult, Finished
from cardscanner_gui.core.types import Frame, Pixels, ScanResult, Status
from cardscanner_gui.export import export_entries, formats_of
from cardscanner_gui.export.plain import read_plain
from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.paths import DataPaths
from cardscanner_gui.recognition.contract import scan_object
from cardscanner_gui.recognition.keeping import Keeping
from cardscanner_gui.recognition.recogniser import Recogniser
from cardscanner_gui.recognition.request import RecogniseRequest
from cardscanner_gui.settings import Settings
from cardscanner_gui.store import Collection, Database
from tests.games.tidebound import TIDEBOUND
from tests.games.tidebound.drawing import draw
from tests.games.tidebound.game import PRINTINGS
from tests.qt.cards import SPROUTLE, InventedSource
from tests.qt.cards import draw as draw_pokemon
from training.drawing.scenes import lay_on_desk

GAMES = {POKEMON.id: POKEMON, TIDEBOUND.id: TIDEBOUND}
WARDEN = PRINTINGS[0]


@pytest.fixture(scope="module")
def builder(tmp_path_factory: pytest.TempPathFactory) -> Builder:
    """The program's own, with one game more."""
    paths = DataPaths(tmp_path_factory.mktemp("data"))
    builder = Builder(paths, Settings(), games=GAMES)

    def quiet(words: str, part: float | None) -> None:
        pass

    builder.update_catalogue(quiet, CancelToken(), POKEMON.id, InventedSource())
    builder.update_catalogue(quiet, CancelToken(), TIDEBOUND.id)
    return builder


@pytest.fixture(scope="module")
def catalogues(builder: Builder) -> Iterator[Catalogues]:
    opened = builder.open_catalogue()
    assert opened is not None
    with opened:
        yield opened


@pytest.fixture(scope="module")
def recogniser(builder: Builder, catalogues: Catalogues) -> Recogniser:
    return builder.make_recogniser(catalogues)


def scan(recogniser: Recogniser, face: Pixels, name: str) -> tuple[ScanResult, dict[str, str]]:
    """What a photograph of a face gave, and the details that were told on the way."""
    pixels, _ = lay_on_desk(face, size=(1000, 1300), fill=0.85, angle=3, seed=4)
    frame = Frame(name, np.asarray(pixels), 0.0, f"{name}.jpg")
    events = list(recogniser.recognise(RecogniseRequest(frame, name)))
    details = {e.name: e.field.text for e in events if isinstance(e, FieldResult)}
    return next(e.result for e in events if isinstance(e, Finished)), details


def test_from_a_picture_to_an_export(recogniser: Recogniser, tmp_path: Path) -> None:
    result, details = scan(recogniser, draw(WARDEN), "warden")
    (card,) = result.cards
    assert card.match.status is Status.IDENTIFIED, card.match.reason
    printing = card.match.printing
    assert printing is not None
    assert (printing.id, printing.game) == ("tidebound:tdb-014", "tidebound")
    assert card.match.reason == "number TDB-E014, name and power agree"
    assert (details["power"], details["motto"]) == ("7", "No gull lands unseen")

    line = json.loads(json.dumps(scan_object(result, GAMES)))["cards"][0]
    assert (line["game"], line["card"]["facts"]["power"]) == ("tidebound", 7)
    told = reasons(card.match.candidates[0].evidence, card.reading, printing, TIDEBOUND)
    assert [(reason.term, str(reason.finding)) for reason in told] == [
        ("number", "agrees"), ("name", "agrees"), ("power", "agrees"),
    ]  # fmt: skip

    database = Database(tmp_path / "collection.db")
    Keeping(database, GAMES).record(result, 1.0, CopyDefaults(finish="pearl"))
    entries = list(Collection(database).entries(EntryQuery("warden")))
    assert [(e.printing.id, e.finish) for e in entries] == [("tidebound:tdb-014", "pearl")]
    assert database.value("SELECT game FROM entries") == "tidebound"

    formats = formats_of(GAMES)
    plain = tmp_path / "plain.csv"
    export_entries(entries, formats["plain"], plain)
    assert read_plain(plain, GAMES) == entries
    report = export_entries(entries, formats["tcgplayer-app"], tmp_path / "app.csv")
    assert [reason for _, reason in report.skipped] == [
        "TCGplayer has no word for the finish “pearl”"
    ]
    database.close()


def test_the_other_game_is_told_apart(recogniser: Recogniser) -> None:
    result, _ = scan(recogniser, draw_pokemon(SPROUTLE), "sproutle")
    (card,) = result.cards
    assert card.match.printing is not None, card.match.reason
    assert (card.match.printing.id, card.match.printing.game) == (SPROUTLE.id, "pokemon")


def test_all_catalogues_are_searched_and_counted_together(catalogues: Catalogues) -> None:
    assert [p.id for p in catalogues.search("TDB-E041")] == ["tidebound:tdb-041"]
    assert catalogues.search("sproutle")[0].game == "pokemon"
    assert catalogues.info().printings == len(PRINTINGS) + 7
    assert {s.id for s in catalogues.sets()} == {"inv01", "inv02", "tidebound:tdb"}
    assert len(catalogues.set_printings("tidebound:tdb")) == len(PRINTINGS)
    found = catalogues.printing("tidebound:tdb-015")
    assert found is not None
    assert found.facts == {"power": 3, "motto": {"en": "Every reef has a name"}}
