"""A collection that can't be opened at all: what can be read is saved before there is a window."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from cardscanner_gui.app import _rescue
from cardscanner_gui.core.collection import EntryQuery
from cardscanner_gui.qt.window.application import offer_rescue
from cardscanner_gui.store import Collection, Database
from cardscanner_gui.store.errors import DamagedFileError
from tests.store.test_salvage import CARDS, filled, spoil


def press(words: str, shown: list[str]) -> None:
    """Press a button once a box with it is open, and note what the box says."""
    box = QApplication.activeModalWidget()
    buttons = box.buttons() if isinstance(box, QMessageBox) else ()
    for button in buttons:
        if words in button.text():
            shown.append(f"{box.text()} {box.informativeText()}")
            button.click()
            return
    QTimer.singleShot(20, partial(press, words, shown))


def test_what_can_be_read_is_saved_and_opens_again(qapp: QApplication, tmp_path: Path) -> None:
    path = filled(tmp_path / "collection.db")
    spoil(path, "_sqlite_migrations")
    with pytest.raises(DamagedFileError) as error:
        Database(path)
    shown: list[str] = []
    QTimer.singleShot(0, partial(press, "Save what can be read", shown))
    QTimer.singleShot(0, partial(press, "OK", shown))

    offer_rescue(str(error.value), partial(_rescue, path))

    assert "is damaged" in shown[0]
    assert f"{CARDS} entries of the collection" in shown[1]
    with closing(Database(path)) as database:
        assert Collection(database).count(EntryQuery()) == CARDS


def test_nothing_is_touched_without_a_word(qapp: QApplication, tmp_path: Path) -> None:
    path = filled(tmp_path / "collection.db")
    before = path.read_bytes()
    QTimer.singleShot(0, partial(press, "Close", []))
    offer_rescue("it is damaged", partial(_rescue, path))
    assert path.read_bytes() == before
