"""Reading cards out of a pickle without running anything that it names.

A pickle may call whatever it names, so nothing that this one names is ever looked up: the few
classes that occur in the data stand for empty records that only keep attributes, and anything else
is refused.
"""

from __future__ import annotations

import io
import lzma
import pickle
from typing import Any

from cardscanner_gui.core.errors import CatalogueError

_LARGEST_PICKLE = 64 << 20

_RECORDS = frozenset(
    {
        ("pokemon_card_recognizer.reference.core.card_reference", "CardReference"),
        ("pokemon_card_recognizer.classifier.core.vocab", "Vocab"),
        *(
            (f"pokemontcgsdk.{name.lower()}", name)
            for name in ("Card", "CardImage", "Legality", "Set", "SetImage", "Attack", "Weakness")
        ),
        *(
            (f"pokemontcgsdk.{name.lower()}", name)
            for name in ("Resistance", "Ability", "AncientTrait", "TCGPlayer", "Cardmarket")
        ),
        ("pokemontcgsdk.cardmarket", "CardmarketPrices"),
        ("pokemontcgsdk.tcgplayer", "TCGPrices"),
        ("pokemontcgsdk.tcgplayer", "TCGPrice"),
        # The word statistics that stand beside the cards: stepped over, never made.
        ("bidict", "bidict"),
        ("bidict._base", "BidictBase._from_other"),
        ("numpy", "ndarray"),
        ("numpy", "dtype"),
        ("numpy.core.multiarray", "_reconstruct"),
        ("numpy._core.multiarray", "_reconstruct"),
    }
)


class Record:
    """What stands in for every object of the pickle: its attributes, and nothing else."""

    def __init__(self, *_: object) -> None:
        """Arguments are dropped: only the word statistics have any."""

    def __setstate__(self, state: object) -> None:
        if isinstance(state, dict):
            self.__dict__.update(state)

    def get(self, name: str) -> Any:
        """An attribute, or None."""
        return self.__dict__.get(name)


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> type[Record]:
        if (module, name) in _RECORDS:
            return Record
        raise pickle.UnpicklingError(f"it names {module}.{name}")

    def persistent_load(self, pid: object) -> object:
        raise pickle.UnpicklingError(f"it refers to something outside itself, {pid}")


def read_cards(name: str, packed: bytes) -> list[Record]:
    """The card records of one set's file, compressed by LZMA.

    Raises:
        CatalogueError: damaged, far too large, or it names what no card needs.
    """
    try:
        unpacked = lzma.LZMADecompressor().decompress(packed, _LARGEST_PICKLE)
        reference = _Unpickler(io.BytesIO(unpacked)).load()
    except Exception as error:  # a damaged pickle raises anything
        raise CatalogueError(f"The card file {name} is damaged or unsafe ({error}).") from error
    cards = reference.get("cards") if isinstance(reference, Record) else None
    if not isinstance(cards, list) or not all(isinstance(card, Record) for card in cards):
        raise CatalogueError(f"The card file {name} holds no list of cards.")
    return cards
