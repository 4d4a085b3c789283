"""The import dialog: a file, what it would bring, and bringing it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QPushButton,
    QWidget,
)

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.collection import Change, Entry
from cardscanner_gui.core.words import mark, said, tr
from cardscanner_gui.importing.formats import import_formats
from cardscanner_gui.importing.importer import Importer, ImportPreview, PreviewLine
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
from cardscanner_gui.qt.style.theme import STEP
from cardscanner_gui.qt.style.words import CONDITIONS, LANGUAGE_NAMES, count, finish_words

_COLUMNS = (
    mark("Line"),
    mark("Card"),
    mark("Set"),
    mark("Number"),
    mark("Finish"),
    mark("Stamp"),
    mark("Condition"),
    mark("Language"),
    mark("Copies"),
)
_SIZE = QSize(760, 640)
_TYPING_PAUSE_MS = 300


class ImportDialog(QDialog):
    """Looks into a file as soon as it is chosen; nothing is changed before Import is pressed."""

    imported = Signal(Change, str)
    """What was brought, and that in words."""
    _progress = Signal(int)

    def __init__(
        self,
        services: WindowServices,
        lane: Lane,
        settings: ChosenSettings,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._lane = lane
        self._settings = settings
        self._finishes = finish_words(services.games)
        self._token = CancelToken()
        self._preview: ImportPreview | None = None
        self._looking = ""
        self._open = True
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_PAUSE_MS)
        self.setWindowTitle(tr("Import"))
        self.file = QLineEdit()
        self.file.setAccessibleName(tr("File"))
        self.file.setPlaceholderText(tr("A CSV file of another program, or one of your exports"))
        self.browse = QPushButton(tr("Choose…"))
        self.browse.setToolTip(tr("Choose the file to read"))
        self.browse.setAutoDefault(False)  # Enter is for the other button
        self.format = ChoiceField()
        self.format.setAccessibleName(tr("Format"))
        self.format.addItem(tr("As its columns say"), "")
        for one in import_formats(services.games):
            self.format.addItem(one.title, one.id)
        self.state = StateLine()
        self.note = muted_label()
        self.table = plain_table(tr("Cards that would be added"), tuple(map(tr, _COLUMNS)))
        self.table.setMinimumHeight(16 * STEP)
        self.doubtful = QListWidget()
        self.doubtful.setAccessibleName(tr("Rows that wait for you, and why"))
        self.doubtful.setMinimumHeight(10 * STEP)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.import_button = self.buttons.addButton(
            tr("Import"), QDialogButtonBox.ButtonRole.ActionRole
        )
        self.import_button.setProperty("role", "primary")
        self.import_button.setDefault(True)
        self._lay_out()
        self._connect()
        self._show_nothing()

    def _lay_out(self) -> None:
        layout = lay_out_dialog(self, tr("Import cards"), self.buttons, _SIZE)
        layout.addWidget(bold_label(tr("File"), self.file))
        row = QHBoxLayout()
        row.setSpacing(STEP)
        row.addWidget(self.file, 1)
        row.addWidget(self.browse)
        layout.addLayout(row)
        layout.addWidget(bold_label(tr("Written by"), self.format))
        layout.addWidget(self.format)
        layout.addSpacing(STEP)
        layout.addWidget(self.state)
        layout.addWidget(self.note)
        layout.addWidget(self.table, 3)
        self._doubtful_title = bold_label(tr("Waiting in Review after the import"), self.doubtful)
        layout.addWidget(self._doubtful_title)
        layout.addWidget(self.doubtful, 2)
        layout.addStretch()  # while there is nothing to show

    def _connect(self) -> None:
        self.browse.clicked.connect(self._browse)
        self.file.textChanged.connect(self._file_changed)
        self.file.editingFinished.connect(self.look)
        self._pause.timeout.connect(self._typed)
        self.format.activated.connect(self._format_chosen)
        self.import_button.clicked.connect(self.start)
        self.buttons.rejected.connect(self.reject)
        self._progress.connect(self._show_progress)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.file.setFocus()

    def choose(self, path: str) -> None:
        """Look into this file."""
        self.file.setText(path)
        self.look()

    def look(self) -> None:
        """Find out what the file would bring, in the background."""
        path = self.file.text().strip()
        if not path or self._preview is not None or self._looking == path:
            return
        self._looking = path
        self._token.cancel()
        self._token = CancelToken()
        self.state.show_state(Mark.WORKING, tr("Looking into it…"))
        work = partial(
            _preview,
            self._services,
            path,
            str(self.format.currentData()),
            self._token,
            self._progress.emit,
        )
        self._lane.run(work, self._show_preview, self._failed)

    def start(self) -> None:
        """Bring what was shown, in the background; first look, where that wasn't done."""
        if self._preview is None:
            if not self.file.text().strip():
                self._browse()
            self.look()
            return
        self._enable(False)
        self.state.show_state(Mark.WORKING, tr("Importing…"))
        self._token = CancelToken()
        work = partial(_run, self._services, self._preview, self._token)
        self._lane.run(work, partial(self._imported, self._preview), self._failed)

    def reject(self) -> None:
        """Close; what is being read or written is given up, and changes nothing."""
        self._token.cancel()
        super().reject()

    def done(self, result: int) -> None:
        self._open = False
        super().done(result)

    def _browse(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self,
            tr("Import from"),
            self._settings.current.export_folder,
            tr("Tables (*.csv *.tsv *.txt);;All files (*)"),
        )
        if path:
            self.choose(path)

    def _file_changed(self) -> None:
        self._preview, self._looking = None, ""
        self._show_nothing()
        self._pause.start()

    def _typed(self) -> None:
        if Path(self.file.text().strip()).is_file():
            self.look()

    def _format_chosen(self) -> None:
        self._file_changed()
        self.look()

    def _enable(self, can: bool) -> None:
        for widget in (self.import_button, self.browse, self.file, self.format):
            widget.setEnabled(can)

    def _show_nothing(self) -> None:
        self.state.show_state(None, tr("Choose a file to see what it would bring"))
        for widget in (self.note, self.table, self.doubtful, self._doubtful_title):
            widget.hide()
        self.import_button.setText(tr("Import"))

    def _show_progress(self, rows: int) -> None:
        if self._open and self._preview is None:
            self.state.show_state(
                Mark.WORKING, tr("Looking into it: {rows:,} rows so far…", rows=rows)
            )

    def _show_preview(self, preview: ImportPreview) -> None:
        if not self._open or str(preview.path) != self.file.text().strip():
            return
        self._preview = preview
        words = tr(
            "{title}: {rows} to add", title=preview.format.title, rows=count(preview.cards, "row")
        )
        if preview.copies != preview.cards:
            words += f" ({count(preview.copies, 'card')})"
        if preview.waiting:
            words += tr(", {waiting:,} for Review", waiting=preview.waiting)
        if preview.none:
            words += tr(", {none:,} without copies", none=preview.none)
        self.state.show_state(Mark.UNSURE if preview.waiting else Mark.IDENTIFIED, words)
        before = preview.before
        self.note.setText("" if before is None else tr(_BEFORE))
        self.note.setVisible(before is not None)
        fill_table(self.table, [self._cells(line) for line in preview.lines])
        self.table.setVisible(bool(preview.lines))
        self.doubtful.clear()
        for line in preview.doubtful:
            self.doubtful.addItem(
                tr(
                    "Line {line}: {title}: {reason}",
                    line=line.line,
                    title=line.title,
                    reason=said(line.reason),
                )
            )
        more = preview.waiting + preview.none - len(preview.doubtful)
        if more > 0:
            self.doubtful.addItem(tr("… and {more:,} more", more=more))
        for widget in (self._doubtful_title, self.doubtful):
            widget.setVisible(bool(preview.doubtful))
        self.import_button.setText(tr("Import once more") if before is not None else tr("Import"))
        self.import_button.setEnabled(preview.cards + preview.waiting > 0)

    def _cells(self, line: PreviewLine) -> tuple[str, ...]:
        entry = line.entry
        assert entry is not None
        return (f"{line.line}", *_entry_cells(entry, self._finishes))

    def _imported(self, preview: ImportPreview, change: Change) -> None:
        self._settings.change(export_folder=str(preview.path.parent))
        words = tr(
            "Imported {cards} from {name}",
            cards=count(preview.copies, "card"),
            name=preview.path.name,
        )
        if preview.waiting:
            words += tr("; {waiting:,} wait in Review", waiting=preview.waiting)
        self.imported.emit(change, words)
        if self._open:
            self.accept()

    def _failed(self, message: str) -> None:
        if not self._open:
            return
        self._enable(True)
        self._looking = ""
        self.state.show_state(Mark.FAILED, tr("Nothing was imported"))
        self.note.setText(message)  # on as many lines as it takes
        self.note.show()


_BEFORE = mark(
    "The same file was imported before, and its cards are in your "
    "collection. Importing it again counts them once more."
)


def _preview(services, path, chosen, token, told) -> ImportPreview:  # type: ignore[no-untyped-def]
    with _importer(services) as importer:
        return importer.preview(path, chosen, token, told)


def _run(services: WindowServices, preview: ImportPreview, token: CancelToken) -> Change:
    with _importer(services) as importer:
        return importer.run(preview, token)


@contextmanager
def _importer(services: WindowServices) -> Iterator[Importer]:
    """With catalogues of its own: those of the window may be exchanged meanwhile."""
    catalogue = services.open_catalogue()
    try:
        by_game = {} if catalogue is None else catalogue.by_game
        yield Importer(by_game, services.games, services.database)
    finally:
        if catalogue is not None:
            catalogue.close()


def _entry_cells(entry: Entry, finishes: dict[str, str]) -> tuple[str, ...]:
    printing = entry.printing
    return (
        printing.name_in(entry.language),
        printing.set_name_in(entry.language),
        printing.printed_number,
        finishes.get(entry.finish, entry.finish),
        entry.stamp,
        CONDITIONS.get(entry.condition, entry.condition),
        LANGUAGE_NAMES.get(entry.language, entry.language),
        f"{entry.quantity}",
    )
