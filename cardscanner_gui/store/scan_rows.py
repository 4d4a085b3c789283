"""A scan as a row of the table `scans`, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from cardscanner_gui.core.codec import (
    decode_candidate,
    decode_printing,
    decode_reading,
    encode_candidate,
    encode_printing,
    encode_reading,
    encode_reading_summary,
)
from cardscanner_gui.core.collection import Decision, Entry, Scan
from cardscanner_gui.core.copies import Copy, copy_of
from cardscanner_gui.core.model_share import decode_share, encode_share
from cardscanner_gui.core.types import Printing, Reading, Recognition, Status
from cardscanner_gui.store.entry_rows import entry_of, storable, stored_copy
from cardscanner_gui.store.rows import checked, json_value, moment


def scan_values(recognition: Recognition, source: str, scanned_at: float) -> dict[str, Any]:
    """The columns of a new scan."""
    corners = recognition.corners
    fingerprint = recognition.fingerprint
    return {
        "source": storable(source),
        "scanned_at": scanned_at,
        **answer_values(recognition),
        "reading": json.dumps(encode_reading(recognition.reading)),
        "corners": None if corners is None else json.dumps(corners.tolist()),
        "reader": recognition.reading.reader,
        "game": recognition.reading.game,
        "fingerprint": None if fingerprint is None else f"{fingerprint:016x}",
        "timings_ms": json.dumps(dict(recognition.timings_ms)),
        "model": None if recognition.model is None else json.dumps(encode_share(recognition.model)),
    }


def answer_values(recognition: Recognition) -> dict[str, Any]:
    """The columns that say which printing it is, and what follows from that."""
    match = recognition.match
    printing = match.printing
    return {
        "status": str(match.status),
        "reason": match.reason,
        "printing": None if printing is None else json.dumps(encode_printing(printing)),
        "candidates": json.dumps([encode_candidate(c) for c in match.candidates]),
        "language": recognition.language,
        "finish": recognition.finish,
    }


@checked("scans", Scan)
def scan_of(row: Mapping[str, Any]) -> Scan:
    """The scan of a row."""
    candidates = [decode_candidate(values) for values in json_value(row["candidates"])]
    corners = row["corners"]
    fingerprint_of(row)  # no part of a scan, but of its row
    return Scan(
        id=row["id"],
        source=row["source"],
        scanned_at=moment(row["scanned_at"]),
        status=Status(row["status"]),
        reason=row["reason"],
        decision=Decision(row["decision"]),
        printing=_printing_of(row["printing"]),
        candidates=tuple((candidate.printing, candidate.score) for candidate in candidates),
        reading=encode_reading_summary(reading_of(row)),
        corners=tuple((x, y) for x, y in json_value(corners)) if corners else None,
        reader=row["reader"],
        entry_id=row["entry_id"],
        has_photo=row["photo_id"] is not None,
        evidence=tuple(candidate.evidence for candidate in candidates),
        language=row["language"],
        finish=row["finish"],
        copies=row["entry_quantity"],
        session_id=row["session_id"],
        planned=planned_of(row),
        wanted=_wanted_of(row["wanted"]),
        model=decode_share(json_value(row["model"])) if row["model"] else None,
    )


@checked("scans", int | None)
def fingerprint_of(row: Mapping[str, Any]) -> int | None:
    """How the card of a row looked; None where no outline was found."""
    return None if row["fingerprint"] is None else int(row["fingerprint"], 16)


def planned_values(entry: Entry) -> str:
    """The column that says which copy the end of the scan's session adds."""
    return json.dumps({"printing": encode_printing(entry.printing), **asdict(copy_of(entry))})


@checked("scans", Entry | None)
def planned_of(row: Mapping[str, Any]) -> Entry | None:
    """The copy that the end of its session adds; None where nothing is planned."""
    if row["planned"] is None:
        return None
    values = json_value(row["planned"])
    copy = asdict(stored_copy(values))
    printing = decode_printing(values["printing"])
    return Entry(printing, **copy, scanned_at=row["scanned_at"], scan_id=row["id"])


def kept_entry(row: Mapping[str, Any], entry_row: Mapping[str, Any] | None) -> Entry | None:
    """What a scan added to its entry's row, or will add; None where there is nothing."""
    planned = planned_of(row)
    if planned is not None or entry_row is None:
        return planned
    return replace(entry_of(entry_row), quantity=row["entry_quantity"])


@checked("scans", Reading)
def reading_of(row: Mapping[str, Any]) -> Reading:
    """The whole reading of a row."""
    return decode_reading(json_value(row["reading"]))


def wanted_values(copy: Copy) -> str:
    """The column that says which copy an imported row is of."""
    return json.dumps(asdict(copy))


def _wanted_of(text: str | None) -> Copy | None:
    return stored_copy(json_value(text)) if text else None


def _printing_of(text: str | None) -> Printing | None:
    return decode_printing(json_value(text)) if text else None
