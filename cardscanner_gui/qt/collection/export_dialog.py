"""The export dialog: format, which cards, where to; then what was written and what was not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QPushButton,
    QRadioButton,
    QWidget,
)

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.collection import Entry, EntryQuery
from cardscanner_gui.core.values import no_quotes
from cardscanner_gui.core.words import tr
from cardscanner_gui.export import (
    ExportFormat,
    ExportReport,
    Preview,
    export_entries,
    formats_of,
    preview_entries,
)
from cardscanner_gui.qt.services import WindowServices
from cardscanner_gui.qt.store.chosen_settings import ChosenSettings
from cardscanner_gui.qt.store.lane import Lane
from cardscanner_gui.qt.style.dialog_body import (
    bold_label,
    fill_table,
    lay_out_dialog,
    muted_label,
    plain_table,
)
from cardscanner_gui.qt.style.fields import ChoiceField
from cardscanner_gui.qt.style.marks import Mark, StateLine
from cardscanner_gui.qt.style.plain_text import plain_tip
from cardscanner_gui.qt.style.theme import STEP
from cardscanner_gui.qt.style.words import count, one_line
from cardscanner_gui.store.quotes import QuoteStore

Which = EntryQuery | list[int] | Callable[[], Iterable[Entry]]
_MOST_LISTED = 500
_PREVIEWED = 5
_SIZE = QSize(680, 640)


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
        self._may_replace = ""
        self.setWindowTitle(tr("Export"))
        self.format = ChoiceField()
        self.format.setAccessibleName(tr("Format"))
        values = QuoteStore(services.database).quotes() if settings.current.values else no_quotes
        self._formats = formats_of(services.games, values)
        for key, export_format in self._formats.items():
            self.format.addItem(tr(export_format.title), key)
        self.format.setCurrentIndex(max(0, self.format.findData(settings.current.export_format)))
        self.description = muted_label()
        self.all = QRadioButton(tr("The whole collection"))
        self.found = QRadioButton(tr("What the search “{text}” found", text=query.text))
        self.found.setVisible(bool(query.text))
        self.selection = QRadioButton(
            tr("Only what is selected ({lines})", lines=count(selected, "line"))
            if selected
            else tr("Only what is selected")
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
        self.target.setAccessibleName(tr("File"))
        self.browse = QPushButton(tr("Choose…"))
        self.browse.setToolTip(tr("Choose the file to write"))
        self.browse.setAutoDefault(False)  # Enter is for the other button
        self.preview = plain_table(tr("The first rows of the file"), ())
        self.preview.setMinimumHeight(16 * STEP)
        self.state = StateLine()
        self.skipped = QListWidget()
        self.skipped.setAccessibleName(tr("What was left out, and why"))
        self.skipped.setMinimumHeight(15 * STEP)
        self.skipped.hide()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.export_button = self.buttons.addButton(
            tr("Export"), QDialogButtonBox.ButtonRole.ActionRole
        )
        self.export_button.setProperty("role", "primary")
        self.export_button.setDefault(True)
        self._lay_out()
        self.format.currentIndexChanged.connect(self._format_changed)
        self.browse.clicked.connect(self._browse)
        self.export_button.clicked.connect(self.start)
        self.buttons.rejected.connect(self.reject)
        for button in (self.all, self.found, self.selection):
            button.clicked.connect(self._look)
        self._format_changed()

    def _lay_out(self) -> None:
        title = tr("Export your collection") if self._only is None else tr("Export a session")
        layout = lay_out_dialog(self, title, self.buttons, _SIZE)
        layout.addWidget(bold_label(tr("File"), self.target))
        row = QHBoxLayout()
        row.setSpacing(STEP)
        row.addWidget(self.target, 1)
        row.addWidget(self.browse)
        layout.addLayout(row)
        layout.addWidget(bold_label(tr("Format"), self.format))
        layout.addWidget(self.format)
        layout.addWidget(self.description)
        layout.addWidget(bold_label(tr("Cards")))
        for button in (self.all, self.found, self.selection):
            layout.addWidget(button)
        layout.addSpacing(STEP)
        layout.addWidget(self.state)
        layout.addWidget(self.skipped, 2)
        layout.addWidget(self.preview, 2)
        layout.addStretch()

    def showEvent(self, event: QShowEvent) -> None:
        """Enter exports at once; who wants another file types over its name."""
        super().showEvent(event)
        self.target.setFocus()
        text = self.target.text()
        name = Path(text).stem
        self.target.setSelection(len(text) - len(Path(text).name), len(name))

    def start(self) -> None:
        """Write the file in the background; one that is there is replaced at the second press."""
        path = self.target.text().strip()
        if not path:
            self.state.show_state(Mark.FAILED, tr("Say which file to write"))
            return
        if Path(path).is_file() and self._may_replace != path:
            self._may_replace = path
            self.state.show_state(
                Mark.UNSURE,
                tr("{name} is there already: press again to replace it", name=Path(path).name),
            )
            return
        self.export_button.setEnabled(False)
        self.state.show_state(Mark.WORKING, tr("Writing…"))
        self._with_cards(partial(self._write, path))

    def _with_cards(self, then: Callable[[Which], None]) -> None:
        """Call `then` with what is to be exported."""
        if self._only is not None:
            then(self._only[1])
        elif self.selection.isChecked():
            self._selected_ids(then)
        else:
            text = self._query.text if self.found.isChecked() else ""
            then(EntryQuery(text, self._query.sort, self._query.descending))

    def reject(self) -> None:
        """Close; what is being written is given up and leaves no file."""
        if self._token is not None:
            self._token.cancel()
            self._token = None
        super().reject()

    def _write(self, path: str, which: Which) -> None:
        key, token = self._begin()
        work = partial(_export, self._services, which, self._formats[key], path, token)
        self._lane.run(work, partial(self._written, key, path), self._failed)

    def _begin(self) -> tuple[str, CancelToken]:
        """The chosen format, and the token of what begins now; what ran before is given up."""
        if self._token is not None:
            self._token.cancel()
        self._token = CancelToken()
        return str(self.format.currentData()), self._token

    def _look(self) -> None:
        """Show what would be written."""
        self._with_cards(self._show_cards)

    def _show_cards(self, which: Which) -> None:
        key, token = self._begin()
        self.preview.setRowCount(0)
        self.skipped.hide()
        self.state.show_state(Mark.WORKING, tr("Looking at the cards…"))
        work = partial(_look, self._services, which, self._formats[key], token)
        self._lane.run(work, partial(self._show_preview, key, token), self._failed)

    def _show_preview(self, key: str, token: CancelToken, preview: Preview) -> None:
        if self._token is not token:
            return
        header = self._formats[key].header
        self.preview.setColumnCount(len(header))
        self.preview.setHorizontalHeaderLabels(list(header))
        fill_table(self.preview, [tuple(row) for row in preview.rows])
        report = preview.report
        words = tr("{lines} to write", lines=count(report.written, "line"))
        self._show_report(report, words, None)

    def _written(self, key: str, path: str, report: ExportReport) -> None:
        self._token = None
        self.export_button.setEnabled(True)
        target = Path(path)
        words = tr("Wrote {lines} to {name}", lines=count(report.written, "line"), name=target.name)
        self._show_report(report, words, Mark.IDENTIFIED)
        self._settings.change(export_format=key, export_folder=str(target.parent))

    def _show_report(self, report: ExportReport, words: str, well: Mark | None) -> None:
        if report.left_out:
            words += tr("; {cards} left out:", cards=count(report.left_out, "card"))
        elif report.lost:
            words += tr("; not all that you noted of them:")
        missing = bool(report.left_out or report.lost)
        self.state.show_state(Mark.UNSURE if missing else well, words)
        self._list_missing(report)

    def _list_missing(self, report: ExportReport) -> None:
        self.skipped.clear()
        for part, lines in report.lost.items():
            self.skipped.addItem(
                tr("{part}: no place for it, {lines}", part=tr(part), lines=count(lines, "line"))
            )
        for entry, reason in report.skipped[:_MOST_LISTED]:
            self.skipped.addItem(f"{one_line(entry.printing)}: {reason}")
        more = report.left_out - _MOST_LISTED
        if more > 0:
            self.skipped.addItem(tr("… and {left_out:,} more", left_out=more))
        self.skipped.setVisible(self.skipped.count() > 0)

    def _failed(self, message: str) -> None:
        self._token = None
        self.export_button.setEnabled(True)
        self.state.show_state(Mark.FAILED, message)
        self.state.setToolTip(plain_tip(message))

    def _format_changed(self) -> None:
        export_format = self._formats[str(self.format.currentData())]
        self.description.setText(tr(export_format.description))
        self._look()

    def _browse(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self, tr("Export to"), self.target.text(), tr("CSV files (*.csv)")
        )
        if path:
            self.target.setText(path)
            self._may_replace = path  # the file dialog has asked


def _export(
    services: WindowServices, which: Which, chosen: ExportFormat, path: str, token: CancelToken
) -> ExportReport:
    return export_entries(_entries(services, which), chosen, path, token)


def _look(
    services: WindowServices, which: Which, chosen: ExportFormat, token: CancelToken
) -> Preview:
    return preview_entries(_entries(services, which), chosen, _PREVIEWED, token)


def _entries(services: WindowServices, which: Which) -> Iterable[Entry]:
    return which() if callable(which) else services.collection.entries(which)


def _suggested(folder: str) -> Path:
    """The file that is offered: in the folder of the last export, else at home."""
    last = Path(folder) if folder else Path.home()
    return (last if last.is_dir() else Path.home()) / "cards.csv"
