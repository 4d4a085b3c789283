"""What the collection holds: entries the user keeps, scans that wait or were decided, changes.

A scan is what the camera or a file showed and what we made of it. An entry is a card that the user
keeps. They are kept apart, so that rejecting a scan, or deleting an entry, loses nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from cardscanner_gui.core.copies import Copy, CopyDefaults, starting_copy
from cardscanner_gui.core.model_share import ModelShare
from cardscanner_gui.core.types import SLAB_FIELDS, Printing, Status


@dataclass(frozen=True)
class Entry(Copy):
    """One line of the collection: copies of a printing.

    The printing is a snapshot: the collection stays readable with no catalogue, or a newer one.

    Attributes:
        id: 0 until it is stored.
        scanned_at: seconds since the epoch.
        scan_id: the scan it came from, None when typed in.
        has_photo: whether `Collection.photo(id)` gives the user's own picture.
        provenance: reader, model id, prompt version, reason, raw text: how it was recognised.
    """

    printing: Printing
    scanned_at: float = 0.0
    id: int = 0
    scan_id: int | None = None
    has_photo: bool = False
    provenance: Mapping[str, Any] = field(default_factory=dict)


class SortKey(StrEnum):
    """Columns the collection can be sorted by; sorting happens in SQL."""

    NAME = "name"
    SET = "set_name"
    NUMBER = "number_sort"
    QUANTITY = "quantity"
    FINISH = "finish"
    CONDITION = "condition"
    LANGUAGE = "language"
    RARITY = "rarity"
    SCANNED_AT = "scanned_at"
    FOLDER = "folder"
    PRICE = "purchase_price"
    BOUGHT = "purchased_on"
    GRADE = "grade"
    ARTIST = "artist_sort"


@dataclass(frozen=True)
class EntryQuery:
    """Which entries, in which order.

    Attributes:
        text: words of name, set, number, code, note, tags, and `field:value` as
            `store.search.language` has it.
        aliases: for words of `text`: what the cards that they name are called in other languages.
    """

    text: str = ""
    sort: SortKey = SortKey.SCANNED_AT
    descending: bool = True
    aliases: tuple[tuple[str, tuple[str, ...]], ...] = ()


class Group(NamedTuple):
    """Entries that stand together in a query's order, such as those of one set."""

    entries: int
    copies: int


class Decision(StrEnum):
    """What became of a scan."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Scan:
    """One recognised card, as it was recorded.

    Attributes:
        candidates: printings with score and evidence, best first.
        reading: the scan contract's `reading` object plus `hypotheses` and the raw `lines`, as
            `core.codec.encode_reading_summary` writes it.
        corners: in the picture's pixels, or None.
        evidence: points by kind of evidence for each candidate, in their order;
            `catalogue.match.reasons` says them in words.
        language, finish: what the picture told, or None.
        copies: how many copies accepting it added to its entry.
        session_id: the session of live scanning that it belongs to.
        planned: while that is unfinished: what its end adds to the collection.
        wanted: the copy as an imported file has it; None where the card was scanned.
        model: what a model had to do with the answer; None where none was asked.
    """

    id: int
    source: str
    scanned_at: float
    status: Status
    reason: str
    decision: Decision
    printing: Printing | None
    candidates: tuple[tuple[Printing, float], ...]
    reading: Mapping[str, Any]
    corners: tuple[tuple[float, float], ...] | None
    reader: str
    entry_id: int | None = None
    has_photo: bool = False
    evidence: tuple[Mapping[str, float], ...] = ()
    language: str | None = None
    finish: str | None = None
    copies: int = 0
    session_id: int | None = None
    planned: Entry | None = None
    wanted: Copy | None = None
    model: ModelShare | None = None

    @property
    def slab(self) -> Mapping[str, str]:
        """What the label of the card's case says, by `SLAB_FIELDS`; empty without one."""
        told = ((kind, self.reading.get(kind)) for kind in SLAB_FIELDS)
        return {kind: str(found["text"]) for kind, found in told if isinstance(found, Mapping)}

    def starting_copy(self, printing: Printing | None, defaults: CopyDefaults) -> Copy:
        """What the copy starts as when the scan is kept as this printing."""
        return self.wanted or starting_copy(printing, self, defaults)


class ChangeKind(StrEnum):
    ADDED = "added"
    UPDATED = "updated"
    MERGED = "merged"  # updated, and lines that became the same are one now
    DELETED = "deleted"
    SCANS = "scans"


@dataclass(frozen=True)
class Change:
    """What an operation did; views refresh from it, and `label` names it in the Undo menu."""

    kind: ChangeKind
    ids: tuple[int, ...]
    label: str = ""
