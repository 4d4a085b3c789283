"""A small real catalogue with stamps and marketplace numbers, and an empty collection."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.games import ALL as GAMES
from cardscanner_gui.importing.importer import Importer
from cardscanner_gui.store import Collection, Database
from tests.catalogue.tcgdex_archive import build_catalogue, card

STAMPS = ("horizons", "staff", "snowflake", "pokeball-foil", "masterball-foil")


def variants(first: int) -> list[dict[str, object]]:
    """A plain one, a reverse of the same product, and one for each stamp."""
    plain = {"tcgplayer": first, "cardmarket": first + 5000}
    stamped = [
        {"type": "reverse", "foil": stamp.removesuffix("-foil"), "thirdParty": ids(first, place)}
        if stamp.endswith("-foil")
        else {"type": "normal", "stamp": [stamp], "thirdParty": ids(first, place)}
        for place, stamp in enumerate(STAMPS, start=1)
    ]
    return [
        {"type": "normal", "thirdParty": plain},
        {"type": "reverse", "thirdParty": plain},
        *stamped,
    ]


def ids(first: int, place: int) -> dict[str, int]:
    return {"tcgplayer": first + place, "cardmarket": first + 5000 + place}


@pytest.fixture(scope="session")
def catalogue_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("import-catalogue")
    cards = [
        card(f"Leafkit{chr(96 + number)}", f"{number:03}", variants=variants(1000 + 10 * number))
        for number in range(1, 27)
    ]
    build_catalogue(folder, cards).close()
    return folder


@pytest.fixture
def catalogue(catalogue_folder: Path) -> Iterator[Catalogue]:
    opened = Catalogue.open(catalogue_folder)
    yield opened
    opened.close()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "data" / "collection.db")
    yield database
    database.close()


@pytest.fixture
def collection(database: Database) -> Collection:
    return Collection(database)


@pytest.fixture
def importer(catalogue: Catalogue, database: Database) -> Importer:
    return Importer({"pokemon": catalogue}, GAMES, database)
