"""A catalogue of two sets, and an asset server that has their pictures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cardscanner_gui.catalogue.database import Catalogue
from tests.catalogue.pictures.asset_server import AssetServer, drawn, serving
from tests.catalogue.tcgdex_archive import HARBOUR, LANTERN, build_catalogue, card

CARDS = [
    *(card(f"Leafkit {n}", f"{n:03d}") for n in range(1, 9)),
    *(card({"en": f"Harborlin {n}", "de": f"Hafenling {n}"}, str(n), HARBOUR) for n in range(1, 4)),
    card({"ja": "ランタンコ"}, "001", LANTERN),
]
NEW_PATHS = [f"en/scarlet & violet/sv90/{n:03d}" for n in range(1, 9)]
OLD_PATHS = [f"en/base/base90/{n}" for n in range(1, 4)]
ASIAN_PATH = "ja/sv/SV90K/001"


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory) -> Iterator[Catalogue]:
    with build_catalogue(tmp_path_factory.mktemp("catalogue"), CARDS) as built:
        yield built


@pytest.fixture(scope="session")
def drawings() -> dict[str, bytes]:
    paths = [*NEW_PATHS, *OLD_PATHS, ASIAN_PATH]
    return {path: drawn(seed) for seed, path in enumerate(paths)}


@pytest.fixture
def server(drawings: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Iterator[AssetServer]:
    """Has every picture; a path that has a space or an ampersand comes quoted."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serving() as served:
        served.pictures = dict(drawings)
        yield served


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "artwork"
