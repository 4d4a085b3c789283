"""Fetching the pictures of the printings: which, what it takes, and how far it is."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from cardscanner_gui.core.types import in_language
from cardscanner_gui.core.words import mark, tr
from cardscanner_gui.qt.store.picture_updates import PictureUpdates
from cardscanner_gui.qt.style.theme import STEP, TITLE_SIZE, scaled_font
from cardscanner_gui.qt.style.words import count
from cardscanner_gui.qt.window.picture_words import plan_words, report_words

if TYPE_CHECKING:
    from cardscanner_gui.catalogue.pictures.desk import FetchedPictures
    from cardscanner_gui.catalogue.pictures.gathering import Report
    from cardscanner_gui.catalogue.pictures.update import FetchPlan
    from cardscanner_gui.catalogue.pictures.wanted import Wanted
    from cardscanner_gui.core.catalogue import CardSet

T = TypeVar("T")
_PLAN_AFTER = 250
"""Milliseconds after the last tick of a box."""
_FILES = mark("Fingerprints (*.index *.tsv *.gz *.txt);;All files (*)")


class PicturesDialog(QDialog):
    """Says size and time before anything is fetched; what runs goes on when it is closed."""

    def __init__(
        self, updates: PictureUpdates, offline: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._updates = updates
        self._offline = offline
        self._plan: FetchPlan | None = None
        self._asked = 0
        self._closed = False
        self.setWindowTitle(tr("Pictures of the printings"))
        self.setMinimumWidth(560)
        self._make_widgets()
        self._lay_out()
        self._connect()
        self._enable()
        self._hear = partial(_unless_closed, self)
        updates.read_standing(self._hear(self._show_standing), self._hear(self.status.setText))

    def _make_widgets(self) -> None:
        self.about = QLabel(
            tr(
                "A card whose print can't be read is told by its picture. For that, "
                "a fingerprint of 64 bytes is kept of each printing's."
            )
        )
        self.standing = QLabel(tr("Looking what there is…"))
        self.plan = QLabel()
        self.status = QLabel()
        for label in (self.about, self.standing, self.plan, self.status):
            label.setWordWrap(True)
        self.about.setProperty("role", "muted")
        self.all_sets = QRadioButton(tr("All sets, the newest first"))
        self.some_sets = QRadioButton(tr("Only these:"))
        self.all_sets.setChecked(True)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("Find a set"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setAccessibleName(tr("Find a set"))
        self.sets = QListWidget()
        self.sets.setAccessibleName(tr("Sets"))
        self.sets.setMinimumHeight(100)
        self.keep = QCheckBox(tr("Keep the pictures too, and show them beside candidates"))
        self.keep.setToolTip(tr("For yourself: they are their makers' copyright"))
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.fetch = QPushButton(tr("Fetch pictures"))
        self.fetch.setDefault(True)
        self.pause = QPushButton(tr("Pause"))
        self.file = QPushButton(tr("From a file…"))
        self.folder = QPushButton(tr("From a folder…"))
        self.hand_on = QPushButton(tr("For another desk…"))
        self.hand_on.setToolTip(tr("Write all fingerprints into a file"))

    def _lay_out(self) -> None:
        title = QLabel(tr("Tell cards by their pictures"))
        title.setFont(scaled_font(self.font(), TITLE_SIZE, bold=True))
        choice = QHBoxLayout()
        choice.setSpacing(STEP)
        choice.addWidget(self.some_sets)
        choice.addWidget(self.filter, 1)
        fetching = QHBoxLayout()
        handing = QHBoxLayout()
        for row in (fetching, handing):
            row.setSpacing(STEP)
        for button in (self.fetch, self.pause):
            fetching.addWidget(button)
        fetching.addStretch()
        for button in (self.file, self.folder, self.hand_on):
            handing.addWidget(button)
        handing.addStretch()
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        handing.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * STEP, 2 * STEP, 3 * STEP, 2 * STEP)
        layout.setSpacing(STEP)
        for widget in (title, self.about, self.standing, self.all_sets):
            layout.addWidget(widget)
        layout.addLayout(choice)
        layout.addWidget(self.sets, 1)
        for lower in (self.keep, self.plan, self.bar, self.status):
            layout.addWidget(lower)
        layout.addLayout(fetching)
        layout.addLayout(handing)

    def _connect(self) -> None:
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PLAN_AFTER)
        self._timer.timeout.connect(self._ask_plan)
        for button in (self.all_sets, self.some_sets, self.keep):
            button.toggled.connect(self._changed)
        self.sets.itemChanged.connect(self._ticked)
        self.filter.textChanged.connect(self._narrow)
        self.fetch.clicked.connect(self._fetch)
        self.pause.clicked.connect(self._updates.stop)
        self.file.clicked.connect(self._choose_file)
        self.folder.clicked.connect(self._choose_folder)
        self.hand_on.clicked.connect(self._choose_target)
        self._updates.progress.connect(self._show_progress)
        self._updates.ended.connect(self._show_report)
        self._updates.stopped.connect(self._show_stopped)
        self._updates.failed.connect(self._show_failure)

    def done(self, result: int) -> None:
        self._closed = True
        super().done(result)

    @property
    def closed(self) -> bool:
        """Nothing can be shown any more."""
        return self._closed

    @property
    def wanted(self) -> Wanted:
        """What is chosen now."""
        from cardscanner_gui.catalogue.pictures.wanted import Wanted

        return Wanted(None if self.all_sets.isChecked() else tuple(self._ticked_sets()))

    def _ticked_sets(self) -> list[str]:
        items = (self.sets.item(row) for row in range(self.sets.count()))
        return [
            item.data(Qt.ItemDataRole.UserRole)
            for item in items
            if item.checkState() is Qt.CheckState.Checked
        ]

    def _show_standing(self, standing: FetchedPictures) -> None:
        self._say_standing(standing)
        chosen = standing.chosen.sets if standing.chosen is not None else None
        self.sets.blockSignals(True)
        self.sets.clear()
        for one in standing.sets:
            item = QListWidgetItem(_set_words(one))
            item.setData(Qt.ItemDataRole.UserRole, one.id)
            ticked = chosen is not None and one.id in chosen
            item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
            self.sets.addItem(item)
        self.sets.blockSignals(False)
        self._narrow(self.filter.text())
        self.keep.setChecked(standing.keeps)
        self.some_sets.setChecked(bool(chosen))
        self._changed()

    def _say_standing(self, standing: FetchedPictures) -> None:
        printings = count(standing.printings, "printing")
        self.standing.setText(
            tr(
                "{known:,} of {printings} have a fingerprint.",
                known=standing.known,
                printings=printings,
            )
        )
        self.hand_on.setEnabled(standing.known > 0)

    def _narrow(self, text: str) -> None:
        words = text.casefold().split()
        for row in range(self.sets.count()):
            item = self.sets.item(row)
            shown = f"{item.text()} {item.data(Qt.ItemDataRole.UserRole)}".casefold()
            item.setHidden(not all(word in shown for word in words))

    def _ticked(self) -> None:
        self.some_sets.setChecked(True)
        self._changed()

    def _changed(self) -> None:
        """What the plan said doesn't hold any more."""
        self._plan = None
        self.plan.setText("")
        self._enable()
        self._timer.start()

    def _ask_plan(self) -> None:
        if self._updates.busy:
            return
        if self.some_sets.isChecked() and not self._ticked_sets():
            self.plan.setText(tr("Choose the sets."))
            return
        self._asked = asked = self._asked + 1
        self.plan.setText(tr("Counting what is missing…"))
        self._updates.plan(
            self.wanted,
            self.keep.isChecked(),
            self._hear(lambda plan: self._show_plan(asked, plan)),
            self._hear(self.plan.setText),
        )

    def _show_plan(self, asked: int, plan: FetchPlan) -> None:
        if asked != self._asked or self._updates.busy:
            return
        self._plan = plan
        words = plan_words(plan, self._updates.host)
        if self._offline and plan.pictures:
            words += tr(" Settings say to stay offline: take them from a file or folder instead.")
        self.plan.setText(words)
        self._enable()

    def _enable(self) -> None:
        busy = self._updates.busy
        ready = self._plan is not None and self._plan.pictures > 0 and not self._offline
        self.fetch.setEnabled(ready and not busy and bool(self._updates.host))
        number = self._plan.pictures if self._plan is not None else 0
        self.fetch.setText(
            tr("Fetch {pictures}", pictures=count(number, "picture"))
            if number
            else tr("Fetch pictures")
        )
        self.pause.setEnabled(busy)
        self.bar.setVisible(busy)
        for widget in (self.file, self.folder, self.all_sets, self.some_sets, self.sets, self.keep):
            widget.setEnabled(not busy)

    def _fetch(self) -> None:
        self.status.setText("")
        self._updates.fetch(self.wanted, self.keep.isChecked())
        self._enable()

    def _choose_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, tr("Fingerprints of another desk"), "", tr(_FILES)
        )
        if name:
            self._updates.take_from(Path(name))

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, tr("A folder with pictures of printings"))
        if name:
            self._updates.take_from(Path(name))

    def _choose_target(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, tr("A file for another desk"), "cardscanner-pictures.index", tr(_FILES)
        )
        if name:
            words = tr("Written to {name}: {{:,}} fingerprints.", name=name)
            say = self._hear(lambda written: self.status.setText(words.format(written)))
            self._updates.export(Path(name), say, self._hear(self._fail))

    def _show_progress(self, words: str, part: float) -> None:
        self.bar.setRange(0, 0 if part < 0 else 1000)
        self.bar.setValue(round(1000 * max(part, 0.0)))
        self.status.setText(words)
        self._enable()

    def _show_report(self, report: Report) -> None:
        self._end(f"✓ {report_words(report)}.")
        if report.stopped:
            self._fail(report.stopped)

    def _show_stopped(self) -> None:
        self._end(tr("Paused. Fetch goes on where it stopped."))

    def _show_failure(self, message: str) -> None:
        self._end("")
        self._fail(message)

    def _fail(self, message: str) -> None:
        self.status.setText(f"✕ {message}")

    def _end(self, words: str) -> None:
        self.status.setText(words)
        self._changed()
        self._updates.read_standing(self._hear(self._say_standing), self._hear(self._fail))


def _unless_closed(dialog: PicturesDialog, then: Callable[[T], None]) -> Callable[[T], None]:
    """The same, but for answers that come when the dialog is gone."""
    return lambda value: None if dialog.closed else then(value)


def _set_words(one: CardSet) -> str:
    name = in_language(one.names) or one.id
    code = one.codes[0] if one.codes else one.id
    year = f", {one.released[:4]}" if one.released else ""
    return f"{name} ({code}{year})"
