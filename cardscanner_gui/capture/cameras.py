"""The cameras of this machine, by the names that people know them by."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

from cardscanner_gui.capture.source import SourceError
from cardscanner_gui.core.live import SourceState


@dataclass(frozen=True)
class CameraInfo:
    """A camera that is plugged in.

    Attributes:
        name: as the system calls it.
        index: what OpenCV opens; changes when cameras are plugged in and out.
        backend: OpenCV's number of the system's camera interface.
        id: stays the same for the same model at the same place: settings are kept under it.
    """

    name: str
    index: int
    backend: int
    id: str


def list_cameras() -> list[CameraInfo]:
    """Every camera that is plugged in now, by name; takes up to some 100 ms."""
    import cv2
    from cv2_enumerate_cameras import enumerate_cameras

    backend = {
        "linux": cv2.CAP_V4L2,
        "win32": cv2.CAP_DSHOW,
        "darwin": cv2.CAP_AVFOUNDATION,
    }.get(sys.platform)
    if backend is None:
        return []
    cameras = [
        CameraInfo(found.name, found.index, backend, _identity(found))
        for found in enumerate_cameras(backend)
    ]
    return sorted(cameras, key=lambda camera: (camera.name, camera.index))


def find_camera(text: str) -> CameraInfo:
    """The camera of this name, part of a name, index or id.

    Raises:
        SourceError: none is plugged in, or none fits.
    """
    cameras = list_cameras()
    wanted = text.casefold()
    for fits in (
        lambda camera: camera.id == text,
        lambda camera: str(camera.index) == text,
        lambda camera: camera.name.casefold() == wanted,
        lambda camera: bool(wanted) and wanted in camera.name.casefold(),
    ):
        for camera in cameras:
            if fits(camera):
                return camera
    if not cameras:
        raise SourceError(SourceState.LOST, "No camera is plugged in.")
    names = ", ".join(camera.name for camera in cameras)
    raise SourceError(SourceState.LOST, f"There is no camera “{text}”. Plugged in: {names}.")


def why_not_opened(camera: CameraInfo) -> SourceError:
    """What keeps a listed camera from opening, as far as the system tells."""
    name = camera.name
    denied = SourceError(
        SourceState.DENIED, f"{name}: the system doesn't let this program use the camera."
    )
    if sys.platform == "darwin":
        return denied
    if sys.platform == "linux":
        try:
            os.close(os.open(f"/dev/video{camera.index}", os.O_RDWR | os.O_NONBLOCK))
        except PermissionError:
            return denied
        except FileNotFoundError:
            return SourceError(SourceState.LOST, f"{name} isn't plugged in any more.")
        except OSError:
            pass  # most likely in use
    return SourceError(SourceState.BUSY, f"{name} is in use by another program.")


def _identity(found: object) -> str:
    """Maker and product where the system tells; the path tells two of the same model apart."""
    vendor, product = getattr(found, "vid", None), getattr(found, "pid", None)
    path, name = getattr(found, "path", "") or "", getattr(found, "name", "")
    if vendor is None or product is None:
        return f"{name} {path}".strip()
    return f"{vendor:04x}:{product:04x} {path}".strip()
