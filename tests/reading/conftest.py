from __future__ import annotations

import pytest

from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.reading.card_reader import CardReader
from cardscanner_gui.reading.detector import TextDetector
from cardscanner_gui.reading.lines import LineRecogniser
from cardscanner_gui.reading.models import model_folder
from cardscanner_gui.reading.picture_reader import PictureReader


@pytest.fixture(scope="session")
def detector() -> TextDetector:
    return TextDetector(model_folder())


@pytest.fixture(scope="session")
def recogniser() -> LineRecogniser:
    return LineRecogniser(model_folder())


@pytest.fixture(scope="session")
def card_reader(detector: TextDetector, recogniser: LineRecogniser) -> CardReader:
    return CardReader(detector, recogniser, [POKEMON.sheet])


@pytest.fixture(scope="session")
def picture_reader(detector: TextDetector, recogniser: LineRecogniser) -> PictureReader:
    return PictureReader(detector, recogniser)
