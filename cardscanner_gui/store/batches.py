"""The queue of batches, in the database: it survives a restart, a crash and a power cut.

A picture's cards and the note that it is done are written in one transaction: whenever the program
stops, each picture was recorded once or will be done again, never half and never twice.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from cardscanner_gui.core.batches import Batch, BatchItem, BatchOptions, BatchState, ItemState
from cardscanner_gui.core.collection import Change, ChangeKind
from cardscanner_gui.core.errors import StoreError
from cardscanner_gui.core.types import Recognition
from cardscanner_gui.store.batch_edits import (
    batch_of_item,
    end_if_done,
    end_item,
    insert_items,
    next_rows,
    record_item,
    same_file,
    skip_counted,
)
from cardscanner_gui.store.batch_rows import BATCHES, ITEMS, batch_of, item_of, options_text
from cardscanner_gui.store.database import Database
from cardscanner_gui.store.edit import Edit, insert_row
from cardscanner_gui.store.entry_rows import storable
from cardscanner_gui.store.scanned_picture import ScannedPicture
from cardscanner_gui.store.workers import is_working, this_worker

MAX_ATTEMPTS = 5
"""A picture that was among those at which the program ended so often is tried alone, once."""
_DAY = 24 * 3600.0


class BatchStore:
    """Batches and their pictures. Safe to use from any thread and from several processes.

    All methods raise `StoreError` when the file can't be read or written.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(
        self, files: Iterable[Path], options: BatchOptions | None = None, name: str = ""
    ) -> Batch:
        """Queue a batch.

        Args:
            files: each one picture; `capture.collect_pictures` makes them of folders and documents.
            options: what to do with the cards.
            name: for people; without one, the first file's.
        """
        options = options or BatchOptions()
        paths = list(files)
        with self._database.transaction() as connection:
            batch_id = insert_row(
                connection,
                "batches",
                {
                    "name": storable(name or (paths[0].name if paths else "")),
                    "created_at": time.time(),
                    "state": str(BatchState.QUEUED if paths else BatchState.DONE),
                    "options": options_text(options),
                    "watched": options.watched,
                },
            )
            insert_items(connection, batch_id, paths, "")
        return self._batch(batch_id)

    def append(self, batch_id: int, files: Iterable[Path], version: str = "") -> Batch:
        """Add pictures to a batch; one that was done goes on.

        Args:
            batch_id: which batch.
            files: as for `create`.
            version: what `knows` is to find them by, such as their size and time of change.
        """
        with self._database.transaction() as connection:
            insert_items(connection, batch_id, files, version)
            connection.execute(
                "UPDATE batches SET state = 'queued' WHERE id = ? AND state = 'done'", [batch_id]
            )
        return self._batch(batch_id)

    def get(self, batch_id: int) -> Batch | None:
        """The batch, None when there is none with this id."""
        found = self._database.read(BATCHES.format(where="id = ?"), [batch_id, 1], batch_of)
        return found[0] if found else None

    def list(self, limit: int = 50) -> Sequence[Batch]:
        """The last batches, newest first."""
        return self._database.read(BATCHES.format(where="true"), [limit], batch_of)

    def unfinished(self) -> Sequence[Batch]:
        """Queued and running batches that no other living process works on, oldest first.

        Not those that a cluster reads (`ClusterBatches`).
        """
        me = this_worker()

        def if_free(row: Mapping[str, Any]) -> Batch | None:
            batch = batch_of(row)
            free = row["worker"] in (None, me) or not is_working(row["worker"])
            return batch if free else None

        sql = BATCHES.format(where="state IN ('queued', 'running') AND source = ''")
        found = self._database.read(sql, [-1], if_free)
        return [batch for batch in reversed(found) if batch is not None]

    def items(
        self, batch_id: int, state: ItemState | None = None, limit: int = -1
    ) -> Sequence[BatchItem]:
        """The pictures of a batch in their order; only those in this state, if given."""
        where = "batch_id = ?" if state is None else f"batch_id = ? AND state = '{state}'"
        return self._database.read(ITEMS.format(where=where), [batch_id, limit], item_of)

    def waiting_under(self, folder: Path) -> Sequence[Path]:
        """The paths of all pictures in a folder that are still to be read, of any batch."""
        rows = self._database.rows(
            "SELECT path FROM batch_items WHERE path > ? AND path < ? AND state = 'waiting'",
            _within(folder),
        )
        return [Path(os.fsdecode(row["path"])) for row in rows]

    def delete(self, batch_id: int) -> bool:
        """Forget a batch with its scans that nobody decided on; False when there is none.

        What was kept stays in the collection. Whoever works on the batch must be stopped before.
        """
        with self._database.transaction() as connection:
            connection.execute(
                "DELETE FROM scans WHERE decision = 'pending' AND planned IS NULL AND id IN "
                "(SELECT scan_id FROM batch_scans JOIN batch_items ON batch_items.id = item_id "
                "WHERE batch_id = ?)",
                [batch_id],
            )
            cursor = connection.execute("DELETE FROM batches WHERE id = ?", [batch_id])
        return bool(cursor.rowcount)

    def forget_ended(self, folder: Path, before: float) -> int:
        """Forget the batches of a folder's pictures that ended before a time; how many these were.

        What they recorded stays, also what nobody decided on.
        """
        with self._database.transaction() as connection:
            cursor = connection.execute(
                "DELETE FROM batches WHERE state IN ('done', 'cancelled') AND created_at < ? "
                "AND id IN (SELECT batch_id FROM batch_items GROUP BY batch_id "
                "HAVING min(path) > ? AND max(path) < ? AND max(coalesce(finished_at, 0)) < ?)",
                [before, *_within(folder), before],
            )
        return int(cursor.rowcount)

    def counted_before(self, batch_id: int) -> Sequence[Path]:
        """The pictures of a batch that were skipped, because they were scanned before it."""
        rows = self._database.rows(
            "SELECT path FROM batch_items WHERE batch_id = ? AND counted_before ORDER BY id",
            [batch_id],
        )
        return [Path(os.fsdecode(row["path"])) for row in rows]

    def scan_ids(self, batch_id: int) -> Sequence[int]:
        """The scans that a batch recorded."""
        rows = self._database.rows(
            "SELECT scan_id FROM batch_scans JOIN batch_items ON batch_items.id = item_id "
            "WHERE batch_id = ? ORDER BY scan_id",
            [batch_id],
        )
        return [row["scan_id"] for row in rows]

    def knows(self, path: Path, version: str) -> bool:
        """Whether this version of a file was ever queued by `append`."""
        sql = "SELECT 1 FROM batch_items WHERE path = ? AND version = ? LIMIT 1"
        return self._database.value(sql, [os.fsencode(path), version]) is not None

    def watched(self, folder: str) -> Batch | None:
        """Today's batch of a watched folder, None before its first picture of the day."""
        batch_id = self._database.value(
            "SELECT max(id) FROM batches "
            "WHERE watched = ? AND created_at > ? AND state != 'cancelled'",
            [folder, time.time() - _DAY],
        )
        return None if batch_id is None else self.get(batch_id)

    def set_state(self, batch_id: int, state: BatchState) -> None:
        """Queue, pause or cancel a batch; whoever works on it stops before its next picture.

        A batch in which no picture waits stays done.
        """
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE batches SET state = ? WHERE id = ? AND EXISTS "
                "(SELECT 1 FROM batch_items WHERE batch_id = batches.id AND state = 'waiting')",
                [str(state), batch_id],
            )

    def retry_failed(self, batch_id: int) -> int:
        """Queue the failed pictures again; how many there are."""
        with self._database.transaction() as connection:
            cursor = connection.execute(
                "UPDATE batch_items SET state = 'waiting', error = '', attempts = 0, taken = 0, "
                "same_as = NULL WHERE batch_id = ? AND state = 'failed'",
                [batch_id],
            )
            if cursor.rowcount:
                connection.execute(
                    "UPDATE batches SET state = 'queued' WHERE id = ? AND state != 'running'",
                    [batch_id],
                )
        return int(cursor.rowcount)

    def claim(self, batch_id: int) -> bool:
        """Make this process the one that works on a batch; what was begun is begun anew.

        Returns:
            False when it is neither queued nor running, or another living process has it.
        """
        me = this_worker()
        with self._database.transaction() as connection:
            row = connection.execute(
                "SELECT worker FROM batches WHERE id = ? AND state IN ('queued', 'running')",
                [batch_id],
            ).fetchone()
            if row is None or (row[0] not in (None, me) and is_working(row[0])):
                return False
            connection.execute(
                "UPDATE batches SET worker = ?, state = 'running' WHERE id = ?", [me, batch_id]
            )
            connection.execute(
                "UPDATE batch_items SET taken = 0, same_as = NULL "
                "WHERE batch_id = ? AND state = 'waiting'",
                [batch_id],
            )
        return True

    def release(self, batch_id: int) -> None:
        """Stop working on a batch; what was taken and not finished waits for whoever comes next.

        Nothing happens where another process has taken it over meanwhile.
        """
        with self._database.transaction() as connection:
            cursor = connection.execute(
                "UPDATE batches SET worker = NULL, "
                "state = CASE state WHEN 'running' THEN 'queued' ELSE state END "
                "WHERE id = ? AND worker = ?",
                [batch_id, this_worker()],
            )
            if not cursor.rowcount:
                return
            connection.execute(
                "UPDATE batch_items SET taken = 0, attempts = attempts - 1, same_as = NULL "
                "WHERE batch_id = ? AND state = 'waiting' AND taken",
                [batch_id],
            )

    def next_items(self, batch_id: int, n: int) -> Sequence[BatchItem]:
        """Take up to `n` waiting pictures of a claimed batch; none unless it is running.

        Pictures that were being read each of the `MAX_ATTEMPTS` times that the program ended come
        last and each alone, since only one of them may be at fault. One at which it ended alone too
        fails here.
        """
        return self._database.mending(lambda: self._take(batch_id, n))

    def _take(self, batch_id: int, n: int) -> Sequence[BatchItem]:
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE batch_items SET state = 'failed', finished_at = ?, "
                "error = 'the program ended each time while it was read, also alone' "
                "WHERE batch_id = ? AND state = 'waiting' AND NOT taken AND attempts > ?",
                [time.time(), batch_id, MAX_ATTEMPTS],
            )
            end_if_done(connection, batch_id)
            rows = next_rows(connection, batch_id, n, MAX_ATTEMPTS)
            connection.execute(
                "UPDATE batch_items SET taken = 1, attempts = attempts + 1 "
                "WHERE id IN (SELECT value FROM json_each(?))",
                [json.dumps([row["id"] for row in rows])],
            )
        return [item_of(row) for row in rows]

    def begin_item(self, item_id: int, content: str) -> bool:
        """Note the hash of a taken picture's file; False when the same file needn't be read again.

        It then ends as the other one does, with the other one's cards. Nor is one read that doesn't
        wait any more, because its batch was deleted.
        """
        with self._database.transaction() as connection:
            if skip_counted(connection, item_id, content):
                return False
            same, state = same_file(connection, item_id, content)
            finished = time.time() if state == ItemState.DONE else None
            cursor = connection.execute(
                "UPDATE batch_items SET content = ?, same_as = ?, state = ?, finished_at = ? "
                "WHERE id = ? AND state = 'waiting'",
                [content, same, str(state), finished, item_id],
            )
            if not cursor.rowcount:
                return False
            end_if_done(connection, batch_of_item(connection, item_id))
        return same is None

    def finish_item(
        self,
        item_id: int,
        source: str,
        cards: Sequence[Recognition],
        seconds: float = 0.0,
        look: bytes | None = None,
    ) -> Change | None:
        """Record a picture's cards and that it is done, together or not at all.

        Args:
            item_id: which picture.
            source: the picture's path, as text.
            cards: in the picture's order; their photos are kept.
            seconds: that the batch took for it, as `Batch.worked_seconds` counts.
            look: how the picture looks; one that was counted before, as another file, is skipped
                where the batch skips those.

        Returns:
            The recorded scans; None when the picture was finished before: nothing is recorded then.
        """
        picture = ScannedPicture.of(cards, source, time.time(), look=look)
        finished = False

        def action(edit: Edit) -> Change:
            nonlocal finished
            batch_id = end_item(edit.connection, item_id, ItemState.DONE, "", seconds)
            finished = batch_id is not None
            if batch_id is None:
                return Change(ChangeKind.SCANS, ())
            return record_item(edit, item_id, batch_id, picture)

        change = self._database.edit(action)
        return change if finished else None

    def fail_item(self, item_id: int, error: str, seconds: float = 0.0) -> None:
        """Note that a picture couldn't be read; `error` is one line for the user."""
        with self._database.transaction() as connection:
            end_item(connection, item_id, ItemState.FAILED, error, seconds)

    def _batch(self, batch_id: int) -> Batch:
        batch = self.get(batch_id)
        if batch is None:
            raise StoreError(f"There is no batch {batch_id} in “{self._database.path}”.")
        return batch


def _within(folder: Path) -> tuple[bytes, bytes]:
    """Between which two lie the paths of all that is in a folder, as they are stored."""
    first = os.fsencode(folder) + os.sep.encode()
    return first, first + b"\xff"
