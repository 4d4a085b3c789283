"""Writes wheels in the layout of the registry's card data, with invented cards.

The pickles name the real data's classes, which we neither have nor want: stand-ins are put under
those names only while the pickles are written.
"""

from __future__ import annotations

import lzma
import pickle
import sys
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

FOLDER = "pokemon_card_recognizer/reference/data/ref_build"
NAME = "pokemon_card_recognizer-0.0.1.3.8.7-py3-none-any.whl"
DIST_INFO = "pokemon_card_recognizer-0.0.1.3.8.7.dist-info"

_CLASSES = {
    "pokemon_card_recognizer.reference.core.card_reference": ("CardReference",),
    "pokemon_card_recognizer.classifier.core.vocab": ("Vocab",),
    "pokemontcgsdk.card": ("Card",),
    "pokemontcgsdk.set": ("Set",),
    "pokemontcgsdk.attack": ("Attack",),
    "pokemontcgsdk.ability": ("Ability",),
    "pokemontcgsdk.tcgplayer": ("TCGPlayer", "TCGPrices", "TCGPrice"),
}

CARD: dict[str, Any] = {
    "id": "sv2-12",
    "name": "Leafkit",
    "number": "12",
    "supertype": "Pokémon",
    "subtypes": ["Basic"],
    "hp": "60",
    "types": ["Grass"],
    "rarity": "Common",
    "artist": "Ada Pen",
    "regulationMark": "G",
    "evolvesFrom": None,
    "nationalPokedexNumbers": [9001],
}
SET: dict[str, Any] = {
    "id": "sv2",
    "name": "Meadow Tales",
    "series": "Scarlet & Violet",
    "printedTotal": 193,
    "ptcgoCode": None,
    "releaseDate": "2023/06/09",
}


class Wheel:
    """The files of one wheel, to be written."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def add_set(
        self,
        cards: list[Mapping[str, Any]],
        owner: Mapping[str, Any] = SET,
        file: str = "meadow_tales.pkl",
    ) -> Wheel:
        """A set with these cards, each `CARD` with other values."""
        with _classes() as make:
            reference = make("CardReference", name=owner["name"])
            reference.cards = []
            for values in cards:
                given = {**CARD, **values, "set": make("Set", **owner)}
                given["attacks"] = [make("Attack", name=n) for n in values.get("attacks", ())]
                given["abilities"] = [make("Ability", name=n) for n in values.get("abilities", ())]
                price = {k: make("TCGPrice", low=1.0) for k in values.get("finishes", ())}
                given["tcgplayer"] = make("TCGPlayer", prices=make("TCGPrices", **price))
                reference.cards.append(make("Card", **given))
            reference.vocab = make("Vocab", words={"leaf": 1})
            self.add_raw(file, pickle.dumps(reference, protocol=4))
        return self

    def add_raw(self, file: str, unpacked: bytes) -> Wheel:
        """A set's file with just this pickle in it."""
        self.files[f"{FOLDER}/{file}"] = lzma.compress(unpacked, preset=0)
        return self

    def write(self, folder: Path) -> Path:
        """Write it under its real name, complete enough for pip to take it."""
        path = folder / NAME
        metadata = "Metadata-Version: 2.1\nName: pokemon-card-recognizer\nVersion: 0.0.1.3.8.7\n"
        with zipfile.ZipFile(path, "w") as wheel:
            for name, content in self.files.items():
                wheel.writestr(name, content)
            wheel.writestr(f"{DIST_INFO}/METADATA", metadata)
            wheel.writestr(
                f"{DIST_INFO}/WHEEL",
                "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            )
            wheel.writestr(f"{DIST_INFO}/RECORD", "")
        return path


@contextmanager
def _classes() -> Iterator[Any]:
    """Stand-ins in `sys.modules`; gives a function that makes one with attributes."""
    made: dict[str, type] = {}
    parts = [name.split(".") for name in _CLASSES]
    packages = {".".join(part[:depth]) for part in parts for depth in range(1, len(part))}
    sys.modules.update({name: ModuleType(name) for name in packages})
    for module_name, names in _CLASSES.items():
        module = ModuleType(module_name)
        for name in names:
            made[name] = type(name, (), {"__module__": module_name})
            setattr(module, name, made[name])
        sys.modules[module_name] = module

    def make(kind: str, /, **attributes: Any) -> Any:
        instance = made[kind]()
        instance.__dict__.update(attributes)
        return instance

    try:
        yield make
    finally:
        for module_name in {*_CLASSES, *packages}:
            sys.modules.pop(module_name, None)
