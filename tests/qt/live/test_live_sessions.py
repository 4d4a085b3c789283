"""What is kept of a live session when it is paused, closed, killed or ended."""

from __future__ import annotations

import csv

import pytest
from PySide6.QtCore import Qt

from cardscanner_gui.core.collection import Decision
from cardscanner_gui.core.sessions import SessionState
from cardscanner_gui.qt.style.marks import Mark
from tests.qt.cards import EMBERIX, TIDELING
from tests.qt.conftest import Harness
from tests.qt.live.live_table import LiveTable, make_table

pytestmark = pytest.mark.usefixtures("kept_catalogue")


def test_nothing_is_kept_of_a_discarded_session(table: LiveTable) -> None:
    table.start()
    table.lay_and_lift(EMBERIX)
    table.lay(TIDELING)
    table.window.scan_page.live_panel.session.discard_button.click()
    table.wait(lambda: table.window.work.live.session is None)
    table.harness.settle(table.window)
    assert table.kept() == []
    assert table.window.services.scans.pending_count() == 0
    assert all(c.mark is Mark.REJECTED for c in table.window.work.scans.cards)
    table.window.notice.button.click()  # Undo
    table.wait(lambda: table.cards == 2)


def test_pausing_reads_nothing_and_stopping_keeps_the_session(table: LiveTable) -> None:
    table.start()
    table.press(Qt.Key.Key_P)
    view = table.window.scan_page.hero.live
    table.wait(lambda: view.words == "Paused")
    table.camera.lay(EMBERIX)
    shown = view.shown
    table.wait(lambda: view.shown > shown + 20)
    assert table.cards == 0
    table.press(Qt.Key.Key_P)
    table.wait(lambda: table.cards == 1)

    table.window.commands.live.start.trigger()
    table.harness.settle(table.window)
    session = table.window.work.live.session
    assert session is not None
    assert session.state is SessionState.PAUSED
    row = table.window.scan_page.live_panel.session
    assert row.isVisible()
    assert "not in your collection yet" in row.line.text()
    opened = table.camera.opened
    row.go_on_button.click()
    table.wait(lambda: table.camera.opened > opened)
    table.lift()
    table.lay(TIDELING)
    again = table.window.work.live.session
    assert again is not None
    assert (again.id, again.cards) == (session.id, 2)


def test_a_killed_window_loses_nothing(harness: Harness) -> None:
    table = make_table(harness)
    table.start()
    table.lay_and_lift(EMBERIX)
    table.lay(TIDELING)
    # Another window on the same folder: all it has is what a killed one leaves on the disk.
    after = make_table(harness)
    after.wait(lambda: after.cards == 2)
    row = after.window.scan_page.live_panel.session
    assert row.isVisible()
    assert "2 cards" in row.line.text()
    row.end_button.click()
    after.wait(lambda: len(after.kept()) == 2)


def test_a_window_closed_while_scanning_leaves_an_unfinished_session(harness: Harness) -> None:
    table = make_table(harness)
    table.start()
    table.lay(EMBERIX)
    table.window.close()
    assert table.window.stopped_cleanly
    again = make_table(harness)
    again.wait(lambda: again.cards == 1)


def test_the_sessions_dialog_lists_exports_and_ends(table: LiveTable) -> None:
    from cardscanner_gui.qt.collection.export_dialog import ExportDialog
    from cardscanner_gui.qt.live.sessions_dialog import SessionsDialog

    table.start()
    table.lay_and_lift(EMBERIX)
    table.lay(TIDELING)
    table.press(
        Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    dialog = table.window.findChild(SessionsDialog)
    table.wait(lambda: dialog.table.rowCount() == 1)
    table.wait(lambda: dialog.cards.count() == 2)
    row = [dialog.table.item(0, column).text() for column in range(1, 6)]
    assert row == ["Desk camera", "2", "2", "0", "Unfinished"]
    assert dialog.cards.item(0).text() == "Tideling · VDN 058/193"

    dialog.export_button.click()
    export = table.window.findChild(ExportDialog)
    target = table.harness.folder / "session.csv"
    export.target.setText(str(target))
    export.start()
    table.wait(lambda: export.state.mark is Mark.IDENTIFIED)
    with target.open(encoding="utf-8-sig", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    assert names == ["Emberix", "Tideling"]
    export.close()

    dialog.end.click()
    table.wait(lambda: len(table.kept()) == 2)
    table.wait(lambda: dialog.table.item(0, 5).text() == "Kept")
    scans = table.window.services.sessions.scans(table.window.services.sessions.recent()[0].id)
    assert all(scan.decision is Decision.ACCEPTED for scan in scans)
    dialog.close()
