"""The documents' pictures are as new as what they show."""

from __future__ import annotations

import copy
import re
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from docs.make import diagram, plots, screenshots

ROOT = Path(__file__).resolve().parents[1]
AGAIN = "python3 build_app.py docs"


@pytest.mark.parametrize("name", sorted(plots.load()))
def test_a_plot_is_drawn_from_the_figures_as_they_are(name: str) -> None:
    plot = plots.load()[name]
    with Image.open(plots.FOLDER / f"{name}.png") as picture:
        drawn_from = picture.info.get(plots.DIGEST)

    assert drawn_from == plots.digest(plot), f"{name}.png is older than its figures: {AGAIN} plots"


def test_other_figures_would_be_noticed() -> None:
    plot = plots.load()["steps"]
    other = copy.deepcopy(plot)
    other["rows"][0]["values"][0] += 1

    assert plots.digest(other) != plots.digest(plot)


def test_every_plot_is_shown_and_its_figures_stand_in_a_table() -> None:
    text = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    shown = re.findall(r"plots/(\w+)\.png", text)
    table = "".join(line for line in text.splitlines() if line.startswith("|")).replace(",", "")

    assert sorted(shown) == sorted(plots.load())
    for name, plot in plots.load().items():
        if "parts" in plot and name != "steps":
            continue  # parts are sums and differences of what stands there
        for row in plot["rows"]:
            for value in row["values"]:
                assert re.search(rf"(?<![\d.]){value:g}(?![\d.])", table), (name, row["label"])


def test_the_diagram_shows_the_rooms_as_they_are() -> None:
    drawn = diagram.TARGET.read_text(encoding="utf-8")

    assert drawn == diagram.svg(), f"architecture.svg is older than its script: {AGAIN} diagram"
    assert diagram.rooms() - diagram.NOT_ROOMS <= diagram.drawn(), "a room is missing"
    for room in diagram.rooms() - diagram.NOT_ROOMS:
        assert f">{room}<" in drawn


def test_each_screenshot_is_as_new_as_the_code_it_shows() -> None:
    assert screenshots.outdated() == [], f"taken before the code changed: {AGAIN} screenshots"


def test_other_code_would_be_noticed_and_other_comments_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("frame", "style", "sets"):
        (tmp_path / folder).mkdir()
    page = tmp_path / "sets" / "page.py"
    monkeypatch.setattr(screenshots, "QT", tmp_path)
    page.write_text('"""One."""\nwidth = 3\n')
    before = screenshots.digest("sets.png")

    page.write_text('"""Other words."""\n\nwidth = 3  # pixels\n')
    assert screenshots.digest("sets.png") == before
    page.write_text('"""One."""\nwidth = 4\n')
    assert screenshots.digest("sets.png") != before


def test_a_clock_makes_no_new_picture_and_another_page_does(tmp_path: Path) -> None:
    page = Image.open(ROOT / "docs" / "screenshots" / "sets.png").convert("RGB")
    later = page.copy()
    for picture, clock in ((page, "05:31"), (later, "16:48")):
        ImageDraw.Draw(picture).text((700, 700), clock, fill=(91, 100, 115))
    page.save(tmp_path / "one.png")
    later.save(tmp_path / "later.png")
    other = page.copy()
    other.paste((0, 0, 0), (0, 0, 300, 300))
    other.save(tmp_path / "other.png")

    assert screenshots.looks_like(tmp_path / "one.png", tmp_path / "later.png")
    assert not screenshots.looks_like(tmp_path / "one.png", tmp_path / "other.png")
    assert not screenshots.looks_like(tmp_path / "none.png", tmp_path / "one.png")
