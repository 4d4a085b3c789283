"""Printings and readings survive JSON exactly, and survive versions."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import numpy as np
import pytest

from cardscanner_gui.core.codec import (
    decode_candidate,
    decode_printing,
    decode_reading,
    decode_recognition,
    encode_candidate,
    encode_printing,
    encode_reading,
    encode_recognition,
)
from cardscanner_gui.core.types import (
    Box,
    Candidate,
    Field,
    Match,
    Printing,
    Reading,
    Recognition,
    Status,
)
from tests.store.cards import EMBERIX, HO_WIND, SPROUTLE, reading, recognition


def through_json(value: object) -> dict[str, object]:
    result: dict[str, object] = json.loads(json.dumps(value))
    return result


def test_printings_come_back_exactly() -> None:
    for printing in (
        SPROUTLE,
        EMBERIX,
        HO_WIND,
        dataclasses.replace(SPROUTLE, rarity="", facts={**SPROUTLE.facts, "hp": 0}),
    ):
        assert decode_printing(through_json(encode_printing(printing))) == printing


def test_every_field_of_a_printing_is_kept() -> None:
    """Fails when a field is added to `Printing` that the codec doesn't carry."""
    full = dataclasses.replace(
        SPROUTLE,
        region="asia",
        facts={**SPROUTLE.facts, "suffix": "ex", "evolves_from": {"en": "Seed"}},
        variants=SPROUTLE.variants,
    )
    assert set(encode_printing(full)) == {field.name for field in dataclasses.fields(Printing)}
    assert decode_printing(through_json(encode_printing(full))) == full


def test_candidates_come_back_exactly() -> None:
    candidate = Candidate(EMBERIX, -1.5, 0.25, {"name": 8.0, "number": -5.5})
    assert decode_candidate(through_json(encode_candidate(candidate))) == candidate


def test_readings_come_back_exactly() -> None:
    field = Field("Rosée", 0.5, Box(0.1, 0.2, 0.3, 0.4))
    full = dataclasses.replace(
        reading(),
        fields={kind: (field, Field("x", 1.0)) for kind in ("name", "hp", "body", "anything")},
        checked_numbers=(field,),
        game="another",
    )
    assert decode_reading(through_json(encode_reading(full))) == full
    assert decode_reading(through_json(encode_reading(Reading("ocr")))) == Reading("ocr")


def test_what_version_0_1_wrote_means_the_same() -> None:
    """It knew one game: its facts lay flat in a printing, its fields in a reading."""
    now = encode_printing(SPROUTLE)
    flat = {**{k: v for k, v in now.items() if k not in {"game", "facts"}}, **now["facts"]}
    assert decode_printing(through_json(flat)) == SPROUTLE
    values = through_json(encode_reading(reading()))
    before = {"names": values["fields"]["name"], "numbers": values["fields"]["number"]}  # type: ignore[index]
    assert decode_reading({"reader": "ocr", "lines": values["lines"], **before}) == reading()


def test_what_a_newer_version_wrote_is_ignored() -> None:
    printing = through_json(encode_printing(SPROUTLE))
    variants = [{**v, "weight": 2} for v in encode_printing(SPROUTLE)["variants"]]
    assert decode_printing({**printing, "holes": 3, "variants": variants}) == SPROUTLE
    values = through_json(encode_reading(reading()))
    assert decode_reading({**values, "mood": [{"text": "calm"}]}) == reading()


@pytest.mark.parametrize("status", [Status.IDENTIFIED, Status.UNSURE])
def test_recognitions_come_back_exactly_but_for_their_photo(status: Status) -> None:
    original = recognition(status)
    back = decode_recognition(through_json(encode_recognition(original)))
    for name in (field.name for field in dataclasses.fields(Recognition)):
        one, other = getattr(back, name), getattr(original, name)
        assert np.array_equal(one, other) if name == "corners" else one == other, name
    assert back.corners is not None
    assert not back.corners.flags.writeable


def test_a_recognition_of_little_comes_back_too() -> None:
    bare = Recognition(Match(Status.IDENTIFIED, "by the user", EMBERIX), Reading("ocr"))
    back = decode_recognition(through_json(encode_recognition(bare)))
    assert (back.match, back.corners, back.fingerprint) == (bare.match, None, None)


WRONG: dict[str, Any] = {
    "version": 99,
    "corners": [[0, 0], [1, 0], [1, 1]],
    "fingerprint": "no hash",
    "language": 3,
    "finish": ["holo"],
    "timings_ms": {"find": "slow"},
    "reading": {"reader": "ocr", "names": [{"text": 5, "confidence": 1.0}]},
    "match": {"status": "certain", "reason": "", "margin": 1.0, "candidates": []},
}


@pytest.mark.parametrize("name", WRONG)
def test_a_value_of_another_kind_is_refused(name: str) -> None:
    values = {**through_json(encode_recognition(recognition())), name: WRONG[name]}
    with pytest.raises((ValueError, TypeError, KeyError)):
        decode_recognition(values)


@pytest.mark.parametrize(
    ("name", "value"),
    [("points", "many"), ("score", None), ("printing", {}), ("evidence", {"name": "x"})],
)
def test_a_candidate_of_another_kind_is_refused(name: str, value: Any) -> None:
    values = through_json(encode_recognition(recognition()))
    match: Any = values["match"]
    match["candidates"][0][name] = value
    with pytest.raises((ValueError, TypeError, KeyError, AttributeError)):
        decode_recognition(values)


def test_an_answer_that_its_status_denies_is_refused() -> None:
    values = through_json(encode_recognition(recognition(Status.IDENTIFIED)))
    match: Any = values["match"]
    match["status"] = "unsure"
    with pytest.raises(ValueError, match="status"):
        decode_recognition(values)
