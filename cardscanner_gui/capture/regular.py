"""Opening a file that a name stands for, where it is one: nothing here waits or reads for ever."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path

from cardscanner_gui.capture.limits import MAX_FILE_BYTES
from cardscanner_gui.core.errors import PictureError, PictureTooLargeError

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    # Something else may take the file's place after the look at it: a pipe would be waited for.
    | getattr(os, "O_NONBLOCK", 0)
)


def open_regular(path: Path) -> io.BufferedReader:
    """Open a file for reading.

    Raises:
        PictureError: it is no regular file, empty, too large, or can't be opened; one line, without
            its name.
    """
    try:
        _check(path, path.stat())  # opening a device may do something already
        file = os.fdopen(os.open(path, _FLAGS), "rb")
        try:
            _check(path, os.fstat(file.fileno()))
        except BaseException:
            file.close()
            raise
    except FileNotFoundError as error:
        raise PictureError("there is no such file") from error
    except PermissionError as error:
        raise PictureError("no permission to read it") from error
    except (OSError, ValueError) as error:
        raise unreadable(error) from error
    return file


def unreadable(error: Exception) -> PictureError:
    """What the system says against reading a file, as one line."""
    reason = (error.strerror if isinstance(error, OSError) else None) or error
    return PictureError(f"it can't be read ({reason})")


def _check(path: Path, status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise PictureError(
            "this is a folder, not a picture"
            if os.access(path, os.R_OK | os.X_OK)
            else "no permission to look into this folder"
        )
    if not stat.S_ISREG(status.st_mode):
        raise PictureError("this isn't a file")
    if status.st_size == 0:
        raise PictureError("the file is empty")
    if status.st_size > MAX_FILE_BYTES:
        raise PictureTooLargeError(
            f"the file has more than {MAX_FILE_BYTES // 1024**3} GB; save a smaller copy"
        )
