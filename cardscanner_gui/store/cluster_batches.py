"""Batches that a cluster reads: found again by what they read, and recorded picture by picture.

The readers are elsewhere, and whatever they say may come twice, or from a reader that was given up
long ago. What counts is this: a picture is waiting or it has ended, and its answer, its cards and
the note that it has ended are written in one transaction.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlite_utils import Database as Connection

from cardscanner_gui.core.batches import Batch, BatchOptions, BatchState, ItemState
from cardscanner_gui.core.collection import Change, ChangeKind
from cardscanner_gui.core.metrics import Snapshot
from cardscanner_gui.store.batch_edits import (
    batch_of_item,
    end_if_done,
    end_item,
    insert_items,
    options_of_batch,
    record_item,
    same_file,
    skip_counted,
)
from cardscanner_gui.store.batch_rows import BATCHES, answer_of, batch_of, options_text, packed
from cardscanner_gui.store.database import Database
from cardscanner_gui.store.edit import Edit, insert_row
from cardscanner_gui.store.entry_rows import storable
from cardscanner_gui.store.scanned_picture import ScannedPicture

_PAGE = 500


@dataclass(frozen=True)
class ReadPicture:
    """What a reader says of one picture.

    Attributes:
        item_id: which.
        answer: the scan contract's object; its `error` says why a picture can't be read.
        picture: its cards, where they are to be recorded.
        content: the hash of its file, None where that couldn't be read.
        counted: what the reader's metrics counted since the picture before.
    """

    item_id: int
    answer: Mapping[str, Any]
    picture: ScannedPicture | None = None
    content: str | None = None
    counted: Snapshot = field(default_factory=Snapshot)


class ClusterBatches:
    """What a cluster's driver asks of the ledger beside what `BatchStore` does.

    All methods raise `StoreError` when the file can't be read or written.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def unfinished(self, source: str) -> Batch | None:
        """The batch that reads this source and hasn't ended, whoever works on it; else None."""
        where = "source = ? AND state IN ('queued', 'running', 'paused')"
        found = self._database.read(BATCHES.format(where=where), [source, 1], batch_of)
        return found[0] if found else None

    def open(
        self, source: str, files: Callable[[], Sequence[Path]], options: BatchOptions, name: str
    ) -> tuple[Batch, bool]:
        """The unfinished batch of a source, or a new one.

        Args:
            source: what is read, in words that are the same the next time.
            files: its pictures; asked only where there is no such batch.
            options: what to do with the cards of a new one.
            name: for people.

        Returns:
            The batch, and whether it is new. Two drivers that ask at once are given the same one.
        """
        known = self.unfinished(source)
        if known is not None:
            return known, False
        listed = files()
        with self._database.transaction() as connection:
            row = connection.execute(
                "SELECT id FROM batches WHERE source = ? "
                "AND state IN ('queued', 'running', 'paused') ORDER BY id DESC",
                [source],
            ).fetchone()
            if row is None:
                state = BatchState.QUEUED if listed else BatchState.DONE
                columns = {
                    "name": storable(name),
                    "created_at": time.time(),
                    "state": str(state),
                    "options": options_text(options),
                    "watched": "",
                    "source": source,
                }
                batch_id = insert_row(connection, "batches", columns)
                insert_items(connection, batch_id, listed, "")
            else:
                (batch_id,) = row
        (batch,) = self._database.read(BATCHES.format(where="id = ?"), [batch_id, 1], batch_of)
        return batch, row is None

    def state(self, batch_id: int) -> BatchState | None:
        """What happens to a batch now; None when there is none with this id."""
        found = self._database.value("SELECT state FROM batches WHERE id = ?", [batch_id])
        return None if found is None else BatchState(found)

    def record(self, read: Sequence[ReadPicture], seconds: float = 0.0) -> int:
        """Record some pictures, all of them or none; how many of them hadn't ended before.

        Args:
            read: what was read of each.
            seconds: that the batch took for all of them.
        """
        recorded = 0

        def action(edit: Edit) -> Change:
            nonlocal recorded
            ids: list[int] = []
            labels = []
            recorded = 0  # a damaged row has it all done once more
            for one in read:
                change = _record(edit, one, seconds / len(read))
                if change is not None:
                    recorded += 1
                    ids += change.ids
                    labels += [change.label] if change.label else []
            label = labels[0] if len(labels) == 1 else f"Keep the cards of {len(labels)} pictures"
            return Change(ChangeKind.SCANS, tuple(ids), label if labels else "")

        if read:
            self._database.edit(action)
        return recorded

    def answers(self, batch_id: int) -> Iterator[tuple[Path, dict[str, Any] | None]]:
        """Each picture that has ended, in the batch's order, with its answer.

        None where the answer was damaged and set aside.
        """
        last = 0
        while True:
            rows = self._database.rows(
                "SELECT id, path FROM batch_items WHERE batch_id = ? AND id > ? "
                "AND state != 'waiting' ORDER BY id LIMIT ?",
                [batch_id, last, _PAGE],
            )
            if not rows:
                return
            first, last = rows[0]["id"], rows[-1]["id"]
            found = dict(
                self._database.read(
                    "SELECT item_id, answer FROM batch_answers WHERE item_id BETWEEN ? AND ?",
                    [first, last],
                    _with_item,
                )
            )
            for row in rows:
                yield Path(os.fsdecode(row["path"])), found.get(row["id"])


def _with_item(row: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
    return int(row["item_id"]), answer_of(row)


def _record(edit: Edit, read: ReadPicture, seconds: float) -> Change | None:
    """Record one picture; None when it had ended before, or isn't there any more."""
    connection = edit.connection
    waiting = connection.execute(
        "SELECT 1 FROM batch_items WHERE id = ? AND state = 'waiting'", [read.item_id]
    ).fetchone()
    if waiting is None:
        return None
    connection.execute(  # there is one where the picture had failed and is tried again
        "INSERT OR REPLACE INTO batch_answers (item_id, answer) VALUES (?, ?)",
        [read.item_id, packed(read.answer)],
    )
    error = read.answer.get("error")
    if error:
        end_item(connection, read.item_id, ItemState.FAILED, str(error), seconds)
        return Change(ChangeKind.SCANS, ())
    if options_of_batch(connection, batch_of_item(connection, read.item_id)).record:
        if _counts_already(connection, read):
            return Change(ChangeKind.SCANS, ())
        connection.execute(
            "UPDATE batch_items SET content = ? WHERE id = ?", [read.content, read.item_id]
        )
    batch_id = end_item(connection, read.item_id, ItemState.DONE, "", seconds)
    if batch_id is None or read.picture is None:
        return Change(ChangeKind.SCANS, ())
    return record_item(edit, read.item_id, batch_id, read.picture)


def _counts_already(connection: Connection, read: ReadPicture) -> bool:
    """End a picture whose file was recorded as another one, without its cards; False if none."""
    if read.content is None:
        return False
    if skip_counted(connection, read.item_id, read.content):
        return True
    same, state = same_file(connection, read.item_id, read.content)
    if state is not ItemState.DONE:
        return False
    connection.execute(
        "UPDATE batch_items SET content = ?, same_as = ?, state = 'done', finished_at = ? "
        "WHERE id = ?",
        [read.content, same, time.time(), read.item_id],
    )
    end_if_done(connection, batch_of_item(connection, read.item_id))
    return True
