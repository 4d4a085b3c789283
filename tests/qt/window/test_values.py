"""Values in the window: nobody is asked before the switch is on, nor after it is off."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from cardscanner_gui.core.collection import Entry
from cardscanner_gui.qt.collection.values_dialog import ValuesDialog
from cardscanner_gui.settings import Settings
from tests.qt.cards import EMBERIX
from tests.qt.conftest import Harness
from tests.valuing.test_values import ANSWER, Server, server

__all__ = ["server"]


def test_off_until_switched_on(harness: Harness, server: Server) -> None:
    server.say(EMBERIX.id, ANSWER)
    settings = Settings(values_server=server.address, backups=False)
    window = harness.open_window(settings=settings)
    window.services.collection.add(Entry(EMBERIX, quantity=2))
    window.commands.values.trigger()
    dialog = window.findChild(ValuesDialog)
    harness.settle(window)
    harness.qtbot.wait(200)
    assert server.asked == []
    assert not dialog.switch.isChecked()
    assert not dialog.ask_button.isEnabled()
    assert dialog.total.text() == "No price is known yet"

    dialog.switch.setFocus()
    harness.qtbot.keyClick(dialog.switch, Qt.Key.Key_Space)
    harness.wait(lambda: dialog.total.text().startswith("€"), 20)
    assert server.asked == [f"/v2/en/cards/{EMBERIX.id}"]
    assert "2 of 2 cards have a price at Cardmarket" in dialog.line.text()
    assert dialog.table.item(0, 0).text() == EMBERIX.set_name


@pytest.mark.parametrize("settings", [Settings(), Settings(values=True, offline=True)])
def test_no_contact_unless_switched_on(
    harness: Harness, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import socket

    asked: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda _, address: asked.append(address))
    window = harness.open_window(settings=settings)
    window.services.collection.add(Entry(EMBERIX))
    window.work.values.ask()
    harness.settle(window)
    harness.qtbot.wait(200)
    assert asked == []
