"""The real archives, where a developer has them, built once for all tests that ask for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.catalogue.update import update_catalogue
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.games.pokemon.sources.local import local_source

ARCHIVE = "catalogue/tcgdex-cards-database-2026-08-21.tar.gz"
LISTS = "catalogue/ptcg-database-jp-tc-2025-09-03.tar.gz"


@pytest.fixture(scope="package")
def real_catalogue(
    shared_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Catalogue]:
    folder = tmp_path_factory.mktemp("real")
    both = [local_source(shared_dir / ARCHIVE), local_source(shared_dir / LISTS)]
    update_catalogue(folder, POKEMON, both, lambda *_: None, CancelToken())
    with Catalogue.open(folder) as opened:
        yield opened
