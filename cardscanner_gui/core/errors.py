"""Two roots of errors: the world failed, or we have a bug.

A `WorldError` carries a sentence for the user: what happened, to which file, and what to do next.
Anything else that reaches the top is a bug and becomes a report.
"""

from __future__ import annotations


class WorldError(Exception):
    """Something outside the program failed; `str(error)` is one friendly line for the user."""


class PictureError(WorldError):
    """A picture file can't be read: truncated, empty, too large, not a picture."""


class NotAPictureError(PictureError):
    """What is in the file is no picture of a kind that can be read."""


class PictureTooLargeError(PictureError):
    """It has more pixels than are decoded."""


class CatalogueError(WorldError):
    """The catalogue is missing, damaged, or can't be fetched or built."""


class StoreError(WorldError):
    """The collection's database can't be opened, read or written."""


class ExportError(WorldError):
    """A file of records can't be written."""


class ImportFileError(WorldError):
    """A file of records can't be read, or is none that we know."""


class BackupError(WorldError):
    """A backup can't be written or read, or isn't one of ours."""


class ValuesError(WorldError):
    """Prices can't be had."""


class CancelledError(Exception):
    """Raised by `CancelToken.check()` in work that was cancelled."""
