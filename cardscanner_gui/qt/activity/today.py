"""Four figures in plain words: cards today, time a card, how many were asked, space used."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from cardscanner_gui.core.words import amount, tr
from cardscanner_gui.qt.activity.words import NOTHING, megabytes, percent
from cardscanner_gui.qt.style.theme import SMALL_SIZE, STEP, TITLE_SIZE, scaled_font
from cardscanner_gui.recognition.figures import Figures
from cardscanner_gui.store.day import Day


class Tile(QFrame):
    """What it is, how much, and one line that says what that means."""

    def __init__(self, title: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setToolTip(tip)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._title = title
        name = QLabel(title)
        name.setProperty("role", "muted")
        self.figure = QLabel(NOTHING)
        self.figure.setFont(scaled_font(self.font(), TITLE_SIZE, bold=True))
        self.line = QLabel()
        self.line.setProperty("role", "muted")
        self.line.setFont(scaled_font(self.font(), SMALL_SIZE))
        self.line.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, 2 * STEP)
        layout.setSpacing(STEP // 2)
        layout.addWidget(name)
        layout.addWidget(self.figure)
        layout.addWidget(self.line)
        layout.addStretch()

    def show_figure(self, figure: str, line: str) -> None:
        """The figure and its line."""
        self.figure.setText(figure)
        self.line.setText(line)
        self.setAccessibleName(f"{self._title}: {figure}. {line}")


class Today:
    """The four, in the order in which they stand."""

    def __init__(self) -> None:
        self.cards = Tile(tr("Cards today"), tr("Cards that were scanned since midnight"))
        self.time = Tile(
            tr("Time a card"),
            tr("From opening the picture to the last answer, shared among its cards"),
        )
        self.asked = Tile(
            tr("Asked"),
            tr("How many of today's cards it wasn't sure of: it asks rather than guesses"),
        )
        self.space = Tile(
            tr("Space used"), tr("What everything in the data folder takes on the disk")
        )
        self.tiles = (self.cards, self.time, self.asked, self.space)
        self.show_day(Day())
        self.show_time(Figures(), Figures())
        self.show_space({})

    def show_day(self, day: Day) -> None:
        """Cards since midnight."""
        self.cards.show_figure(amount(day.cards), _became_words(day))
        asked = (
            tr("{asked:,} of {cards:,}", asked=day.asked, cards=day.cards) if day.cards else NOTHING
        )
        self.asked.show_figure(asked, _asked_words(day))

    def show_time(self, now: Figures, all_time: Figures) -> None:
        """The mean since the start; that of all time where nothing was scanned since."""
        if now.cards_a_minute:
            self.time.show_figure(
                _time_words(now.cards_a_minute), tr("since the program was started")
            )
        elif all_time.cards_a_minute:
            self.time.show_figure(_time_words(all_time.cards_a_minute), tr("over all time"))
        else:
            self.time.show_figure(NOTHING, tr("nothing was measured yet"))

    def show_space(self, used: Mapping[str, int]) -> None:
        """Bytes by kind, the largest first."""
        parts = [f"{tr(kind)} {megabytes(size)}" for kind, size in used.items() if size >= 500_000]
        total = megabytes(sum(used.values())) if used else NOTHING
        self.space.show_figure(total, ", ".join(parts))


def _time_words(cards_a_minute: float) -> str:
    seconds = 60 / cards_a_minute
    return amount(seconds, ".1f" if seconds < 10 else ".0f") + " s"


def _became_words(day: Day) -> str:
    if not day.cards:
        return tr("none yet")
    parts = [tr("{kept:,} in your collection", kept=day.kept)]
    if day.waiting:
        parts.append(tr("{waiting:,} waiting for you", waiting=day.waiting))
    rejected = day.cards - day.kept - day.waiting
    if rejected > 0:
        parts.append(tr("{rejected:,} rejected", rejected=rejected))
    return ", ".join(parts)


def _asked_words(day: Day) -> str:
    if not day.cards:
        return tr("it asks where it isn't sure")
    if not day.asked:
        return tr("it was sure of all of them")
    return tr("{percent} of today's cards", percent=percent(day.asked / day.cards))
