"""Invented cards for the tests of store and export."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from cardscanner_gui.core.collection import Entry, Scan
from cardscanner_gui.core.types import (
    Box,
    Candidate,
    Field,
    Match,
    Printing,
    Reading,
    Recognition,
    Status,
    TextLine,
    Variant,
)
from cardscanner_gui.store import ScanLog
from cardscanner_gui.store.scanned_picture import ScannedPicture

SPROUTLE = Printing(
    id="inv02-012",
    names={"en": "Sproutle", "fr": "Pousséclair", "ja": "スプラウトル"},
    set_id="inv02",
    set_names={"en": "Verdant Dawn", "fr": "Aube Verdoyante"},
    number="012",
    printed_total=193,
    set_code="VDN",
    series="Invented",
    facts={
        "hp": 60,
        "category": "Pokemon",
        "stage": "Basic",
        "types": ("Grass",),
        "regulation_mark": "G",
        "attacks": ({"en": "Gather Dew", "fr": "Rosée"}, {"en": "Seed Toss"}),
        "dex_ids": (906,),
    },
    rarity="Common",
    illustrator="A. Penciller",
    released="2023-06-09",
    variants=(
        Variant("normal", (), {"cardmarket": 715, "tcgplayer": 497}),
        Variant("normal", ("snowflake",), {"tcgplayer": 999}),
        Variant("reverse", (), {"tcgplayer": 498}),
    ),
)
EMBERIX = Printing(
    id="inv01-4",
    names={"en": "Emberix"},
    set_id="inv01",
    set_names={"en": "First Light"},
    number="4",
    printed_total=102,
    rarity="Rare",
    facts={"hp": 120, "evolves_from": {"en": "Cindling"}},
    variants=(Variant("firstEditionHolo", ("shadowless",), {"tcgplayer": 106}), Variant("holo")),
)
HO_WIND = Printing(
    id="invp-SWSH174",
    names={"en": "Ho-Wind’s Élan"},
    set_id="invp",
    set_names={"en": "Promos"},
    number="SWSH174",
    set_code="PRM",
)


def printing(name: str, number: str = "001", **fields: Any) -> Printing:
    """A printing of an invented set, with an id of its own."""
    values = {"set_id": "inv03", "set_names": {"en": "Third Set"}, "printed_total": 150, **fields}
    return Printing(
        id=f"{values['set_id']}-{number}-{name}", names={"en": name}, number=number, **values
    )


def entry(card: Printing = SPROUTLE, **fields: Any) -> Entry:
    """An entry, scanned at a fixed time unless told otherwise."""
    return replace(Entry(card, scanned_at=1_700_000_000.25), **fields)


def reading(name: str = "Sproutle", number: str = "012/193") -> Reading:
    """What a reader saw."""
    box = Box(0.14, 0.028, 0.66, 0.105)
    return Reading(
        reader="ocr",
        lines=(TextLine(name, 0.99, box), TextLine(number, 0.5, Box(0, 0.9, 0.4, 1.0))),
        fields={
            "name": (Field(name, 0.99, box), Field("Sprout1e", 0.4)),
            "number": (Field(number, 0.97, Box(0.03, 0.937, 0.36, 0.985)),),
        },
    )


def record_one(
    scans: ScanLog,
    card: Recognition,
    source: str = "a.jpg",
    scanned_at: float = 1.0,
    photo: bytes | None = None,
    session_id: int | None = None,
) -> Scan:
    """Record a picture of one card, undecided."""
    picture = ScannedPicture(source, scanned_at, (card,), (photo,), session_id)
    scan = scans.get(scans.record(picture).ids[0])
    assert scan is not None
    return scan


def recognition(status: Status = Status.UNSURE) -> Recognition:
    """A recognised card with two candidates."""
    candidates = (
        Candidate(SPROUTLE, 21.0, 0.93, {"name": 9.0, "number": 12.0}),
        Candidate(EMBERIX, 2.5, 0.12, {"hp": 4.0, "number": -1.5}),
    )
    identified = SPROUTLE if status is Status.IDENTIFIED else None
    match = Match(status, "number 012/193 and name agree", identified, 18.5, candidates)
    return Recognition(
        match=match,
        reading=reading(),
        corners=np.array([[1.5, 2.0], [64.5, 2.0], [64.5, 90.0], [1.5, 90.25]]),
        language="fr",
        finish="reverse",
        fingerprint=2**64 - 2,
        timings_ms={"find": 25.0, "read": 310.5},
    )
