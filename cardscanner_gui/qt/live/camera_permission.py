"""The system's question whether this program may use the camera, where a system asks that."""

from __future__ import annotations

from PySide6.QtCore import QCameraPermission, QCoreApplication, QObject, Qt, Signal


class CameraPermission(QObject):
    """Asks at most once, on the GUI thread, as macOS demands.

    A refusal doesn't keep anybody from trying: the source then says that it was denied, and what to
    do about it.
    """

    settled = Signal()

    def ask(self) -> None:
        """Ask if nobody has answered yet; `settled` follows, at once where nobody asks."""
        app = QCoreApplication.instance()
        permission = QCameraPermission()
        if app is not None and app.checkPermission(permission) is Qt.PermissionStatus.Undetermined:
            app.requestPermission(permission, self, self._answered)
        else:
            self.settled.emit()

    def _answered(self, _: object) -> None:
        self.settled.emit()
