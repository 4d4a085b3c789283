"""A large collection of invented cards, for the benchmarks."""

from __future__ import annotations

import random
import time
from pathlib import Path

from cardscanner_gui.core.collection import Entry
from cardscanner_gui.core.types import Printing, Variant
from cardscanner_gui.store import Collection, Database
from tests.qt.cards import PRINTINGS

_SETS, _SET_SIZE = 300, 200
_SYLLABLES = ("char", "mo", "ri", "ta", "vel", "quo", "lin", "sa", "pi", "dra", "ko", "zen")
_RARITIES = ("Common", "Common", "Uncommon", "Rare", "Holo Rare", "Ultra Rare", "Promo", None)
_PORTION = 5_000


def many_printings(draw: random.Random) -> list[Printing]:
    """Every printing of the invented sets, with names in four languages and attacks."""
    names = [
        "".join(draw.choices(_SYLLABLES, k=draw.randint(2, 3))).capitalize() for _ in range(1_200)
    ]
    found = []
    for one in range(_SETS):
        set_names = {"en": f"Verdant {draw.choice(names)} {one}", "fr": f"Aube {one}"}
        for number in range(1, _SET_SIZE + 1):
            name = draw.choice(names)
            found.append(
                Printing(
                    id=f"inv{one:03}-{number:03}",
                    names={"en": name, "fr": f"{name}eau", "de": f"{name}chen", "ja": name[::-1]},
                    set_id=f"inv{one:03}",
                    set_names=set_names,
                    number=f"{number:03}",
                    printed_total=_SET_SIZE,
                    set_code=f"V{one:02X}",
                    series="Invented",
                    rarity=draw.choice(_RARITIES),
                    illustrator=f"A. {draw.choice(names)}",
                    released=f"{2000 + one // 12}-{one % 12 + 1:02}-01",
                    variants=(Variant("normal", (), {"cardmarket": number}), Variant("reverse")),
                    facts={"hp": 60, "types": ("Grass",), "attacks": ({"en": "Gather Dew"},)},
                )
            )
    return found


def fill(path: Path, number: int, photo: bytes | None = None, photos: int = 0) -> None:
    """Put so many entries into a new collection, the newest of them with a photo."""
    draw = random.Random(11)
    printings = many_printings(draw)
    database = Database(path, who="benchmark")
    collection = Collection(database)
    now = time.time()
    for start in range(0, number, _PORTION):
        entries = [
            Entry(
                draw.choice(printings),
                quantity=draw.choice((1, 1, 1, 2, 3, 4)),
                finish=draw.choice(("normal", "normal", "reverse", "holo")),
                condition=draw.choice(("NM", "NM", "EX", "GD", "PL")),
                language=draw.choice(("en", "en", "de", "fr", "ja")),
                note=f"lot {draw.randrange(50_000)}" if draw.random() < 0.1 else "",
                tags=draw.choice(((), (), (), ("for trade",), ("deck", "signed"))),
                folder=draw.choice(("", "", "Red binder", "Blue binder", "Box 1")),
                position=f"page {draw.randrange(1, 40)}, {draw.randrange(1, 10)}",
                purchase_price=round(draw.random() * 30, 2) if draw.random() < 0.3 else None,
                scanned_at=now - (number - start - n) * 60.0,
            )
            for n in range(min(_PORTION, number - start))
        ]
        collection.add_all(entries, merge=False)
    for n in range(photos):
        card = PRINTINGS[n % len(PRINTINGS)]
        collection.add(Entry(card, note=f"photo {n}", scanned_at=now + n), photo, merge=False)
    database.close()
