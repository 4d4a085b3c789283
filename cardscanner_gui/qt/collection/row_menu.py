"""What a right click on lines of the collection offers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QInputDialog, QMenu

from cardscanner_gui.core.collection import Entry
from cardscanner_gui.qt.style.words import CONDITIONS, LANGUAGE_NAMES, one_line

if TYPE_CHECKING:
    from cardscanner_gui.qt.collection.page import CollectionPage

_MOST_TAGS = 20


def row_menu(page: CollectionPage, entries: Sequence[Entry]) -> QMenu:
    """The menu for the selected entries, as far as they are here; it deletes itself."""
    menu = QMenu(page)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    one = entries[0] if len(entries) == 1 else None
    details = menu.addAction("Details…")
    details.setEnabled(one is not None)
    details.triggered.connect(lambda: page.details())
    match = menu.addAction("Other match…")
    match.setEnabled(one is not None)
    match.triggered.connect(lambda: page.other_match())
    menu.addSeparator()
    menu.addAction("One copy more each").triggered.connect(lambda: page.count_more(1))
    menu.addAction("One copy less each").triggered.connect(lambda: page.count_more(-1))
    _choices(menu.addMenu("Condition"), CONDITIONS, partial(page.edit_selected, "condition"))
    _choices(menu.addMenu("Language"), LANGUAGE_NAMES, partial(page.edit_selected, "language"))
    _tags(menu.addMenu("Tags"), page, entries)
    folder = menu.addAction("Put into folder…")
    folder.triggered.connect(partial(_ask, page, "Folder or binder:", _put_into(page)))
    menu.addSeparator()
    copy = menu.addAction("Copy as text")
    copy.setEnabled(bool(entries))
    copy.triggered.connect(lambda: _copy(entries))
    menu.addAction("Export…").triggered.connect(lambda: page.export())
    menu.addSeparator()
    menu.addAction("Delete").triggered.connect(lambda: page.delete())
    return menu


def _choices(menu: QMenu, words: dict[str, str], choose: Callable[[str], object]) -> None:
    for key, word in words.items():
        menu.addAction(word).triggered.connect(lambda _checked=False, k=key: choose(k))


def _tags(menu: QMenu, page: CollectionPage, entries: Sequence[Entry]) -> None:
    menu.addAction("Add a tag…").triggered.connect(
        partial(_ask, page, "Tag:", lambda text: page.tag(add=[text.strip()]))
    )
    present = list(dict.fromkeys(tag for entry in entries for tag in entry.tags))[:_MOST_TAGS]
    if present:
        menu.addSeparator()
    for tag in present:
        action = menu.addAction(f"Take off “{tag}”".replace("&", "&&"))
        action.triggered.connect(lambda _checked=False, t=tag: page.tag(drop=[t]))


def _put_into(page: CollectionPage) -> Callable[[str], object]:
    return lambda text: page.edit_selected("folder", text.strip())


def _ask(
    page: CollectionPage, label: str, then: Callable[[str], object], _checked: bool = False
) -> None:
    dialog = QInputDialog(page.window())
    dialog.setWindowTitle("Cardscanner")
    dialog.setLabelText(label)
    dialog.textValueSelected.connect(lambda text: then(text) if text.strip() else None)
    dialog.open()


def _copy(entries: Sequence[Entry]) -> None:
    lines = [f"{entry.quantity} {one_line(entry.printing)}" for entry in entries]
    QApplication.clipboard().setText("\n".join(lines))
