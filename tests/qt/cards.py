"""Invented printings, the same as catalogue, as drawn faces, and as pictures on a desk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.catalogue import CardSet, Progress, SourceDescription
from cardscanner_gui.core.types import Corners, Pixels, Printing, Variant
from training.drawing.cards import CardFace, draw_card
from training.drawing.scenes import lay_on_desk

DAWN = CardSet(
    "inv02",
    {"en": "Verdant Dawn", "fr": "Aube Verdoyante"},
    codes=("VDN",),
    printed_total=193,
    released="2023-06-09",
    years=(2023,),
)
LIGHT = CardSet(
    "inv01",
    {"en": "First Light"},
    codes=("FLT",),
    printed_total=102,
    released="1999-01-09",
    years=(1999,),
)


def invented(
    card_set: CardSet,
    number: str,
    name: str,
    *,
    hp: int = 60,
    kind: str = "Grass",
    rarity: str = "Common",
    attacks: tuple[str, ...] = ("Gather Dew", "Seed Toss"),
    artist: str = "A. Penciller",
    finishes: tuple[str, ...] = ("normal", "reverse"),
    stage: str = "Basic",
) -> Printing:
    """A printing of an invented set."""
    return Printing(
        id=f"{card_set.id}-{number}",
        names={"en": name},
        set_id=card_set.id,
        set_names=card_set.names,
        number=number,
        printed_total=card_set.printed_total,
        set_code=card_set.codes[0],
        series="Invented",
        facts={
            "hp": hp,
            "category": "Pokemon",
            "stage": stage,
            "types": (kind,),
            "regulation_mark": "G",
            "attacks": tuple({"en": attack} for attack in attacks),
        },
        rarity=rarity,
        illustrator=artist,
        released=card_set.released,
        variants=tuple(
            Variant(finish, (), {"tcgplayer": 4000 + 10 * int(number) + place})
            for place, finish in enumerate(finishes)
        ),
    )


SPROUTLE = invented(DAWN, "012", "Sproutle")
EMBERIX = invented(
    DAWN, "037", "Emberix", hp=120, kind="Fire", rarity="Rare",
    attacks=("Cinder Dash", "Flare Arc"), artist="B. Inkwell", finishes=("holo",), stage="Stage 1",
)  # fmt: skip
TIDELING = invented(
    DAWN, "058", "Tideling", hp=70, kind="Water", attacks=("Ripple", "Undertow"), artist="C. Brush"
)
VOLTUSK = invented(
    DAWN, "071", "Voltusk", hp=110, kind="Lightning", rarity="Uncommon",
    attacks=("Spark Rush", "Thunder Tusk"), artist="D. Charcoal", stage="Stage 1",
)  # fmt: skip
MOSSBACK = invented(
    LIGHT, "19", "Mossback", hp=90, rarity="Uncommon", attacks=("Moss Slam",), artist="E. Quill"
)
SPROUTLE_OLD = invented(LIGHT, "44", "Sproutle", hp=50, attacks=("Gather Dew",), artist="E. Quill")
SPROUTLE_ART = invented(DAWN, "196", "Sproutle", rarity="Illustration rare", finishes=("holo",))
PRINTINGS = (SPROUTLE, EMBERIX, TIDELING, VOLTUSK, MOSSBACK, SPROUTLE_OLD, SPROUTLE_ART)


class InventedSource:
    """The invented printings as a catalogue source."""

    version = "1"

    def __init__(self, printings: Sequence[Printing] = PRINTINGS, *, reduced: bool = False) -> None:
        self.skipped: list[str] = []
        self._printings = printings
        self._reduced = reduced

    def describe(self) -> SourceDescription:
        return SourceDescription("Invented", "the tests", "none", self._reduced)

    def read(
        self, scratch: Path, progress: Progress, token: CancelToken
    ) -> Iterator[tuple[CardSet, Printing]]:
        for card_set in (DAWN, LIGHT):
            token.check()
            progress(f"Reading {card_set.names['en']}", None)
            for printing in self._printings:
                if printing.set_id == card_set.id:
                    yield card_set, printing


def draw(printing: Printing) -> Pixels:
    """The printing's face."""
    modern = printing.set_id == DAWN.id
    return draw_card(
        CardFace(
            name=printing.name,
            hp=printing.facts["hp"],
            number=printing.printed_number,
            set_code=printing.set_code or "" if modern else "",
            attacks=tuple(a["en"] for a in printing.facts["attacks"]),
            artist=printing.illustrator or "",
            year=(printing.released or "")[:4],
            era="modern" if modern else "classic",
            seed=int(printing.number),
        )
    )


def photograph(
    printing: Printing,
    path: Path,
    *,
    angle: float = 0.0,
    size: tuple[int, int] = (1200, 900),
    fill: float = 0.8,
) -> Corners:
    """Draw the printing on a desk and save it; the card's corners in the picture."""
    seed = int(printing.number)
    pixels, corners = lay_on_desk(draw(printing), angle=angle, size=size, fill=fill, seed=seed)
    Image.fromarray(pixels).save(path, quality=90)
    return corners
