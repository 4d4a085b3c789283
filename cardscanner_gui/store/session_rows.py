"""A session as a row of the table `sessions`, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from cardscanner_gui.core.copies import CopyDefaults
from cardscanner_gui.core.sessions import Session, SessionState
from cardscanner_gui.store.edit import Edit
from cardscanner_gui.store.entry_rows import storable
from cardscanner_gui.store.rows import checked, moment

_DEFAULTS = tuple(field.name for field in fields(CopyDefaults))


def defaults_values(defaults: CopyDefaults) -> dict[str, Any]:
    """The columns that say what a session's cards start as."""
    return {**asdict(defaults), "note": storable(defaults.note)}


@checked("sessions", Session)
def session_of(row: Mapping[str, Any]) -> Session:
    """The session of a row, with its counts."""
    return Session(
        id=row["id"],
        source=row["source"],
        started_at=moment(row["started_at"]),
        state=SessionState(row["state"]),
        defaults=_defaults_of(row),
        ended_at=row["ended_at"],
        cards=row["cards"],
        identified=row["identified"],
        unsure=row["unsure"],
        copies=row["copies"],
    )


def session_defaults(edit: Edit, scan_row: Mapping[str, Any]) -> CopyDefaults | None:
    """What the cards of a scan's session start as; None for a scan that belongs to none."""
    rows = edit.connection.query("SELECT * FROM sessions WHERE id = ?", [scan_row["session_id"]])
    return next((_defaults_of(row) for row in rows), None)


@checked("sessions", CopyDefaults)
def _defaults_of(row: Mapping[str, Any]) -> CopyDefaults:
    return CopyDefaults(**{name: row[name] for name in _DEFAULTS})
