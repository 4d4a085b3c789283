"""Names of every language have room wherever they stand."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from cardscanner_gui.qt.style.elided_label import ElidedLabel
from cardscanner_gui.qt.style.text_height import text_height


@pytest.mark.parametrize("name", ["Ångström", "リザードンex", "噴火龍", "Élekid"])
def test_a_name_is_as_high_as_its_font_needs(qtbot: QtBot, name: str) -> None:
    plain, elided = QLabel(name), ElidedLabel(name)
    qtbot.addWidget(plain)
    qtbot.addWidget(elided)
    assert elided.sizeHint().height() >= plain.sizeHint().height()


def test_an_ellipsis_alone_is_not_shown(qtbot: QtBot) -> None:
    label = ElidedLabel("5 of 40 sets")
    qtbot.addWidget(label)
    seen = {}
    for width in (8, 14, 40, 400):
        label.resize(width, 20)
        seen[width] = label.shown_text()
    assert seen[8] == seen[14] == ""
    assert seen[40].endswith("…")
    assert seen[400] == "5 of 40 sets"


def test_lines_have_room_each(qtbot: QtBot) -> None:
    label = QLabel("確認\n確認\n確認")
    qtbot.addWidget(label)
    assert text_height(label.fontMetrics(), 3) >= label.sizeHint().height()
