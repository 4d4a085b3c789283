"""What a batch of the cluster reads: files, a list of them, or a place in an object store."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cardscanner_gui.capture.collect import collect_pictures
from cardscanner_gui.capture.files import printable
from cardscanner_gui.cluster.object_store import ObjectStore, StorePlace
from cardscanner_gui.core.errors import WorldError

_MOST_NAMED = 3


@dataclass(frozen=True)
class BatchSource:
    """What was asked for.

    Attributes:
        paths: files, folders and patterns, as `scan` takes them.
        list_file: one path, or one key of the store, on a line.
        place: in an object store; then there are no paths.
    """

    paths: tuple[Path, ...] = ()
    list_file: Path | None = None
    place: StorePlace | None = None

    @property
    def words(self) -> str:
        """The same for the same source; by it an unfinished batch is found again."""
        # Not `resolve`: a link that points elsewhere tomorrow is what the user named.
        named = [printable(os.path.abspath(path)) for path in self.paths]  # noqa: PTH100
        if self.list_file is not None:
            named.append(f"list {printable(os.path.abspath(self.list_file))}")  # noqa: PTH100
        if self.place is not None:
            named.append(str(self.place))
        return ", ".join(named)

    @property
    def name(self) -> str:
        """For people."""
        if self.place is not None:
            return f"{self.place.bucket}/{self.place.prefix}".rstrip("/")
        named = [path.name or str(path) for path in self.paths[:_MOST_NAMED]]
        if self.list_file is not None:
            named.append(self.list_file.name)
        return printable(", ".join(named))

    def pictures(self) -> list[Path]:
        """All of them, pages and all; absolute, since readers have another working folder.

        Raises:
            WorldError: they can't be listed.
        """
        lines = self._lines()
        if self.place is not None:
            store = ObjectStore(self.place)
            return store.pictures() if self.list_file is None else store.listed(lines)
        below = self.list_file.parent if self.list_file is not None else Path()
        found = collect_pictures([*self.paths, *(below / line for line in lines)])
        return [path.absolute() for path in found]

    def _lines(self) -> Sequence[str]:
        if self.list_file is None:
            return ()
        try:
            text = self.list_file.read_text(encoding="utf-8-sig", errors="surrogateescape")
        except OSError as error:
            raise WorldError(f"{self.list_file} can't be read: {error.strerror}") from error
        return [line for line in text.splitlines() if line.strip()]
