"""Opening pictures begins in the folder of the last time, also at the next start."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QFileDialog

from tests.qt.conftest import Harness

pytestmark = pytest.mark.usefixtures("kept_catalogue")


def test_the_dialog_begins_where_the_user_was_last(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = harness.picture("a.jpg")
    begun: list[str] = []

    def chosen(parent, title, folder, patterns):
        begun.append(folder)
        return [str(picture)], patterns

    monkeypatch.setattr(QFileDialog, "getOpenFileNames", chosen)
    window = harness.open_window()
    window.scan_page.open_pictures()
    harness.settle(window)
    window.close()
    again = harness.open_window()
    again.scan_page.open_pictures()
    harness.settle(again)
    assert begun == ["", str(picture.parent)]
