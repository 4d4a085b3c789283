"""Batches and their pictures as rows, and the cards of one picture into the other tables."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from cardscanner_gui.core.batches import Batch, BatchItem, BatchOptions, BatchState, ItemState
from cardscanner_gui.core.copies import CopyDefaults
from cardscanner_gui.store.rows import checked, json_object, json_value, moment

BATCHES = """
    SELECT found.*, count(items.id) AS total,
        coalesce(sum(items.state = 'done'), 0) AS done,
        coalesce(sum(items.state = 'failed'), 0) AS failed,
        coalesce(sum(items.counted_before), 0) AS counted_before,
        coalesce(sum(items.state != 'waiting'
            AND (items.same_as IS NOT NULL OR items.counted_before)), 0) AS repeated
    FROM (SELECT * FROM batches WHERE {where} ORDER BY id DESC LIMIT ?) AS found
    LEFT JOIN batch_items AS items ON items.batch_id = found.id
    GROUP BY found.id ORDER BY found.id DESC
"""
ITEMS = """
    SELECT items.*, (
        SELECT json_group_array(scan_id) FROM (
            SELECT scan_id FROM batch_scans
            WHERE item_id = coalesce(items.same_as, items.id) ORDER BY place
        )
    ) AS scan_ids
    FROM batch_items AS items WHERE {where} ORDER BY items.id LIMIT ?
"""
_OWN = ("keep", "watched", "skip_counted", "record")
_LARGEST_ANSWER = 64 << 20
_DEFAULTS = tuple(field.name for field in fields(CopyDefaults))


@checked("batches", Batch)
def batch_of(row: Mapping[str, Any]) -> Batch:
    """The batch of a row of `BATCHES`."""
    return Batch(
        id=row["id"],
        name=row["name"],
        created_at=moment(row["created_at"]),
        state=BatchState(row["state"]),
        options=options_of(row),
        total=row["total"],
        done=row["done"],
        failed=row["failed"],
        repeated=row["repeated"],
        counted_before=row["counted_before"],
        worked_seconds=row["worked_seconds"],
        source=row["source"],
    )


def options_text(options: BatchOptions) -> str:
    """The column that says what to do with the cards of a batch."""
    # Side by side, as they were before copies had defaults of their own: older versions read it.
    return json.dumps(
        {**{name: getattr(options, name) for name in _OWN}, **asdict(options.defaults)}
    )


@checked("batches", BatchOptions)
def options_of(row: Mapping[str, Any]) -> BatchOptions:
    """The options of a batch's row; what a newer version added is left out."""
    values = json_object(row["options"])
    defaults = CopyDefaults(**{name: values[name] for name in _DEFAULTS if name in values})
    own = {name: values[name] for name in _OWN if name in values}
    return BatchOptions(**own, defaults=defaults)


@checked("batch_items", BatchItem)
def item_of(row: Mapping[str, Any]) -> BatchItem:
    """The picture of a row of `ITEMS`."""
    return BatchItem(
        id=row["id"],
        batch_id=row["batch_id"],
        path=Path(os.fsdecode(row["path"])),
        state=ItemState(row["state"]),
        attempts=row["attempts"],
        error=row["error"],
        same_as=row["same_as"],
        scan_ids=tuple(json_value(row["scan_ids"])),
    )


def packed(answer: Mapping[str, Any]) -> bytes:
    """The column that holds an answer, an object as the scan contract has it."""
    return zlib.compress(json.dumps(answer, ensure_ascii=False).encode())


@checked("batch_answers", Mapping[str, Any])
def answer_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of a row of `batch_answers`."""
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(row["answer"], _LARGEST_ANSWER)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if not unpacker.eof:
        raise ValueError("cut off, or too large")
    return json_object(text.decode())
