"""A new user is told once what they should know, and nothing waits for it."""

from __future__ import annotations

from cardscanner_gui.core.types import Status
from cardscanner_gui.qt.frame.pages import Page
from cardscanner_gui.qt.window.main_window import MainWindow
from cardscanner_gui.qt.window.welcome_dialog import WelcomeDialog
from cardscanner_gui.settings import load_settings
from tests.qt.cards import EMBERIX
from tests.qt.conftest import Harness
from tests.qt.scripted_recogniser import ScriptedCard, tiny_card


def shown(window: MainWindow) -> list[WelcomeDialog]:
    return [dialog for dialog in window.findChildren(WelcomeDialog) if dialog.isVisible()]


def test_it_comes_once_and_the_catalogue_is_said_when_it_is_there(harness: Harness) -> None:
    window = harness.open_window(settled=False, welcome=True)
    harness.wait(lambda: shown(window))
    (dialog,) = shown(window)
    assert not dialog.isModal()
    harness.wait(lambda: dialog.catalogue.text().startswith("7 printings"))
    dialog.reject()
    harness.settle(window)
    window.close()

    assert load_settings(harness.folder / "settings.json").welcomed
    again = harness.open_window(welcome=True)
    assert not shown(again)
    again.commands.welcome.trigger()
    assert shown(again)


def test_the_samples_are_scanned_with_one_click(harness: Harness) -> None:
    for number in (1, 2, 3):
        card = ScriptedCard((EMBERIX,), Status.UNSURE, "little was read", photo=tiny_card())
        harness.recogniser.script[f"sample-{number}.jpg"] = (card,)
    window = harness.open_window(welcome=True)
    harness.wait(lambda: shown(window))
    (dialog,) = shown(window)

    dialog.samples.click()

    harness.settle(window)
    assert window.pages.current is Page.SCAN
    harness.wait(lambda: window.pages.count(Page.REVIEW) == 3)
    assert not shown(window)
