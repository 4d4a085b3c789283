"""Printings and readings survive JSON exactly, and survive versions."""

from __future__ import annotations

import dataclasses
import json

from cardscanner_gui.core.codec import (
    decode_candidate,
    decode_printing,
    decode_reading,
    encode_candidate,
    encode_printing,
    encode_reading,
)
from cardscanner_gui.core.types import Box, Candidate, Field, Printing, Reading
from tests.store.cards import EMBERIX, HO_WIND, SPROUTLE, reading


def through_json(value: object) -> dict[str, object]:
    result: dict[str, object] = json.loads(json.dumps(value))
    return result


def test_printings_come_back_exactly() -> None:
    for printing in (SPROUTLE, EMBERIX, HO_WIND, dataclasses.replace(SPROUTLE, rarity="", hp=0)):
        assert decode_printing(through_json(encode_printing(printing))) == printing


def test_every_field_of_a_printing_is_kept() -> None:
    """Fails when a field is added to `Printing` that the codec doesn't carry."""
    full = dataclasses.replace(
        SPROUTLE,
        region="asia",
        suffix="ex",
        evolves_from={"en": "Seed"},
        variants=SPROUTLE.variants,
    )
    assert set(encode_printing(full)) == {field.name for field in dataclasses.fields(Printing)}
    assert decode_printing(through_json(encode_printing(full))) == full


def test_candidates_come_back_exactly() -> None:
    candidate = Candidate(EMBERIX, -1.5, 0.25, {"name": 8.0, "number": -5.5})
    assert decode_candidate(through_json(encode_candidate(candidate))) == candidate


def test_readings_come_back_exactly() -> None:
    field = Field("Rosée", 0.5, Box(0.1, 0.2, 0.3, 0.4))
    names = [f.name for f in dataclasses.fields(Reading) if f.name not in {"reader", "lines"}]
    full = dataclasses.replace(reading(), **{name: (field, Field("x", 1.0)) for name in names})
    assert decode_reading(through_json(encode_reading(full))) == full
    assert decode_reading(through_json(encode_reading(Reading("ocr")))) == Reading("ocr")


def test_what_a_newer_version_wrote_is_ignored() -> None:
    printing = through_json(encode_printing(SPROUTLE))
    variants = [{**v, "weight": 2} for v in encode_printing(SPROUTLE)["variants"]]
    assert decode_printing({**printing, "holes": 3, "variants": variants}) == SPROUTLE
    values = through_json(encode_reading(reading()))
    assert decode_reading({**values, "mood": [{"text": "calm"}]}) == reading()
