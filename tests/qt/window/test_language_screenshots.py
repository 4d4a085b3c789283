"""Pictures of the window in its other languages, for the guide."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cardscanner_gui.core import words
from cardscanner_gui.languages import use_language
from cardscanner_gui.qt.frame.pages import Page
from tests.qt.conftest import Harness, drop
from tests.qt.window.test_screenshots import SIZE, photographs, shoot

pytestmark = pytest.mark.usefixtures("kept_catalogue")


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    words.use(words.English())


@pytest.mark.parametrize(("code", "table"), [("de", "Tabelle"), ("fr", "Tableau"), ("ja", "表")])
def test_screenshots_of_a_language(harness: Harness, code: str, table: str) -> None:
    use_language(code)
    window = harness.open_window()
    assert window.collection_page.views.table_button.text() == table
    window.resize(*SIZE)
    drop(window.scan_page.hero, photographs(harness))
    harness.wait(lambda: len(window.work.scans.cards) == 5)
    harness.settle(window)
    for page in (Page.SCAN, Page.REVIEW, Page.COLLECTION):
        window.show_page(page)
        harness.settle(window)
        harness.qtbot.wait(100)
        for theme in ("light", "dark"):
            window.commands.themes[theme].trigger()
            shoot(harness, window, f"language-{code}-{page.name.lower()}-{theme}")
