"""A real recogniser over a catalogue of invented cards, and pictures of those cards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cardscanner_gui.builder import Builder
from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.paths import DataPaths
from cardscanner_gui.recognition.judge import Judge
from cardscanner_gui.recognition.networks import Networks
from cardscanner_gui.recognition.recogniser import Recogniser
from cardscanner_gui.settings import Settings
from tests.catalogue.tcgdex_archive import build_catalogue, card
from tests.judging import judge_of
from training.drawing.cards import CardFace

LEAFKIT = CardFace(
    "Leafkit", 60, "012/193", set_code="MDT", attacks=("Gather Dew", "Seed Toss"),
    artist="Mia Loam", year="2023", seed=3,
)  # fmt: skip
TWINFIN = CardFace(
    "Twinfin", 90, "150/193", set_code="MDT", attacks=("Splash Song",), artist="Ida Reed",
    year="2023", seed=8,
)  # fmt: skip
STRANGER = CardFace(
    "Grand Vizier", 30, "500/754", attacks=("Royal Decree",), artist="Nobody", year="2011", seed=9,
)  # fmt: skip


@pytest.fixture(scope="session")
def invented_catalogue(tmp_path_factory) -> Iterator[Catalogue]:
    cards = [
        card("Leafkit", "012", hp=60, attacks=LEAFKIT.attacks, illustrator="Mia Loam"),
        card("Twinfin", "150", hp=90, attacks=TWINFIN.attacks, illustrator="Ida Reed"),
        card("Twinfin", "050", hp=90, attacks=TWINFIN.attacks, illustrator="Sol Marsh"),
    ]
    with build_catalogue(tmp_path_factory.mktemp("catalogue"), cards) as catalogue:
        yield catalogue


@pytest.fixture(scope="session")
def builder(tmp_path_factory) -> Builder:
    return Builder(DataPaths(Path(tmp_path_factory.mktemp("data"))), Settings())


@pytest.fixture(scope="session")
def networks(builder: Builder) -> Networks:
    """The networks for all recognisers of the tests' thread: building them takes seconds."""
    networks = builder.load_networks()
    networks.warm_up()
    return networks


@pytest.fixture(scope="session")
def judge(invented_catalogue: Catalogue) -> Judge:
    return judge_of(invented_catalogue)


@pytest.fixture(scope="session")
def recogniser(networks: Networks, judge: Judge) -> Recogniser:
    return Recogniser(networks, judge)
