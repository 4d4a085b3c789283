"""What the collection is worth: in all, by set, by folder, and how that went."""

from __future__ import annotations

from typing import Any, NamedTuple

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QWidget

from cardscanner_gui.core.values import CARDMARKET, TCGPLAYER
from cardscanner_gui.core.words import amount, tr
from cardscanner_gui.qt.services import WindowServices
from cardscanner_gui.qt.store.async_store import AsyncStore
from cardscanner_gui.qt.store.chosen_settings import ChosenSettings
from cardscanner_gui.qt.store.value_updates import ValueUpdates
from cardscanner_gui.qt.style.dialog_body import (
    bold_label,
    fill_table,
    lay_out_dialog,
    muted_label,
    plain_table,
)
from cardscanner_gui.qt.style.fields import ChoiceField
from cardscanner_gui.qt.style.theme import STEP, TITLE_SIZE, scaled_font, theme_of
from cardscanner_gui.qt.style.words import VALUES_WORDS, count
from cardscanner_gui.settings import Settings
from cardscanner_gui.store.quotes import QuoteStore, Total, ValueDay

_MARKETS = {CARDMARKET: "Cardmarket", TCGPLAYER: "TCGplayer"}
_SIGNS = {"EUR": "€", "USD": "$"}
_SIZE = QSize(640, 640)
_PLOT_HEIGHT = 12 * STEP


class Worth(NamedTuple):
    """Everything that is shown, read at once."""

    whole: list[Total]
    groups: list[Total]
    history: list[ValueDay]
    copies: int


class ValuesDialog(QDialog):
    """Says what is sent where before anything is; shows what was answered."""

    def __init__(
        self,
        services: WindowServices,
        updates: ValueUpdates,
        store: AsyncStore,
        settings: ChosenSettings,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._quotes = QuoteStore(services.database)
        self._updates = updates
        self._store = store
        self._settings = settings
        self._open = True
        self.setWindowTitle(tr("Values"))
        self.switch = QCheckBox(tr("Show what cards are worth"))
        self.switch.setChecked(settings.current.values)
        self.market = _choice(tr("Marketplace"), _MARKETS)
        self.by = _choice(tr("Totals"), {"set": tr("By set"), "folder": tr("By folder")})
        self.total = QLabel()
        self.total.setFont(scaled_font(self.font(), TITLE_SIZE, bold=True))
        self.total.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.line = muted_label()
        self.table = plain_table(tr("Totals"), (tr("Set"), tr("Cards"), tr("Worth")))
        self.table.setMinimumHeight(16 * STEP)
        self.plot_line = muted_label()
        self._plot: Any = None
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.ask_button = self.buttons.addButton(
            tr("Ask for prices now"), QDialogButtonBox.ButtonRole.ActionRole
        )
        self._lay_out()
        self.switch.toggled.connect(self._switched)
        self.market.activated.connect(self.reload)
        self.by.activated.connect(self.reload)
        self.ask_button.clicked.connect(self._ask)
        self.buttons.rejected.connect(self.reject)
        updates.progress.connect(self._show_progress)
        updates.updated.connect(self.reload)
        updates.failed.connect(self._show_failure)
        settings.changed.connect(self._chosen)
        self._chosen(settings.current)
        self.reload()

    def _lay_out(self) -> None:
        layout = lay_out_dialog(self, tr("Values"), self.buttons, _SIZE)
        layout.addWidget(self.switch)
        layout.addWidget(muted_label(tr(VALUES_WORDS)))
        choices = QHBoxLayout()
        choices.setSpacing(2 * STEP)
        choices.addWidget(self.market, 1)
        choices.addWidget(self.by, 1)
        layout.addLayout(choices)
        layout.addSpacing(STEP)
        layout.addWidget(self.total)
        layout.addWidget(self.line)
        layout.addWidget(self.table, 2)
        layout.addWidget(bold_label(tr("Over time")))
        self._plot_place = QHBoxLayout()
        layout.addLayout(self._plot_place)
        layout.addWidget(self.plot_line)

    def reload(self) -> None:
        """Read what is known; touches no network."""
        source, by = str(self.market.currentData()), str(self.by.currentData())
        quotes = self._quotes

        def read() -> Worth:
            return Worth(
                quotes.totals(source),
                quotes.totals(source, by),
                quotes.history(source),
                quotes.copies(),
            )

        self._store.read(read, self._show)

    def done(self, result: int) -> None:
        """Close; what is still being read comes too late."""
        self._open = False
        super().done(result)

    def _show(self, worth: Worth) -> None:
        if not self._open:
            return
        whole = next(iter(worth.whole), None)
        if whole is None:
            self.total.setText(tr("No price is known yet"))
            self.line.setText("")
        else:
            self.total.setText(money(whole.amount, whole.currency))
            self.line.setText(
                tr(
                    "{copies:,} of {cards} have a price at {currenttext}; the oldest is "
                    "of {day}. Stamped and graded cards are left out: the price of the "
                    "plain card isn't theirs.",
                    copies=whole.copies,
                    cards=count(worth.copies, "card"),
                    currenttext=self.market.currentText(),
                    day=whole.day,
                )
            )
        heading = tr("Set") if self.by.currentData() == "set" else tr("Folder")
        self.table.setHorizontalHeaderLabels([heading, tr("Cards"), tr("Worth")])
        rows = [
            (one.group or tr("In no folder"), amount(one.copies), money(one.amount, one.currency))
            for one in worth.groups
        ]
        fill_table(self.table, rows)
        self._show_history(worth.history)

    def _show_history(self, history: list[ValueDay]) -> None:
        if len(history) < 2:
            self.plot_line.setText(tr("The curve begins with the second day on which prices came."))
            return
        first, last = history[0], history[-1]
        self.plot_line.setText(
            f"{first.day}: {money(first.total, first.currency)} – "
            f"{last.day}: {money(last.total, last.currency)}"
        )
        self._draw([one.total for one in history])

    def _draw(self, totals: list[float]) -> None:
        import pyqtgraph

        if self._plot is None:
            view = pyqtgraph.GraphicsView(background=None)
            view.setFixedHeight(_PLOT_HEIGHT)
            view.setStyleSheet("background: transparent;")
            view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            view.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            view.setAccessibleName(tr("What the collection was worth, day by day"))
            box = pyqtgraph.ViewBox(enableMenu=False, enableMouse=False, defaultPadding=0.02)
            view.setCentralItem(box)
            self._plot = pyqtgraph.PlotCurveItem(antialias=True)
            box.addItem(self._plot)
            self._plot_place.addWidget(view)
            self._box = box
        colour = QColor(theme_of(self.palette()).accent)
        self._plot.setPen(pyqtgraph.mkPen(colour, width=2))
        self._plot.setData(list(range(len(totals))), totals)
        self._box.setYRange(0, max(totals) * 1.15, padding=0)

    def _switched(self, on: bool) -> None:
        if on != self._settings.current.values:
            self._settings.change(values=on)

    def _chosen(self, settings: Settings) -> None:
        self.switch.setChecked(settings.values)
        self.ask_button.setEnabled(self._updates.allowed)
        if settings.values and settings.offline:
            self.plot_line.setText(
                tr("Nothing is asked for while the settings say to stay offline.")
            )

    def _ask(self) -> None:
        self._updates.ask()

    def _show_progress(self, cards: int) -> None:
        if self._open:
            self.line.setText(tr("Asking for prices: {cards} so far…", cards=count(cards, "card")))

    def _show_failure(self, message: str) -> None:
        if self._open:
            self.line.setText(message)


def money(amount: float, currency: str) -> str:
    """`€1,234.50`; the code where the currency has no sign here."""
    sign = _SIGNS.get(currency, f"{currency} ")
    return f"{sign}{amount:,.2f}"


def _choice(name: str, words: dict[str, str]) -> ChoiceField:
    field = ChoiceField()
    field.setAccessibleName(name)
    for key, word in words.items():
        field.addItem(word, key)
    return field
