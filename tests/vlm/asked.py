"""What the tests ask a model: Pokémon's question, with a few names known and with none."""

from __future__ import annotations

from cardscanner_gui.core.game import Question
from cardscanner_gui.games import ALL as GAMES
from cardscanner_gui.games.pokemon import GAME as POKEMON
from training.tiny_vlm.cards import NAMES

FIELDS = POKEMON.asked
KNOWN = {"name": (*NAMES, "Dark Raichu", "Mr. Mime", "Nidoran♀")}


def asked(**known: tuple[str, ...]) -> dict[str, Question]:
    """The question, by its game, where the catalogue knows these values."""
    question = POKEMON.question(lambda: known)
    assert question is not None
    return {POKEMON.id: question}


OPEN = asked()
ASKED = asked(**KNOWN)

__all__ = ["ASKED", "FIELDS", "GAMES", "KNOWN", "OPEN", "POKEMON", "asked"]
