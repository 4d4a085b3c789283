"""The models that can check cards: what they take, getting one, and how much they are asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.words import Words, tr
from cardscanner_gui.qt.store.lane import Lane
from cardscanner_gui.qt.style.fields import ChoiceField, NumberField
from cardscanner_gui.qt.style.theme import STEP, TITLE_SIZE, scaled_font
from cardscanner_gui.settings import MOST_THREADS, Settings

if TYPE_CHECKING:
    from cardscanner_gui.vlm.hub import Offer
    from cardscanner_gui.vlm.models import ModelDescription

MODES = Words(
    {
        "fast": "Never: text recognition alone",
        "balanced": "Where text recognition is unsure",
        "thorough": "Every card (about two seconds each)",
    }
)


class ModelsDialog(QDialog):
    """One row of buttons for the chosen model; long work shows how far it is and can be paused.

    Args:
        folder: where models are kept.
        endpoint: another hub than the usual one.
    """

    changed = Signal(Settings)
    installed = Signal()
    """A model was prepared or removed: the reader should be built anew."""
    _progressed = Signal(str, float)

    def __init__(
        self,
        settings: Settings,
        folder: Path,
        parent: QWidget | None = None,
        endpoint: str | None = None,
    ) -> None:
        from cardscanner_gui.vlm.models import MODELS

        super().__init__(parent)
        self._settings, self._folder, self._endpoint = settings, folder, endpoint
        self._token: CancelToken | None = None
        self._lane = Lane("models", 1, self)
        self.setWindowTitle(tr("Reading models"))
        self.setMinimumWidth(560)
        title = QLabel(tr("Let a model read too"))
        title.setFont(scaled_font(self.font(), TITLE_SIZE, bold=True))
        self.mode = _combo(MODES, str(settings.reading_mode), tr("When a model reads a card"))
        words = {m.id: f"{m.title}: {m.purpose}" for m in MODELS.values()}
        self.model = _combo(words, settings.model, tr("Model"))
        self.facts, self.status = QLabel(), QLabel()
        for label in (self.facts, self.status):
            label.setWordWrap(True)
        self.facts.setProperty("role", "muted")
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.hide()
        self.get = QPushButton(tr("Download…"))
        self.use_folder = QPushButton(tr("Use a folder…"))
        self.check = QPushButton(tr("Verify"))
        self.delete = QPushButton(tr("Remove…"))
        self.pause = QPushButton(tr("Pause"))
        self.use = QPushButton(tr("Ask it where text recognition is unsure"))
        self.use.setProperty("role", "primary")
        self.use.hide()
        buttons = QHBoxLayout()
        for button in (self.get, self.use_folder, self.check, self.delete, self.pause):
            buttons.addWidget(button)
        buttons.addStretch()
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * STEP, 3 * STEP, 3 * STEP, 2 * STEP)
        layout.setSpacing(STEP)
        for widget in (title, self.mode, self.model, self.facts, self.status, self.bar):
            layout.addWidget(widget)
        layout.addWidget(self.use)
        layout.addLayout(buttons)
        layout.addLayout(self._use_row())
        layout.addStretch()
        layout.addWidget(close)
        self.mode.activated.connect(self._choose)
        self.model.activated.connect(self._choose)
        self.get.clicked.connect(self._ask)
        self.use_folder.clicked.connect(self._choose_folder)
        self.check.clicked.connect(self._verify)
        self.delete.clicked.connect(self._remove)
        self.pause.clicked.connect(self._pause)
        self.use.clicked.connect(self._use)
        self._progressed.connect(self._show_progress)
        self._describe()

    @property
    def busy(self) -> bool:
        return self._token is not None

    def chosen(self) -> ModelDescription:
        from cardscanner_gui.vlm.models import model_by_id

        return model_by_id(self.model.currentData())

    def install_folder(self, source: Path) -> None:
        """Install and prepare the chosen model from a folder on disk."""
        from cardscanner_gui.vlm.installed import adopt_folder

        model = self.chosen()

        def work(token: CancelToken) -> str:
            self._progressed.emit(tr("Copying"), 0.0)
            adopt_folder(self._folder, model, source, token)
            return self._prepare(model, token)

        self._start(work)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._stop()
        super().closeEvent(event)

    def done(self, result: int) -> None:
        self._stop()
        super().done(result)

    def _stop(self) -> None:
        self._pause()
        self._lane.close()

    def _use_row(self) -> QHBoxLayout:
        """How models use this computer."""
        use = self._settings.models
        self.threads = NumberField()
        self.threads.setRange(0, MOST_THREADS)
        self.threads.setSpecialValueText(tr("one for each core"))
        self.threads.setValue(use.get("threads", 0))
        self.threads.setAccessibleName(tr("Threads of a model"))
        self.pin = QCheckBox(tr("each on a core of its own"))
        self.pin.setChecked(bool(use.get("pin")))
        self.lock = QCheckBox(tr("never swapped out"))
        self.lock.setChecked(bool(use.get("lock_memory")))
        self.lock.setToolTip(tr("Only where the system sets no limit for locked memory"))
        row = QHBoxLayout()
        row.setSpacing(STEP)
        label = QLabel(tr("Threads"))
        label.setBuddy(self.threads)
        for widget in (label, self.threads, self.pin, self.lock):
            row.addWidget(widget)
        row.addStretch()
        self.threads.valueChanged.connect(self._choose)
        for box in (self.pin, self.lock):
            box.toggled.connect(self._choose)
        return row

    def _use(self) -> None:
        """One click from an installed model to one that is asked."""
        self.mode.setCurrentIndex(self.mode.findData(str(ReadingMode.BALANCED)))
        self._choose()

    def _choose(self) -> None:
        mode = ReadingMode(self.mode.currentData())
        use = {
            "threads": self.threads.value(),
            "pin": self.pin.isChecked(),
            "lock_memory": self.lock.isChecked(),
        }
        self._settings = replace(
            self._settings,
            reading_mode=mode,
            model=self.model.currentData(),
            models={**self._settings.models, **use},
        )
        self._describe()
        self.changed.emit(self._settings)

    def _describe(self) -> None:
        from cardscanner_gui.vlm.installed import is_prepared, read_manifest

        model = self.chosen()
        memory = tr(
            "about {memory:.1f} GB of memory while it reads", memory=model.memory / 1000000000.0
        )
        size = model.megabytes["uint8"]
        self.facts.setText(
            tr(
                "About {size} MB to download, {memory}. Licence: {licence}.",
                size=size,
                memory=memory,
                licence=model.licence,
            )
        )
        manifest = read_manifest(self._folder, model)
        if manifest is None:
            self.status.setText(tr("Not installed. Cards are read without it."))
        elif is_prepared(self._folder, model):
            revision = (
                tr(", revision {revision}", revision=manifest.revision[:12])
                if manifest.revision
                else ""
            )
            self.status.setText(
                tr(
                    "✓ Ready ({variants}{revision}).",
                    variants=", ".join(manifest.variants),
                    revision=revision,
                )
            )
        else:
            self.status.setText(tr("Installed, not prepared yet: press Download to go on."))
        ready = is_prepared(self._folder, model)
        self.use.setVisible(ready and self._settings.reading_mode is ReadingMode.FAST)
        self._enable(manifest is not None)

    def _enable(self, installed: bool) -> None:
        for button in (self.get, self.use_folder, self.model):
            button.setEnabled(not self.busy)
        for button in (self.check, self.delete):
            button.setEnabled(installed and not self.busy)
        self.pause.setEnabled(self.busy)
        self.bar.setVisible(self.busy)

    def _ask(self) -> None:
        """Ask the hub what it has, then the user whether to fetch it."""
        from cardscanner_gui.vlm import hub

        if self._settings.offline:
            self.status.setText(tr("Settings say to stay offline. Use a folder on disk instead."))
            return
        model = self.chosen()

        def work(token: CancelToken) -> Offer:
            self._progressed.emit(tr("Asking the hub"), 0.0)
            return hub.ask(self._folder, model, endpoint=self._endpoint)

        self._start(work, self._consent)

    def _consent(self, offer: Offer) -> None:
        model = offer.model
        words = tr(
            "{title} is {bytes:.0f} MB from {repository}.\nIts licence is "
            "{licence} ({licence_url}).\n\nDownload it?",
            title=model.title,
            bytes=offer.bytes / 1000000.0,
            repository=model.repository,
            licence=model.licence,
            licence_url=model.licence_url,
        )
        if QMessageBox.question(self, "Download a model", words) == QMessageBox.StandardButton.Yes:
            self.download(offer)

    def download(self, offer: Offer) -> None:
        """Fetch, install and prepare what was agreed to."""
        from cardscanner_gui.vlm import hub

        def work(token: CancelToken) -> str:
            def report(done: int, total: int) -> None:
                self._progressed.emit(tr("Downloading"), done / max(total, 1))

            hub.download(self._folder, offer, report, token, self._endpoint)
            return self._prepare(offer.model, token)

        self._start(work)

    def _prepare(self, model: ModelDescription, token: CancelToken) -> str:
        from cardscanner_gui.vlm.prepare import prepare_installed

        def report(what: str, share: float) -> None:
            self._progressed.emit(tr("Preparing: {what}", what=what), share)

        prepare_installed(self._folder, model, report, token)
        return "ready"

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, tr("A folder with a SmolVLM model"))
        if name:
            self.install_folder(Path(name))

    def _verify(self) -> None:
        from cardscanner_gui.vlm.installed import verify

        model = self.chosen()

        def work(token: CancelToken) -> list[str]:
            def report(done: int, total: int) -> None:
                self._progressed.emit(tr("Verifying"), done / max(total, 1))

            return verify(self._folder, model, report, token)

        self._start(work, self._verified)

    def _verified(self, broken: list[str]) -> None:
        if broken:
            self.status.setText(
                tr("✕ {broken}. Download the model again.", broken="; ".join(broken))
            )
        else:
            self.status.setText(tr("✓ Every file is as it was installed."))

    def _remove(self) -> None:
        from cardscanner_gui.vlm.installed import remove

        model = self.chosen()
        words = tr("Delete the files of {title}?", title=model.title)
        if QMessageBox.question(self, "Remove a model", words) == QMessageBox.StandardButton.Yes:
            self._start(lambda token: str(remove(self._folder, model)))

    def _start(
        self,
        work: Callable[[CancelToken], object],
        then: Callable[..., None] | None = None,
    ) -> None:
        """Run off the GUI thread; afterwards say what is installed now."""
        token = self._token = CancelToken()
        self._describe()
        self._lane.run(
            partial(self._guarded, work, token), partial(self._ended, then), self._failed
        )

    def _guarded(self, work: Callable[[CancelToken], object], token: CancelToken) -> object:
        from cardscanner_gui.core.errors import CancelledError

        try:
            return work(token)
        except CancelledError:
            return _PAUSED

    def _ended(self, then: Callable[..., None] | None, result: object) -> None:
        self._token = None
        self._describe()
        if result is _PAUSED:
            self.status.setText(tr("Paused. Press Download to go on where it stopped."))
        elif then is not None:
            then(result)
        else:
            self.installed.emit()

    def _failed(self, message: str) -> None:
        self._token = None
        self._describe()
        self.status.setText(f"✕ {message}")

    def _pause(self) -> None:
        if self._token is not None:
            self._token.cancel()

    def _show_progress(self, words: str, share: float) -> None:
        self.status.setText(words)
        self.bar.setValue(round(1000 * share))


_PAUSED = object()


def _combo(words: Mapping[str, str], chosen: str, name: str) -> ChoiceField:
    combo = ChoiceField()
    combo.setAccessibleName(name)
    for key, word in words.items():
        combo.addItem(word, key)
    combo.setCurrentIndex(max(0, combo.findData(chosen)))
    return combo
