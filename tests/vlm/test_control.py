"""A draft that the model confirms of a blank card is no evidence."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from cardscanner_gui.core.types import CardImage, Printing
from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.vlm.control import (
    FILE_NAME,
    Control,
    blank_cards,
    kept_control,
    run_control,
)
from cardscanner_gui.vlm.engine import Engine
from cardscanner_gui.vlm.layouts import STRIPS
from cardscanner_gui.vlm.reader import ModelReader
from tests.vlm.asked import ASKED, GAMES, KNOWN

CARD = Printing("sv1-1", {"en": "Abra"}, "sv1", {"en": "Scarlet"}, "012", 193, facts={"hp": 60})


def own_values(engine: Engine, picture: CardImage) -> dict[str, str]:
    """What the model says of a picture by itself: a draft that it confirms there."""
    *_, record = engine.read(picture, ["name", "hp"], STRIPS, game=POKEMON.id)
    return {name: field.text for name, field in record.fields.items() if field.text}


def test_what_is_confirmed_of_a_blank_card_counts_for_nothing(engine: Engine) -> None:
    blanks = {"grey card": blank_cards()["grey card"]}
    draft = own_values(engine, blanks["grey card"])
    assert draft, "the test needs a model that says something of a blank card"
    control = run_control(engine, [draft], STRIPS, POKEMON.id, blanks=blanks)
    assert control.tried == 1
    assert all(control.weight(name) == 0.0 for name in draft)
    assert control.weight("artist") == 1.0  # it wasn't asked


@pytest.mark.parametrize(("share", "weight"), [(0.0, 1.0), (0.25, 0.75), (0.5, 0.0), (1.0, 0.0)])
def test_the_weight_falls_with_what_was_confirmed(share: float, weight: float) -> None:
    assert Control(4, {"name": share}).weight("name") == weight


def test_a_draft_that_the_model_denies_leaves_its_confirmations_whole(engine: Engine) -> None:
    drafts = [{"name": name, "hp": "970"} for name in KNOWN["name"][:3]]
    control = run_control(engine, drafts, STRIPS, POKEMON.id)
    assert control.tried == 6
    assert control.weight("hp") == 1.0


def test_it_runs_once_for_a_prepared_model(
    prepared: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    (prepared / FILE_NAME).unlink(missing_ok=True)
    drafts = [{"name": "Abra", "hp": "60"}]
    first = kept_control(prepared, engine, drafts, STRIPS, POKEMON.id)
    assert first.tried == 2
    monkeypatch.setattr(Engine, "read", None)
    assert kept_control(prepared, engine, drafts, STRIPS, POKEMON.id) == first
    monkeypatch.undo()
    (prepared / FILE_NAME).write_text("{broken")
    assert kept_control(prepared, engine, drafts, STRIPS, POKEMON.id) == first
    (prepared / FILE_NAME).unlink()


def test_the_reader_weighs_by_it(prepared: Path, cards: list[CardImage]) -> None:
    """A kept control that refuses a field takes the confidence from its confirmations only."""
    plain = ModelReader(prepared, GAMES, lambda _: KNOWN)
    said = dict(plain.read(cards[0], CARD))
    (prepared / FILE_NAME).unlink(missing_ok=True)
    ModelReader(prepared, GAMES, lambda _: KNOWN, controls=lambda _: [CARD])
    content = json.loads((prepared / FILE_NAME).read_text())
    for control in content["controls"].values():
        control["confirmed"] = dict.fromkeys(POKEMON.asked, 1.0)
    (prepared / FILE_NAME).write_text(json.dumps(content))
    weighed = ModelReader(prepared, GAMES, lambda _: KNOWN, controls=lambda _: [CARD])
    (prepared / FILE_NAME).unlink()
    heard = dict(weighed.read(cards[0], CARD))
    assert set(heard) == set(said)
    engine = Engine(prepared, ASKED)
    events = engine.read(cards[0], None, STRIPS, _draft(), game=POKEMON.id)
    confirmed = {e.name for e in events if getattr(e, "expected", None)}
    for name, value in heard.items():
        expected = 0.0 if name in confirmed else said[name].confidence
        assert np.isclose(value.confidence, expected, atol=1e-3), name


def _draft() -> dict[str, str]:
    from cardscanner_gui.vlm.record import expected_values

    return expected_values(POKEMON, CARD)
