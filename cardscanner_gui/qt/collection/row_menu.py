"""What a right click on lines of the collection offers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QInputDialog, QMenu, QWidget

from cardscanner_gui.core.collection import Entry
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.style.words import CONDITIONS, LANGUAGE_NAMES, one_line

_MOST_TAGS = 20


class EditsSelected(Protocol):
    """What acts on the selected lines: the collection's page."""

    def details(self) -> None: ...
    def other_match(self) -> None: ...
    def count_more(self, by: int) -> None: ...
    def edit_selected(self, field: str, value: object) -> None: ...
    def tag(self, *, add: Sequence[str] = (), drop: Sequence[str] = ()) -> None: ...
    def export(self) -> None: ...
    def delete(self) -> None: ...
    def window(self) -> QWidget: ...


def row_menu(page: EditsSelected, entries: Sequence[Entry]) -> QMenu:
    """The menu for the selected entries, as far as they are here; it deletes itself."""
    menu = QMenu(page.window())
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    one = entries[0] if len(entries) == 1 else None
    details = menu.addAction(tr("Details…"))
    details.setEnabled(one is not None)
    details.triggered.connect(lambda: page.details())
    match = menu.addAction(tr("Other match…"))
    match.setEnabled(one is not None)
    match.triggered.connect(lambda: page.other_match())
    menu.addSeparator()
    menu.addAction(tr("One copy more each")).triggered.connect(lambda: page.count_more(1))
    menu.addAction(tr("One copy less each")).triggered.connect(lambda: page.count_more(-1))
    _choices(menu.addMenu(tr("Condition")), CONDITIONS, partial(page.edit_selected, "condition"))
    _choices(menu.addMenu(tr("Language")), LANGUAGE_NAMES, partial(page.edit_selected, "language"))
    _tags(menu.addMenu(tr("Tags")), page, entries)
    folder = menu.addAction(tr("Put into folder…"))
    folder.triggered.connect(partial(_ask, page, tr("Folder or binder:"), _put_into(page)))
    menu.addSeparator()
    copy = menu.addAction(tr("Copy as text"))
    copy.setEnabled(bool(entries))
    copy.triggered.connect(lambda: _copy(entries))
    menu.addAction(tr("Export…")).triggered.connect(lambda: page.export())
    menu.addSeparator()
    menu.addAction(tr("Delete")).triggered.connect(lambda: page.delete())
    return menu


def _choices(menu: QMenu, words: Mapping[str, str], choose: Callable[[str], object]) -> None:
    for key, word in words.items():
        menu.addAction(word).triggered.connect(lambda _checked=False, k=key: choose(k))


def _tags(menu: QMenu, page: EditsSelected, entries: Sequence[Entry]) -> None:
    menu.addAction(tr("Add a tag…")).triggered.connect(
        partial(_ask, page, tr("Tag:"), lambda text: page.tag(add=[text.strip()]))
    )
    present = list(dict.fromkeys(tag for entry in entries for tag in entry.tags))[:_MOST_TAGS]
    if present:
        menu.addSeparator()
    for tag in present:
        action = menu.addAction(tr("Take off “{tag}”", tag=tag).replace("&", "&&"))
        action.triggered.connect(lambda _checked=False, t=tag: page.tag(drop=[t]))


def _put_into(page: EditsSelected) -> Callable[[str], object]:
    return lambda text: page.edit_selected("folder", text.strip())


def _ask(
    page: EditsSelected, label: str, then: Callable[[str], object], _checked: bool = False
) -> None:
    dialog = QInputDialog(page.window())
    dialog.setWindowTitle("Cardscanner")
    dialog.setLabelText(label)
    dialog.textValueSelected.connect(lambda text: then(text) if text.strip() else None)
    dialog.open()


def _copy(entries: Sequence[Entry]) -> None:
    lines = [f"{entry.quantity} {one_line(entry.printing)}" for entry in entries]
    QApplication.clipboard().setText("\n".join(lines))
