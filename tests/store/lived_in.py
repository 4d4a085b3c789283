"""What a user would find in a database: plain values, whatever types a version gives them."""

from __future__ import annotations

import hashlib
from typing import Any

from cardscanner_gui.core.collection import Entry, EntryQuery, Scan, SortKey
from cardscanner_gui.core.types import Printing
from cardscanner_gui.store import Collection, Database, ScanLog, Sessions
from cardscanner_gui.store.batches import BatchStore
from cardscanner_gui.store.metrics import MetricTotals
from cardscanner_gui.store.recognitions import RecognitionStore


def contents(database: Database) -> dict[str, Any]:
    """Everything that is kept, as JSON values."""
    collection, scans = Collection(database), ScanLog(database)
    batches, totals = BatchStore(database), MetricTotals(database)
    views = RecognitionStore(database)
    known = [number for number, _ in views.fingerprints_after(0)]
    return {
        "entries": [
            {**_entry(one), "photo": _digest(collection.photo(one.id))}
            for one in collection.page(EntryQuery("", SortKey.NAME, descending=False), 0, 1000)
        ],
        "words": {
            text: collection.count(EntryQuery(text))
            for text in ("sproutle", "012/193", "spare", "élan", "dawn", "nothing")
        },
        "scans": [
            {
                **_scan(one),
                "photo": _digest(scans.photo(one.id)),
                "fingerprint": scans.fingerprint(one.id),
                "lines": [line.text for line in _reading_of(scans, one.id).lines],
            }
            for one in scans.recent(1000)
        ],
        "pending": [one.id for one in scans.pending()],
        "sessions": [
            {
                "id": one.id,
                "source": one.source,
                "started_at": one.started_at,
                "state": str(one.state),
                "note": one.defaults.note,
                "starts_as": [one.defaults.finish, one.defaults.condition, one.defaults.language],
                "cards": [one.cards, one.identified, one.unsure, one.copies],
            }
            for one in Sessions(database).recent()
        ],
        "batches": [
            {
                "id": one.id,
                "name": one.name,
                "created_at": one.created_at,
                "state": str(one.state),
                "keeps": one.options.keep,
                "starts_as": [
                    one.options.defaults.finish,
                    one.options.defaults.condition,
                    one.options.defaults.language,
                ],
                "watched": one.options.watched,
                "counts": [one.total, one.done, one.failed, one.repeated],
                "seconds": one.worked_seconds,
                "items": [
                    [item.path.as_posix(), str(item.state), item.error, list(item.scan_ids)]
                    for item in batches.items(one.id)
                ],
            }
            for one in batches.list()
        ],
        "views": [
            [f"{view.fingerprint:016x}", view.printing_id, view.confirmed, len(view.places)]
            for view in views.views(known).values()
        ],
        "counted": {
            "cards": totals.read().count("cards_total", status="identified"),
            "milliseconds": totals.read().distribution("stage_ms", stage="read").total,
            "last run": totals.last_run().count("cards_total", status="identified"),
        },
    }


def _reading_of(scans: ScanLog, scan_id: int) -> Any:
    reading = scans.reading(scan_id)
    assert reading is not None
    return reading


def _printing(printing: Printing | None) -> list[Any] | None:
    if printing is None:
        return None
    return [
        printing.id,
        printing.name,
        printing.set_name,
        printing.set_code,
        printing.printed_number,
        printing.names.get("fr"),
        printing.facts.get("hp"),
        printing.rarity,
        printing.facts.get("stage"),
        list(printing.facts.get("types", ())),
        printing.illustrator,
        printing.released,
        list(printing.finishes),
    ]


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "printing": _printing(entry.printing),
        "copy": [entry.quantity, entry.finish, entry.condition, entry.language, entry.note],
        "scanned_at": entry.scanned_at,
        "scan": entry.scan_id,
        "provenance": dict(entry.provenance),
    }


def _scan(scan: Scan) -> dict[str, Any]:
    planned = scan.planned
    return {
        "id": scan.id,
        "source": scan.source,
        "scanned_at": scan.scanned_at,
        "answer": [str(scan.status), scan.reason, scan.reader, scan.language, scan.finish],
        "printing": _printing(scan.printing),
        "candidates": [[_printing(one), score] for one, score in scan.candidates],
        "points": [dict(points) for points in scan.evidence],
        "corners": None if scan.corners is None else [list(corner) for corner in scan.corners],
        "decision": str(scan.decision),
        "entry": scan.entry_id,
        "copies": scan.copies,
        "session": scan.session_id,
        "planned": None if planned is None else _entry(planned)["copy"],
    }


def _digest(photo: bytes | None) -> str | None:
    return None if photo is None else hashlib.sha256(photo).hexdigest()
