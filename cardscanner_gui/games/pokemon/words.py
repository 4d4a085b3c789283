"""What is printed on Pokémon cards in few fixed words: each is shown as the user's cards have it.

A card's stage and type come from the catalogue in English; `FieldKind.terms` has them translated.
"""

from __future__ import annotations

from cardscanner_gui.core.words import mark

STAGES = (
    mark("Basic"),
    mark("Stage1"),
    mark("Stage2"),
    mark("RESTORED"),
    mark("LEVEL-UP"),
)
TYPES = (
    mark("Grass"),
    mark("Fire"),
    mark("Water"),
    mark("Lightning"),
    mark("Psychic"),
    mark("Fighting"),
    mark("Darkness"),
    mark("Metal"),
    mark("Fairy"),
    mark("Dragon"),
    mark("Colorless"),
)
FACTS = (
    mark("Hp"),
    mark("Category"),
    mark("Suffix"),
    mark("Types"),
    mark("Regulation mark"),
    mark("Evolves from"),
    mark("Dex ids"),
)
"""Headings of facts that have no field of their own, as the details write their names."""
