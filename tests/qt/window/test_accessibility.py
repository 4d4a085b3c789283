"""Every page can be heard, read and worked by keyboard: names, roles, focus, contrast, changes."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QWidget,
)

from cardscanner_gui.qt.frame.pages import Page
from cardscanner_gui.qt.style import announcing
from cardscanner_gui.qt.style.marks import Mark
from cardscanner_gui.qt.window.main_window import MainWindow
from tests.qt.conftest import Harness
from tests.qt.window.test_small_windows import lived_in

pytestmark = pytest.mark.usefixtures("kept_catalogue")

CONTROLS = (QAbstractButton, QComboBox, QLineEdit, QAbstractItemView, QAbstractSpinBox)
NO_ROLE = (QAccessible.Role.NoRole, QAccessible.Role.Client)


def controls(page: QWidget) -> list[QWidget]:
    """What can be pressed, chosen or typed into, and is shown."""
    found = [one for kind in CONTROLS for one in page.findChildren(kind)]
    inner = (QComboBox, QAbstractSpinBox)
    found = [one for one in found if not isinstance(one, QHeaderView)]  # a part of its table
    return [one for one in found if one.isVisible() and not isinstance(one.parent(), inner)]


def by_arrows(widget: QWidget, seen: set[QWidget]) -> bool:
    """Of several of which one is chosen, Tab reaches one and the arrows the others."""
    if not isinstance(widget, QAbstractButton) or not widget.isCheckable():
        return False
    group = widget.group()
    alike = group.buttons() if group is not None else widget.parentWidget().children()
    return any(one in seen and type(one) is type(widget) for one in alike)


def spoken(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) if interface is not None else ""


def luminance(pixels: np.ndarray) -> np.ndarray:
    channels = pixels.astype(float) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def contrast(window: QWidget, widget: QWidget) -> float:
    """Of the text as it is painted: its strongest pixel against the commonest one."""
    image = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    ratio = image.devicePixelRatio()
    place = widget.mapTo(window, QPoint(0, 0))
    shape = (image.height(), image.bytesPerLine())
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(shape)[:, : image.width() * 3]
    pixels = pixels.reshape(image.height(), image.width(), 3)
    left, top = max(0, round(place.x() * ratio)), max(0, round(place.y() * ratio))
    part = pixels[
        top : round(top + widget.height() * ratio), left : round(left + widget.width() * ratio)
    ].reshape(-1, 3)
    colours, counts = np.unique(part, axis=0, return_counts=True)
    light = luminance(colours)
    ground = light[counts.argmax()]
    high, low = np.maximum(light, ground), np.minimum(light, ground)
    return float(((high + 0.05) / (low + 0.05)).max())


def pages(harness: Harness, window: MainWindow) -> list[tuple[Page, QWidget]]:
    shown = []
    for page in Page:
        window.show_page(page)
        harness.settle(window)
        shown.append((page, window.pages.stack.currentWidget()))
    return shown


def test_every_control_has_a_name_and_a_role(harness: Harness) -> None:
    window = lived_in(harness)
    nameless, roleless = [], []
    for page in Page:
        window.show_page(page)
        harness.settle(window)
        for control in controls(window):
            interface = QAccessible.queryAccessibleInterface(control)
            if not spoken(control):
                nameless.append(f"{page.name}: {control.metaObject().className()}")
            if interface is None or interface.role() in NO_ROLE:
                roleless.append(f"{page.name}: {control.metaObject().className()}")
    assert nameless == []
    assert roleless == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(harness: Harness, theme: str) -> None:
    window = lived_in(harness)
    window.commands.themes[theme].trigger()
    window.resize(1280, 680)
    faint = []
    for page in Page:
        window.show_page(page)
        harness.settle(window)
        harness.qtbot.wait(80)
        shown = window.pages.stack.currentWidget()
        for widget in shown.findChildren(QWidget):
            if not isinstance(widget, QLabel | QAbstractButton) or not widget.isEnabled():
                continue
            text = widget.text().strip()
            if widget.visibleRegion().isEmpty() or not any(map(str.isalpha, text)):
                continue
            ratio = contrast(window, widget)
            if ratio < 4.5:
                faint.append(f"{page.name}: {text[:40]!r} {ratio:.1f}")
    assert faint == []


def test_tab_reaches_every_control_and_no_page_holds_it(harness: Harness) -> None:
    window = lived_in(harness)
    window.resize(1280, 680)
    for page in Page:
        window.show_page(page)
        harness.settle(window)
        shown = window.pages.stack.currentWidget()
        wanted = {
            one
            for one in controls(shown)
            if one.isEnabled() and one.focusPolicy() & Qt.FocusPolicy.TabFocus
        }
        first = wanted and next(iter(wanted))
        if not first:
            continue
        first.setFocus(Qt.FocusReason.TabFocusReason)
        seen: set[QWidget] = set()
        for _ in range(400):
            focus = QApplication.focusWidget()
            if focus in seen and focus is first:
                break
            if focus is not None:
                seen.add(focus)
            harness.qtbot.keyClick(focus or window, Qt.Key.Key_Tab)
        missed = [
            one.metaObject().className() + ": " + spoken(one)
            for one in wanted - seen
            if not by_arrows(one, seen)
        ]
        assert missed == [], page
        assert any(not shown.isAncestorOf(one) for one in seen), f"{page} holds the focus"


def test_changes_are_announced(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    monkeypatch.setattr(announcing.QAccessible, "isActive", lambda: True)
    monkeypatch.setattr(
        announcing.QAccessible, "updateAccessibility", lambda event: heard.append(event.message())
    )
    window = lived_in(harness)

    window.notice.tell_failure("a.jpg: the file is empty")

    assert "Reader ready" in heard
    assert "a.jpg: the file is empty" in heard
    assert any(one.endswith((Mark.IDENTIFIED.value, Mark.UNSURE.value)) for one in heard)
    assert len(heard) == len(set(heard)), "nothing is said twice"
