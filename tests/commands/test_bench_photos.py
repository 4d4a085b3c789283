"""`models bench --photos`: the trained reader on drawn cards, and what it confirms of none."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from cardscanner_gui.cli import cli
from cardscanner_gui.vlm import installed
from cardscanner_gui.vlm import models as known
from cardscanner_gui.vlm.prepare import prepare
from training.drawing.cards import draw_card
from training.drawing.scenes import lay_on_desk
from training.tiny_vlm.cards import WEIGHTS, draw_face, texts
from training.tiny_vlm.folder import write_model
from training.tiny_vlm.shapes import READER
from training.tiny_vlm.tokenizer import train_tokenizer

MODEL = replace(known.SMOLVLM_256M, hidden=READER.hidden, published={})
CARDS = 3


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the trained reader, and photos with a table of what is on them."""
    folder = tmp_path_factory.mktemp("data")
    weights = {k: v.astype(np.float32) for k, v in np.load(WEIGHTS).items()}
    tokenizer = train_tokenizer(texts(), READER.vocabulary)
    write_model(folder / "given", READER, weights, tokenizer, variants=["fp32", "uint8"])
    installed.adopt_folder(folder / "models", MODEL, folder / "given")
    prepare(installed.model_folder(folder / "models", MODEL), MODEL.id)
    (folder / "photos").mkdir()
    rng = np.random.default_rng(424_242)
    rows = []
    for number in range(CARDS):
        face = draw_face(rng)
        pixels, _ = lay_on_desk(draw_card(face), angle=5.0 * number, seed=number)
        Image.fromarray(pixels).save(folder / "photos" / f"{number}.png")
        rows.append([f"{number}.png", face.name, face.hp, face.number, "a note"])
    with (folder / "truth.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["file", "name", "hp", "number", "notes"], *rows])
    return folder


@pytest.fixture
def bench(data: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setattr(known, "MODELS", {MODEL.id: MODEL})

    def call(*arguments: str) -> Result:
        options = ["--data-dir", str(data), "models", "bench", "--photos", str(data / "photos")]
        return CliRunner().invoke(cli, [*options, *arguments])

    return call


def test_the_file_says_how_each_way_of_asking_did(
    bench: Callable[..., Result], data: Path, tmp_path: Path
) -> None:
    out = tmp_path / "result.json"
    truth = ["--truth", str(data / "truth.csv")]
    result = bench(*truth, "--layout", "strips", "--each-variant", "--out", str(out))
    assert result.exit_code == 0, result.output
    found = json.loads(out.read_text(encoding="utf-8"))
    assert found["cards"] == found["known"] == CARDS
    models = {one["variant"]: one["ways"] for one in found["models"]}
    assert set(models) == {"fp32", "uint8"}
    for ways in models.values():
        asked = [tuple(one["way"].values()) for one in ways]
        assert asked == [
            ("strips", True, False, False),
            ("strips", False, False, False),
            ("strips", True, True, False),
            ("strips", True, False, True),
        ]
    plain, _, _, drafted = models["fp32"]
    assert plain["by_field"]["name"] >= 0.6
    assert drafted["agreed"] >= 0.6
    assert drafted["other_card"]["name"] < 0.5, "it was trained to read, so it denies"
    assert set(drafted["blank"]) == {"name", "hp", "number"}
    assert plain["seconds"] > 0
    text = out.read_text(encoding="utf-8")
    assert str(data) not in text
    assert ".png" not in text
    assert not list((data / "models").glob("bench-*")), "what was prepared for it is gone"


def test_without_a_table_the_catalogue_tells_and_nothing_known_is_said(
    bench: Callable[..., Result],
) -> None:
    result = bench("--layout", "whole")
    assert result.exit_code == 0, result.output
    assert "what stands on 0 of them is known" in result.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--layout", "diagonal"], "There is no layout diagonal; there are whole, strips"),
        (["--truth", "{table}"], "has no column “file”"),
    ],
)
def test_what_cant_be_used_is_named(
    bench: Callable[..., Result], tmp_path: Path, arguments: list[str], words: str
) -> None:
    table = tmp_path / "table.csv"
    table.write_text("name;hp\nAbra;60\n")
    result = bench(*(argument.format(table=table) for argument in arguments))
    assert result.exit_code == 1
    assert words in str(result.exception)
