"""The line at the top of a page: what doesn't fit gives way instead of being cut."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget


class HeaderLine(QWidget):
    """Widgets beside each other, each as wide as its text asks for.

    Words in other languages are longer, and at 200 % a window is narrow. Then those that were said
    to give way are left out, the last said first: such as the page's title, which the rail shows
    too, or a button that a menu has too.
    """

    def __init__(self, spacing: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(spacing)
        self._places: dict[QWidget, QWidget] = {}

    def add(self, widget: QWidget, stretch: int = 0, *, gives_way: bool = False) -> None:
        """Put it at the end of the line; whoever owns it may still hide and show it."""
        self._layout.addWidget(self._place_of(widget) if gives_way else widget, stretch)

    def put_first(self, title: QWidget) -> None:
        """Begin the line with the page's title, which gives way before all else."""
        self._layout.insertWidget(0, self._place_of(title))

    def _place_of(self, widget: QWidget) -> QWidget:
        """Around a widget that gives way: its owner shows and hides the one, the line the other."""
        place = self._places[widget] = QWidget()
        within = QHBoxLayout(place)
        within.setContentsMargins(0, 0, 0, 0)
        within.addWidget(widget)
        return place

    def add_stretch(self) -> None:
        """What is left of the line's width goes here."""
        self._layout.addStretch()

    def minimumSizeHint(self) -> QSize:
        """As narrow as one likes: something gives way."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._make_room()
        return super().event(event)

    def _make_room(self) -> None:
        width = self.width()
        places = [place for widget, place in self._places.items() if not widget.isHidden()]
        for widget, place in self._places.items():
            if widget.isHidden():
                place.hide()
        needed = self._needed()
        needed += sum(self._width_of(place) for place in places if place.isHidden())
        for place in reversed(places):
            if needed <= width:
                break
            needed -= self._width_of(place)
            place.hide()
            places.remove(place)
        for place in places:
            place.show()

    def _width_of(self, place: QWidget) -> int:
        return place.sizeHint().width() + self._layout.spacing()

    def _needed(self) -> int:
        """Width of all that is shown, each at its least."""
        items = (self._layout.itemAt(n) for n in range(self._layout.count()))
        found = (item.widget() for item in items if item is not None)
        shown = [one for one in found if one is not None and not one.isHidden()]
        fixed = sum(max(one.minimumWidth(), self._least(one)) for one in shown)
        return fixed + self._layout.spacing() * max(0, len(shown) - 1)

    def _least(self, widget: QWidget) -> int:
        place = widget in self._places.values()
        return (widget.sizeHint() if place else widget.minimumSizeHint()).width()
