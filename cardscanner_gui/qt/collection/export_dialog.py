"""The export dialog: format, which cards, where to; then what was written and what was not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.collection import Entry, EntryQuery
from cardscanner_gui.export import ExportReport, export_entries, formats_of
from cardscanner_gui.qt.services import WindowServices
from cardscanner_gui.qt.store.chosen_settings import ChosenSettings
from cardscanner_gui.qt.store.lane import Lane
from cardscanner_gui.qt.style.fields import ChoiceField
from cardscanner_gui.qt.style.marks import Mark, StateLine
from cardscanner_gui.qt.style.plain_text import plain_tip
from cardscanner_gui.qt.style.theme import STEP, TITLE_SIZE, scaled_font
from cardscanner_gui.qt.style.words import count, one_line

Which = EntryQuery | list[int] | Callable[[], Iterable[Entry]]
_MOST_LISTED = 500


class ExportDialog(QDialog):
    """Stays open after the export, to show what a format couldn't carry.

    Format and folder are remembered for the next time.
    """

    def __init__(
        self,
        services: WindowServices,
        lane: Lane,
        settings: ChosenSettings,
        query: EntryQuery,
        selected: int,
        selected_ids: Callable[[Callable[[list[int]], None]], None],
        parent: QWidget | None = None,
        *,
        only: tuple[str, Callable[[], Iterable[Entry]]] | None = None,
    ) -> None:
        """Offer to export everything, what `query` finds, or the `selected` entries.

        `selected` says how many they are; `selected_ids` hands over their ids when they are needed.
        `only` offers nothing but these entries, under this name.
        """
        super().__init__(parent)
        self._services = services
        self._lane = lane
        self._settings = settings
        self._query = query
        self._selected_ids = selected_ids
        self._only = only
        self._token: CancelToken | None = None
        self.setWindowTitle("Export")
        self.setMinimumWidth(560)
        self.format = ChoiceField()
        self.format.setAccessibleName("Format")
        self._formats = formats_of(services.games)
        for key, export_format in self._formats.items():
            self.format.addItem(export_format.title, key)
        self.format.setCurrentIndex(max(0, self.format.findData(settings.current.export_format)))
        self.description = QLabel()
        self.description.setProperty("role", "muted")
        self.description.setWordWrap(True)
        self.all = QRadioButton("The whole collection")
        self.found = QRadioButton(f"What the search “{query.text}” found")
        self.found.setVisible(bool(query.text))
        self.selection = QRadioButton(
            f"Only what is selected ({count(selected, 'line')})"
            if selected
            else "Only what is selected"
        )
        self.selection.setEnabled(selected > 0)
        (self.selection if selected > 1 else self.found if query.text else self.all).setChecked(
            True
        )
        if only is not None:
            self.all.setText(only[0])
            for button in (self.found, self.selection):
                button.hide()
        self.target = QLineEdit(str(_suggested(settings.current.export_folder)))
        self.target.setAccessibleName("File")
        self.browse = QPushButton("Choose…")
        self.browse.setToolTip("Choose the file to write")
        self.state = StateLine()
        self.skipped = QListWidget()
        self.skipped.setAccessibleName("Cards that were left out, and why")
        self.skipped.setMinimumHeight(15 * STEP)
        self.skipped.hide()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.export_button = self.buttons.addButton(
            "Export", QDialogButtonBox.ButtonRole.ActionRole
        )
        self.export_button.setProperty("role", "primary")
        self.export_button.setDefault(True)
        self._lay_out()
        self.format.currentIndexChanged.connect(self._format_changed)
        self.browse.clicked.connect(self._browse)
        self.export_button.clicked.connect(self.start)
        self.buttons.rejected.connect(self.reject)
        self._format_changed()

    def _lay_out(self) -> None:
        title = QLabel("Export your collection" if self._only is None else "Export a session")
        title.setFont(scaled_font(self.font(), TITLE_SIZE, bold=True))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * STEP, 3 * STEP, 3 * STEP, 2 * STEP)
        layout.setSpacing(STEP)
        layout.addWidget(title)
        layout.addSpacing(STEP)
        layout.addWidget(_heading("Format", self.format))
        layout.addWidget(self.format)
        layout.addWidget(self.description)
        layout.addSpacing(STEP)
        layout.addWidget(_heading("Cards"))
        for button in (self.all, self.found, self.selection):
            layout.addWidget(button)
        layout.addSpacing(STEP)
        layout.addWidget(_heading("File", self.target))
        row = QHBoxLayout()
        row.setSpacing(STEP)
        row.addWidget(self.target, 1)
        row.addWidget(self.browse)
        layout.addLayout(row)
        layout.addSpacing(STEP)
        layout.addWidget(self.state)
        layout.addWidget(self.skipped, 1)
        layout.addStretch()
        layout.addWidget(self.buttons)

    def start(self) -> None:
        """Write the file in the background."""
        path = self.target.text().strip()
        if not path:
            self.state.show_state(Mark.FAILED, "Say which file to write")
            return
        self.export_button.setEnabled(False)
        self.skipped.hide()
        self.state.show_state(Mark.WORKING, "Writing…")
        if self._only is not None:
            self._write(path, self._only[1])
        elif self.selection.isChecked():
            self._selected_ids(partial(self._write, path))
        else:
            text = self._query.text if self.found.isChecked() else ""
            self._write(path, EntryQuery(text, self._query.sort, self._query.descending))

    def reject(self) -> None:
        """Close; what is being written is given up and leaves no file."""
        if self._token is not None:
            self._token.cancel()
        super().reject()

    def _write(self, path: str, which: Which) -> None:
        self._token = CancelToken()
        key = str(self.format.currentData())
        work = partial(_export, self._services, which, key, path, self._token)
        self._lane.run(work, partial(self._written, key, path), self._failed)

    def _written(self, key: str, path: str, report: ExportReport) -> None:
        self._token = None
        self.export_button.setEnabled(True)
        target = Path(path)
        words = f"Wrote {count(report.written, 'line')} to {target.name}"
        if report.skipped:
            words += f"; {count(len(report.skipped), 'card')} left out:"
        self.state.show_state(Mark.UNSURE if report.skipped else Mark.IDENTIFIED, words)
        self.skipped.clear()
        for entry, reason in report.skipped[:_MOST_LISTED]:
            self.skipped.addItem(f"{one_line(entry.printing)}: {reason}")
        if len(report.skipped) > _MOST_LISTED:
            self.skipped.addItem(f"… and {len(report.skipped) - _MOST_LISTED:,} more")
        self.skipped.setVisible(bool(report.skipped))
        self._settings.change(export_format=key, export_folder=str(target.parent))

    def _failed(self, message: str) -> None:
        self._token = None
        self.export_button.setEnabled(True)
        self.state.show_state(Mark.FAILED, message)
        self.state.setToolTip(plain_tip(message))

    def _format_changed(self) -> None:
        export_format = self._formats[str(self.format.currentData())]
        self.description.setText(export_format.description)

    def _browse(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self, "Export to", self.target.text(), "CSV files (*.csv)"
        )
        if path:
            self.target.setText(path)


def _export(
    services: WindowServices, which: Which, key: str, path: str, token: CancelToken
) -> ExportReport:
    entries = which() if callable(which) else services.collection.entries(which)
    return export_entries(entries, formats_of(services.games)[key], path, token)


def _suggested(folder: str) -> Path:
    """The file that is offered: in the folder of the last export, else at home."""
    last = Path(folder) if folder else Path.home()
    return (last if last.is_dir() else Path.home()) / "cards.csv"


def _heading(text: str, buddy: QWidget | None = None) -> QLabel:
    label = QLabel(text)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    if buddy is not None:
        label.setBuddy(buddy)
    return label
