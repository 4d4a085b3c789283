"""`cardscanner` run as a user runs it: in a process of its own, with a data folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.catalogue.tcgdex_archive import build_catalogue, card
from tests.recognition.conftest import LEAFKIT, STRANGER, TWINFIN
from training.drawing.cards import draw_card
from training.drawing.scenes import lay_on_desk

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def pictures(tmp_path_factory) -> Path:
    """A folder with three good pictures and two bad ones."""
    folder = tmp_path_factory.mktemp("pictures")
    for name, face in [("a leafkit", LEAFKIT), ("b twinfin", TWINFIN), ("c stranger", STRANGER)]:
        picture, _ = lay_on_desk(draw_card(face), size=(1000, 1300), fill=0.85)
        Image.fromarray(picture).save(folder / f"{name}.jpg", quality=92)
    (folder / "d empty.png").touch()
    (folder / "e ユニコード.jpg").write_bytes((folder / "a leafkit.jpg").read_bytes()[:5000])
    return folder


@pytest.fixture(scope="session")
def shared_catalogue(tmp_path_factory) -> Path:
    """A built catalogue folder, to be copied into data folders."""
    folder = tmp_path_factory.mktemp("catalogue")
    cards = [
        card("Leafkit", "012", hp=60, attacks=LEAFKIT.attacks, illustrator="Mia Loam"),
        card("Twinfin", "150", hp=90, attacks=TWINFIN.attacks, illustrator="Ida Reed"),
    ]
    build_catalogue(folder, cards).close()
    return folder


@pytest.fixture
def data_dir(tmp_path, shared_catalogue) -> Path:
    """A data folder whose catalogue is there already."""
    folder = tmp_path / "data"
    folder.mkdir()
    target = folder / "catalogue"
    target.mkdir()
    for file in shared_catalogue.glob("*.sqlite3"):
        (target / file.name).write_bytes(file.read_bytes())
    return folder


@pytest.fixture
def run(data_dir) -> Run:
    def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [
                sys.executable,
                "-m",
                "cardscanner_gui",
                "--data-dir",
                str(data_dir),
                *map(str, arguments),
            ],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=os.environ | {"PYTHONUTF8": "1"} | environment,
            timeout=240,
            check=False,
        )

    return run
