"""Cards on desks with known corners, and the finder with the shipped networks."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardscanner_gui.vision.finder import CardFinder


@pytest.fixture(scope="session")
def model_dir() -> Path:
    return Path(__file__).resolve().parents[2] / "resources" / "finder"


@pytest.fixture(scope="session")
def finder(model_dir: Path) -> CardFinder:
    return CardFinder(model_dir, threads=2)
