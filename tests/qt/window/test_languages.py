"""In every language, and in one whose words are 40 % longer, no page cuts its texts."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QLabel, QMenu, QWidget

from cardscanner_gui.core import words
from cardscanner_gui.languages import use_language
from cardscanner_gui.qt.frame.pages import Page
from cardscanner_gui.qt.window.main_window import MainWindow
from tests.qt.conftest import Harness
from tests.qt.window.test_small_windows import CHOSEN, SIZES, cut, lived_in, out_of_reach

pytestmark = pytest.mark.usefixtures("kept_catalogue")

MARK = "·"
LONGER = "pseudo"


class Pseudo:
    """Every text is 40 % longer and ends with a mark, so that what isn't translated stands out."""

    code = "pseudo"

    def text(self, source: str) -> str:
        wanted = math.ceil(0.4 * len(re.sub(r"\{[^}]*\}", "", source)))
        return source + ("x" * wanted if " " not in source.strip() else " xxx" * (wanted // 4))

    def plural(self, one: str, many: str, number: int) -> str:
        return self.text(one if number == 1 else many)

    def sources(self) -> Iterable[str]:
        return ()


class Marked(Pseudo):
    """Every text begins with a mark: what has none can't be translated."""

    def text(self, source: str) -> str:
        return MARK + source


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    words.use(words.English())


def speak(code: str) -> None:
    if code == LONGER:
        words.use(Pseudo())
    else:
        use_language(code)


def each_view(harness: Harness, window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """Every page, and where its two halves are tabs, both."""
    for page in Page:
        window.show_page(page)
        harness.settle(window)
        harness.qtbot.wait(60)
        shown = window.pages.stack.currentWidget()
        yield page.name, shown
        panes = getattr(shown, "panes", None)
        if panes is not None and panes.narrow:
            for tab in ("main_tab", "panel_tab"):
                harness.qtbot.mouseClick(getattr(panes, tab), Qt.MouseButton.LeftButton)
                harness.qtbot.wait(30)
                yield f"{page.name} {tab}", shown


@pytest.mark.parametrize("code", ["de", "fr", "ja", LONGER])
def test_no_page_cuts_a_text(harness: Harness, code: str) -> None:
    speak(code)
    window = lived_in(harness)
    problems = []
    for name, size in SIZES.items():
        window.resize(*size)
        for view, page in each_view(harness, window):
            problems += [f"{name} {view}: {one}" for one in cut(page)]
            problems += [f"{name} {view}: out of reach: {one}" for one in out_of_reach(page)]
        assert (window.width(), window.height()) == size
        problems += [f"{name} status: {one}" for one in cut(window.status)]
    if code == LONGER:  # a drop-down shortens what no language is as long as, and shows that
        problems = [one for one in problems if CHOSEN not in one]
    assert problems == []


def test_no_text_of_the_window_is_left_in_english(harness: Harness) -> None:
    words.use(Marked())
    window = lived_in(harness)
    known = re.compile(
        r"[\d\W_]*|[A-Z]|scripted|.*(Sproutle|Emberix|Tideling|Cardscanner|Invented|\.jpg).*"
        r"|[A-Z]\. [A-Z]\w+"  # a card's artist
    )
    left = set()
    for view, page in each_view(harness, window):
        for widget in page.findChildren(QWidget):
            if widget.isVisible() and isinstance(widget, QLabel | QAbstractButton):
                for text in (widget.text(), widget.toolTip(), widget.accessibleName()):
                    bare = re.sub("<[^>]*>|&nbsp;", "", text)
                    if MARK not in bare and not known.fullmatch(bare.replace("\n", " ")):
                        left.add(f"{view}: {bare}")
    for menu in window.findChildren(QMenu):
        left |= {f"menu: {one.text()}" for one in menu.actions() if _is_left(one)}
    assert sorted(left) == []


def _is_left(action: QAction) -> bool:
    return bool(re.search("[A-Za-z]", action.text())) and MARK not in action.text()
