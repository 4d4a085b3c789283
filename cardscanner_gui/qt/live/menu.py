"""The menu of cameras and other sources, and how their picture is taken and turned."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QFileDialog, QInputDialog, QLineEdit, QMenu, QWidget

from cardscanner_gui.core.words import Words, mark, tr
from cardscanner_gui.qt.live.scan import LiveScan

if TYPE_CHECKING:
    from cardscanner_gui.capture.cameras import CameraInfo

VIDEO_FILES = mark("Videos (*.mp4 *.mov *.mkv *.avi *.webm *.m4v *.mpg);;All files (*)")

TURNS = Words(
    {0: "&None", 1: "A quarter to the &right", 2: "&Upside down", 3: "A quarter to the &left"}
)
SIZES = {
    (0, 0): mark("As the &camera likes"),
    (640, 480): "640 × 480",
    (1280, 720): "1280 × 720",
    (1920, 1080): "1920 × 1080",
    (3840, 2160): "3840 × 2160",
}
# Seconds as the drivers write them: V4L2 in tenths of a millisecond, the others as powers of two.
_V4L2 = sys.platform == "linux"
EXPOSURES = Words(
    {
        None: "&Automatic",
        (333.0 if _V4L2 else -5.0): "1/30 second",
        (166.0 if _V4L2 else -6.0): "1/60 second",
        (80.0 if _V4L2 else -7.0): "1/125 second",
        (40.0 if _V4L2 else -8.0): "1/250 second",
    }
)


class CameraMenu(QMenu):
    """Lists what is plugged in each time it opens; a choice starts scanning."""

    def __init__(self, live: LiveScan, parent: QWidget | None = None) -> None:
        super().__init__(tr("C&amera"), parent)
        self._live = live
        self._found: list[QAction] = []
        self._waiting = self.addAction(tr("Looking for cameras…"))
        self._waiting.setEnabled(False)
        self._first = self.addSeparator()
        self.video = self.addAction(tr("&Video file…"))
        self.folder = self.addAction(tr("&Folder of pictures…"))
        self.network = self.addAction(tr("&Network camera…"))
        self.video.triggered.connect(self.choose_video)
        self.folder.triggered.connect(self.choose_folder)
        self.network.triggered.connect(self.choose_network)
        self.addSeparator()
        self._turns = self._choices(tr("&Turn the picture"), TURNS, "quarter_turns")
        self.mirror = self.addAction(tr("&Mirrored picture"))
        self.mirror.setCheckable(True)
        self.mirror.toggled.connect(partial(self._set, "mirror"))
        self._sizes = self._choices(tr("&Resolution"), Words(SIZES), "size")
        self._exposures = self._choices(tr("&Exposure"), EXPOSURES, "exposure")
        self.aboutToShow.connect(self.look)
        live.settings_changed.connect(self._show_choices)
        live.login_needed.connect(self.ask_for_login)
        self._show_choices()

    @property
    def cameras(self) -> list[QAction]:
        """One for each camera that was found."""
        return self._found

    def look(self) -> None:
        """Ask what is plugged in."""
        self._waiting.setText(tr("Looking for cameras…"))
        self._waiting.setVisible(True)
        self._live.list_cameras(self._show_cameras)

    def start_any(self) -> None:
        """Scan with the camera used last, else the only one; otherwise let the user choose."""
        settings = self._live.settings
        if settings.source:
            self._live.start(settings.source, settings.label)
        else:
            self._live.list_cameras(self._start_only)

    def choose_video(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self.parentWidget(), tr("Video file"), "", tr(VIDEO_FILES)
        )
        if path:
            self._live.start(path)

    def choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self.parentWidget(), tr("Folder of pictures"))
        if folder:
            self._live.start(folder)

    def choose_network(self) -> None:
        source = self._live.settings.source
        self._ask_address(
            tr("Address of the stream (rtsp://… or http://…):"), source if "://" in source else ""
        )

    def ask_for_login(self, address: str) -> None:
        """Nobody keeps passwords on this system: they are asked for once in each session."""
        self._ask_address(
            tr(
                "The user and password of this camera are not kept on this system. "
                "Write them into its address, as in "
                "rtsp://user:password@camera/stream:"
            ),
            address,
        )

    def _ask_address(self, words: str, address: str) -> None:
        url, fine = QInputDialog.getText(
            self.parentWidget(), tr("Network camera"), words, QLineEdit.EchoMode.Normal, address
        )
        if fine and url.strip():
            self._live.start(url.strip())

    def _start_only(self, cameras: Sequence[CameraInfo]) -> None:
        if len(cameras) == 1:
            self._live.start(cameras[0].id, cameras[0].name)
        elif cameras:
            self._live.failed.emit(tr("Several cameras are plugged in: choose one under Camera."))
        else:
            self._live.failed.emit(
                tr(
                    "No camera is plugged in. Plug one in, or choose a video or a "
                    "network camera under Camera."
                )
            )

    def _show_cameras(self, cameras: Sequence[CameraInfo]) -> None:
        for action in self._found:
            self.removeAction(action)
            action.deleteLater()
        self._found = []
        self._waiting.setText(tr("No camera is plugged in"))
        self._waiting.setVisible(not cameras)
        for camera in cameras:
            action = QAction(camera.name.replace("&", "&&"), self)
            action.setCheckable(True)
            action.setChecked(camera.id == self._live.settings.source)
            action.triggered.connect(partial(self._start, camera))
            self.insertAction(self._first, action)
            self._found.append(action)

    def _start(self, camera: CameraInfo, _: bool = False) -> None:
        self._live.start(camera.id, camera.name)

    def _choices(self, title: str, words: Mapping[Any, str], name: str) -> dict[Any, QAction]:
        menu = self.addMenu(title)
        group = QActionGroup(self)
        actions = {}
        for value, text in words.items():
            action = menu.addAction(text)
            action.setCheckable(True)
            group.addAction(action)
            action.triggered.connect(partial(self._chosen, name, value))
            actions[value] = action
        return actions

    def _chosen(self, name: str, value: Any, _: bool = False) -> None:
        self._set(name, value)

    def _set(self, name: str, value: Any) -> None:
        device = self._live.settings.device
        if name == "size":
            device = replace(device, width=value[0], height=value[1])
        else:
            device = replace(device, **{name: value})
        self._live.change_settings(devices=self._live.settings.with_device(device).devices)

    def _show_choices(self) -> None:
        device = self._live.settings.device
        for actions, value in (
            (self._turns, device.quarter_turns),
            (self._sizes, (device.width, device.height)),
            (self._exposures, device.exposure),
        ):
            for key, action in actions.items():
                action.setChecked(key == value)
        self.mirror.blockSignals(True)
        self.mirror.setChecked(device.mirror)
        self.mirror.blockSignals(False)
