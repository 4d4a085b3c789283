"""Changing batches and their pictures, inside an open transaction."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlite_utils import Database as Connection

from cardscanner_gui.core.batches import BatchOptions, ItemState
from cardscanner_gui.core.collection import Change
from cardscanner_gui.store.batch_rows import ITEMS, options_of
from cardscanner_gui.store.counted import counted
from cardscanner_gui.store.edit import Edit, insert_row
from cardscanner_gui.store.scan_edits import record_picture
from cardscanner_gui.store.scanned_picture import ScannedPicture


def insert_items(
    connection: Connection, batch_id: int, files: Iterable[Path], version: str
) -> None:
    """Add pictures to a batch."""
    connection.conn.executemany(
        "INSERT INTO batch_items (batch_id, path, version) VALUES (?, ?, ?)",
        [(batch_id, os.fsencode(file), version) for file in files],
    )


def end_item(
    connection: Connection, item_id: int, state: ItemState, error: str, seconds: float
) -> int | None:
    """End a waiting item, and those that are the same file; its batch, None if it had ended."""
    ended = [str(state), error, time.time(), item_id]
    end = "UPDATE batch_items SET state = ?, error = ?, finished_at = ?"
    cursor = connection.execute(f"{end}, same_as = NULL WHERE id = ? AND state = 'waiting'", ended)
    if not cursor.rowcount:
        return None
    connection.execute(f"{end} WHERE same_as = ? AND state = 'waiting'", ended)
    batch_id = batch_of_item(connection, item_id)
    connection.execute(
        "UPDATE batches SET worked_seconds = worked_seconds + ? WHERE id = ?", [seconds, batch_id]
    )
    end_if_done(connection, batch_id)
    return batch_id


def next_rows(
    connection: Connection, batch_id: int, n: int, most_attempts: int
) -> list[dict[str, Any]]:
    """The rows of the pictures to be read next; none unless the batch is running.

    One that was tried `most_attempts` times is the only one, when nothing else is being read.
    """
    free = (
        "batch_id = ? AND state = 'waiting' AND NOT taken AND attempts {attempts} AND batch_id IN "
        "(SELECT id FROM batches WHERE state = 'running')"
    )
    (tried_alone, taken) = connection.execute(
        "SELECT coalesce(sum(attempts > ?), 0), count(*) FROM batch_items "
        "WHERE batch_id = ? AND state = 'waiting' AND taken",
        [most_attempts, batch_id],
    ).fetchone()
    if tried_alone:
        return []
    where = free.format(attempts=f"< {most_attempts:d}")
    rows = list(connection.query(ITEMS.format(where=where), [batch_id, n]))
    if not rows and not taken:
        where = free.format(attempts=f">= {most_attempts:d}")
        rows = list(connection.query(ITEMS.format(where=where), [batch_id, 1]))
    return rows


def batch_of_item(connection: Connection, item_id: int) -> int:
    """The batch that an item belongs to."""
    (batch_id,) = connection.execute(
        "SELECT batch_id FROM batch_items WHERE id = ?", [item_id]
    ).fetchone()
    return int(batch_id)


def options_of_batch(connection: Connection, batch_id: int) -> BatchOptions:
    """What to do with the cards of a batch."""
    (options,) = connection.execute(
        "SELECT options FROM batches WHERE id = ?", [batch_id]
    ).fetchone()
    return options_of({"options": options})


def end_if_done(connection: Connection, batch_id: int) -> None:
    """A batch is done when none of its items waits."""
    connection.execute(
        "UPDATE batches SET state = 'done', worker = NULL "
        "WHERE id = ? AND state IN ('queued', 'running', 'paused') AND NOT EXISTS "
        "(SELECT 1 FROM batch_items WHERE batch_id = batches.id AND state = 'waiting')",
        [batch_id],
    )


def same_file(connection: Connection, item_id: int, content: str) -> tuple[int | None, ItemState]:
    """The item whose file has the same bytes and is done or being done; else None and waiting.

    It is looked for in the item's own batch, and for a watched folder in all batches of that.
    """
    row = connection.execute(
        """
        SELECT other.id, other.state FROM batch_items AS other
        JOIN batches ON batches.id = other.batch_id
        JOIN batch_items AS mine ON mine.id = ?
        JOIN batches AS my_batch ON my_batch.id = mine.batch_id
        WHERE other.content = ? AND other.id != mine.id AND other.same_as IS NULL
            AND (other.batch_id = mine.batch_id
                OR (my_batch.watched != '' AND batches.watched = my_batch.watched))
            AND (other.state = 'done'
                OR (other.state = 'waiting' AND other.taken AND other.batch_id = mine.batch_id))
        LIMIT 1
        """,
        [item_id, content],
    ).fetchone()
    return (row[0], ItemState(row[1])) if row else (None, ItemState.WAITING)


def skip_counted(connection: Connection, item_id: int, content: str) -> bool:
    """End a picture whose file was counted before its batch, where the batch skips those."""
    batch_id = batch_of_item(connection, item_id)
    if not options_of_batch(connection, batch_id).skip_counted:
        return False
    own = connection.execute(
        "SELECT 1 FROM batch_items WHERE batch_id = ? AND content = ? AND id != ? "
        "AND NOT counted_before",
        [batch_id, content, item_id],
    ).fetchone()
    if own or not counted(connection, [content]):
        return False
    connection.execute(
        "UPDATE batch_items SET content = ?, counted_before = 1, state = 'done', finished_at = ? "
        "WHERE id = ? AND state = 'waiting'",
        [content, time.time(), item_id],
    )
    end_if_done(connection, batch_id)
    return True


def record_item(edit: Edit, item_id: int, batch_id: int, picture: ScannedPicture) -> Change:
    """Record the cards of an item, and keep them as the options of its batch say."""
    (content,) = edit.connection.execute(
        "SELECT content FROM batch_items WHERE id = ?", [item_id]
    ).fetchone()
    options = options_of_batch(edit.connection, batch_id)
    picture = replace(picture, content=content, once=options.skip_counted)
    change = record_picture(edit, picture, options.keep_as)
    if picture.cards and not change.ids:
        edit.connection.execute("UPDATE batch_items SET counted_before = 1 WHERE id = ?", [item_id])
    for place, scan_id in enumerate(change.ids):
        row = {"item_id": item_id, "place": place, "scan_id": scan_id}
        insert_row(edit.connection, "batch_scans", row)
    return change
