"""Where log lines go: a file in the data folder, and standard error for who asks with `-v`."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from cardscanner_gui.core.addresses import hide_secrets
from cardscanner_gui.core.private import make_private_file, make_private_folder

log = logging.getLogger(__name__)

FILE_NAME = "cardscanner.log"
DECISIONS = "cardscanner.decisions"
"""The logger whose every line is one JSON object."""
DECISIONS_FILE = "decisions.jsonl"
_FILE_BYTES = 1_000_000
_DECISIONS_BYTES = 8_000_000
_OLD_FILES = 3


def set_up_logging(folder: Path | None, verbosity: int = 0) -> None:
    """Send log lines to a rotating file in `folder` and to standard error.

    Called once at the start, by the window and the command line. Calling it again replaces what the
    last call set up.

    Args:
        folder: made if it isn't there; None for no file. When no file can be written there, the
            program goes on without one and says so.
        verbosity: how often the user said `-v`: warnings, then what is being done, then everything.
    """
    root = logging.getLogger()
    for handler in [h for h in root.handlers if isinstance(h, _OurFile | _OurStream)]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(logging.DEBUG if verbosity > 1 else logging.INFO)
    decisions = logging.getLogger(DECISIONS)
    for old in decisions.handlers[:]:
        decisions.removeHandler(old)
        old.close()
    decisions.propagate = False
    # Without a file nobody reads them: then they needn't be written.
    decisions.setLevel(logging.CRITICAL if folder is None else logging.INFO)
    # A windowed build has no standard error.
    if sys.stderr is not None:
        root.addHandler(_OurStream(verbosity))
    if folder is not None:
        try:
            make_private_folder(folder)
            root.addHandler(_OurFile(folder / FILE_NAME))
            decisions.addHandler(_DecisionsFile(folder / DECISIONS_FILE))
        except OSError as error:
            log.warning("No log is written: %s", error)


def log_uncaught_errors(tell: Callable[[BaseException], object] | None = None) -> None:
    """Log what nobody caught, on any thread: a windowed build shows it nowhere else.

    Args:
        tell: called after that with the error, on the thread that it ended.
    """

    def hear(
        kind: type[BaseException], error: BaseException, traceback: TracebackType | None
    ) -> None:
        _log_error(kind, error, traceback)
        if tell is not None and not issubclass(kind, KeyboardInterrupt):
            tell(error)

    def hear_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            hear(args.exc_type, args.exc_value, args.exc_traceback)

    sys.excepthook = hear
    threading.excepthook = hear_thread


class _Formatter(logging.Formatter):
    """Takes the logins out of every address, whoever wrote it: libraries and tracebacks too."""

    def format(self, record: logging.LogRecord) -> str:
        return hide_secrets(super().format(record))


class _OurStream(logging.StreamHandler):  # type: ignore[type-arg]
    def __init__(self, verbosity: int) -> None:
        super().__init__(sys.stderr)
        levels = [logging.WARNING, logging.INFO, logging.DEBUG]
        self.setLevel(levels[min(verbosity, len(levels) - 1)])
        self.setFormatter(_Formatter("%(levelname)s: %(message)s"))


class _PrivateFile(RotatingFileHandler):
    """Names of pictures and cards are nobody else's business."""

    def _open(self) -> TextIOWrapper:
        make_private_file(Path(self.baseFilename))
        return super()._open()


class _OurFile(_PrivateFile):
    def __init__(self, path: Path) -> None:
        # File names may hold bytes that are no text; they mustn't cost the line.
        super().__init__(
            path,
            maxBytes=_FILE_BYTES,
            backupCount=_OLD_FILES,
            encoding="utf-8",
            errors="backslashreplace",
        )
        self.setFormatter(
            _Formatter("%(asctime)s %(process)d %(threadName)s %(levelname)s %(name)s: %(message)s")
        )


class _DecisionsFile(_PrivateFile):
    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=_DECISIONS_BYTES, backupCount=1, encoding="utf-8")
        self.setFormatter(_Formatter("%(message)s"))


def _log_error(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, traceback)
        return
    log.critical("Nobody caught this; it is a bug.", exc_info=(kind, error, traceback))
