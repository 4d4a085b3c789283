"""What a new user should know, once: beside the window, which can be used at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cardscanner_gui.core.words import mark, tr
from cardscanner_gui.qt.services import CatalogueFacts
from cardscanner_gui.qt.style.dialog_body import bold_label, lay_out_dialog, muted_label

_SIZE = QSize(600, 600)
_NO_CATALOGUE = mark(
    "Not here yet. It is fetched once from TCGdex, about 10 MB, in the "
    "background; the line at the bottom of the window says how far it "
    "is. Cards are read meanwhile, and named when it is there."
)
_REDUCED = mark(
    "The reduced one, from a package registry: English printings up to "
    "March 2025. Where TCGdex can be reached, Catalogue → Update gets "
    "the full one."
)


class WelcomeDialog(QDialog):
    """Says what stays on this machine, and offers the first card.

    Args:
        samples: pictures that were drawn for trying.
        facts: of the catalogue; None while there is none.
        games: titles of those whose cards are named.
    """

    try_samples = Signal(list)
    show_models = Signal()
    show_guide = Signal()
    scan_live = Signal()

    def __init__(
        self,
        samples: Sequence[Path],
        facts: CatalogueFacts | None,
        games: Sequence[str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Welcome"))
        self._samples = [str(path) for path in samples]
        self.samples = QPushButton(tr("Try {samples} sample cards", samples=len(samples)))
        self.samples.setEnabled(bool(samples))
        self.live = QPushButton(tr("Scan live"))
        self.models = QPushButton(tr("Reading models…"))
        self.guide = QPushButton(tr("Open the guide"))
        self.catalogue = QLabel()
        self.catalogue.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        body = lay_out_dialog(self, tr("Welcome to Cardscanner"), buttons, _SIZE)
        _say(
            body,
            tr("What it does"),
            tr(
                "Drop photos of your cards on the window, or lay them under a "
                "camera. It names the exact printing of each and puts it into your "
                "collection. What it isn't sure of waits in Review: it asks rather "
                "than guesses."
            ),
            (self.samples, self.live, self.guide),
        )
        body.addWidget(
            muted_label(
                tr(
                    "The samples were drawn by us. They go into your collection like any "
                    "card; Undo (Ctrl+Z) takes them out again."
                )
            )
        )
        _say(
            body,
            tr("What stays on this machine"),
            tr(
                "Everything: pictures, collection, what was read. No account, "
                "nothing is sent. Only the catalogue is fetched by itself (Settings "
                "→ Stay offline leaves it out); pictures of printings, models and "
                "prices only when you ask for them."
            ),
        )
        body.addWidget(bold_label(tr("Games and catalogue")))
        body.addWidget(QLabel(", ".join(games)))
        body.addWidget(self.catalogue)
        _say(
            body,
            tr("Camera"),
            tr(
                "Any webcam will do. Lay the card flat, in even light, without a "
                "lamp's reflection on it. Your system may ask once whether the "
                "camera may be used."
            ),
        )
        _say(
            body,
            tr("A second reader, if you like"),
            tr(
                "A model of 0.3 to 0.6 GB can read what the quick reader isn't sure "
                "of. It costs some seconds a card; everything works without it."
            ),
            (self.models,),
        )
        body.addStretch()
        self.samples.clicked.connect(self._try)
        self.live.clicked.connect(self._start_live)
        self.models.clicked.connect(self.show_models)
        self.guide.clicked.connect(self.show_guide)
        self.show_catalogue(facts)

    def show_catalogue(self, facts: CatalogueFacts | None) -> None:
        """Say which catalogue is there, now that it is."""
        if facts is None:
            self.catalogue.setText(tr(_NO_CATALOGUE))
            return
        known = tr(
            "{printings:,} printings, from {source}.",
            printings=facts.printings,
            source=facts.source,
        )
        self.catalogue.setText(f"{known} {tr(_REDUCED)}" if facts.reduced else known)

    def _try(self) -> None:
        self.try_samples.emit(self._samples)
        self.accept()

    def _start_live(self) -> None:
        self.scan_live.emit()
        self.accept()


def _say(body: QVBoxLayout, heading: str, words: str, buttons: Sequence[QPushButton] = ()) -> None:
    body.addWidget(bold_label(heading))
    label = QLabel(words)
    label.setWordWrap(True)
    body.addWidget(label)
    if buttons:
        row = QHBoxLayout()
        for button in buttons:
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch()
        body.addLayout(row)
