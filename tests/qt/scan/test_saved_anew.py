"""The same photograph in another file, saved anew or made smaller, is not counted twice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt

from cardscanner_gui.core.collection import EntryQuery
from cardscanner_gui.core.events import Finished
from cardscanner_gui.qt.window.main_window import MainWindow
from cardscanner_gui.vision.look import look_of
from tests.qt.cards import EMBERIX, photograph
from tests.qt.conftest import Harness, drop
from tests.qt.scripted_recogniser import ScriptedCard, ScriptedRecogniser, tiny_card

pytestmark = pytest.mark.usefixtures("kept_catalogue")


class Looking(ScriptedRecogniser):
    """Scripted answers, with the picture's real look as every answer has it."""

    def recognise(self, request, token=None):
        for event in super().recognise(request, token):
            if isinstance(event, Finished):
                look = look_of(request.frame.pixels)
                event = replace(event, result=replace(event.result, look=look))
            yield event


def copies(window: MainWindow) -> int:
    return window.services.collection.copies(EntryQuery())


@pytest.fixture
def photo(harness: Harness) -> Path:
    harness.recogniser = Looking()
    folder = harness.folder / "pictures"
    folder.mkdir()
    photograph(EMBERIX, folder / "a.jpg")
    return folder / "a.jpg"


def as_card(harness: Harness, *paths: Path) -> None:
    for path in paths:
        harness.recogniser.script[path.name] = (ScriptedCard((EMBERIX,), photo=tiny_card()),)


def saved_anew(path: Path, name: str, quality: int, part: float = 1.0) -> Path:
    picture = Image.open(path)
    smaller = picture.resize((round(picture.width * part), round(picture.height * part)))
    smaller.save(path.with_name(name), quality=quality)
    return path.with_name(name)


def test_saved_anew_it_is_skipped_said_and_counted_on_request(
    harness: Harness, photo: Path
) -> None:
    window = harness.open_window()
    anew = saved_anew(photo, "from a chat.jpg", 60)
    small = saved_anew(photo, "small.jpg", 85, 0.5)
    as_card(harness, photo, anew, small)
    drop(window.scan_page.hero, [photo])
    harness.settle(window)
    assert copies(window) == 1

    drop(window.scan_page.hero, [anew, small])
    harness.settle(window)
    assert copies(window) == 1
    harness.wait(lambda: window.notice.label.text().startswith("2 pictures were scanned before"))
    assert len(window.work.scans.cards) == 1, "nothing of the skipped ones is left on the page"

    harness.qtbot.mouseClick(window.notice.button, Qt.MouseButton.LeftButton)
    harness.wait(lambda: copies(window) == 3)


def test_another_photograph_of_a_second_copy_counts(harness: Harness, photo: Path) -> None:
    window = harness.open_window()
    second = photo.with_name("second.jpg")
    photograph(EMBERIX, second, angle=1.0)
    as_card(harness, photo, second)
    for path in (photo, second):
        drop(window.scan_page.hero, [path])
        harness.settle(window)
    assert copies(window) == 2


def test_a_batch_skips_and_counts_them_too(harness: Harness, photo: Path) -> None:
    window = harness.open_window()
    folder = harness.folder / "batch"
    folder.mkdir()
    for number in range(14):
        face = np.full((90, 120, 3), 15 * number + 10, np.uint8)
        path = folder / f"{number:02}.png"
        Image.fromarray(face).save(path)
        as_card(harness, path)
    anew = saved_anew(photo, "a 2.jpg", 70)
    anew.rename(folder / anew.name)
    as_card(harness, photo, anew)
    drop(window.scan_page.hero, [photo])
    harness.settle(window)
    drop(window.scan_page.hero, [folder])
    harness.settle(window)
    assert copies(window) == 15
    harness.wait(lambda: window.notice.label.text().startswith("1 picture was scanned before"))
