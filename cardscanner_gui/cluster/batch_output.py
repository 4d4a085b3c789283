"""The answers of a batch as files, made from the ledger: whole, in its order, each picture once."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

from cardscanner_gui.capture.files import printable
from cardscanner_gui.cluster.object_store import name_of
from cardscanner_gui.core.errors import ExportError
from cardscanner_gui.store.cluster_batches import ClusterBatches

_ROWS = 1000
"""Pictures in one group of rows of a Parquet file."""


def objects(ledger: ClusterBatches, batch_id: int, *, remote: bool) -> Iterator[dict[str, Any]]:
    """The scan contract's object of each picture that has ended.

    Args:
        ledger: where they are.
        batch_id: of the batch.
        remote: whether its pictures lie in an object store.
    """
    for path, answer in ledger.answers(batch_id):
        if answer is not None:
            yield answer
            continue
        name = name_of(path) if remote else printable(path)
        lost = "the answer was damaged in the database; read the picture again"
        empty = {"width": 0, "height": 0, "elapsed_ms": 0, "cards": []}
        yield {"file": name, **empty, "error": lost}


def write_json_lines(file: Path, found: Iterator[dict[str, Any]]) -> int:
    """One object a line; how many. The file is replaced whole. Raises `ExportError`."""

    def write(target: IO[bytes]) -> int:
        count = 0
        for answer in found:
            target.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
            count += 1
        return count

    return _replace(file, write)


def write_parquet(file: Path, found: Iterator[dict[str, Any]]) -> int:
    """One row a picture; how many. The file is replaced whole.

    What is most asked for has columns of its own; `answer` is the contract's whole object.

    Raises:
        ExportError: it can't be written.
    """
    import pyarrow as pa
    from pyarrow import parquet

    card = pa.struct(
        {
            **dict.fromkeys(
                ("game", "status", "reason", "id", "name", "certain_name"), pa.string()
            ),
            **dict.fromkeys(("set_id", "set_name", "number", "language", "finish"), pa.string()),
        }
    )
    schema = pa.schema(
        {
            "file": pa.string(),
            "width": pa.int32(),
            "height": pa.int32(),
            "elapsed_ms": pa.int64(),
            "error": pa.string(),
            "cards": pa.list_(card),
            "answer": pa.string(),
        }
    )

    def write(target: IO[bytes]) -> int:
        count = 0
        with parquet.ParquetWriter(target, schema, compression="zstd") as writer:
            while group := list(islice(found, _ROWS)):
                writer.write_table(pa.Table.from_pylist([_row(a) for a in group], schema))
                count += len(group)
        return count

    return _replace(file, write)


def _row(answer: dict[str, Any]) -> dict[str, Any]:
    plain = {name: answer[name] for name in ("file", "width", "height", "elapsed_ms", "error")}
    cards = [
        {**(card["card"] or {}), **{n: card[n] for n in ("game", "status", "reason")}}
        | {"certain_name": card["certain_name"]}
        for card in answer["cards"]
    ]
    return {**plain, "cards": cards, "answer": json.dumps(answer, ensure_ascii=False)}


def _replace(file: Path, write: Callable[[IO[bytes]], int]) -> int:
    unfinished = file.with_name(f"{file.name}.{os.getpid()}.tmp")
    try:
        with unfinished.open("wb") as target:
            count = write(target)
        unfinished.replace(file)
    except OSError as error:
        raise ExportError(
            f"{file} can't be written: {error.strerror or error}. The answers are in the ledger:"
            " `cardscanner cluster results` writes them elsewhere."
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return count
