"""A judge for Pokémon cards, with an invented catalogue or with none."""

from __future__ import annotations

from cardscanner_gui.catalogue.catalogues import Catalogues
from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.catalogue.match.matcher import Matcher
from cardscanner_gui.games import ALL as GAMES
from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.recognition.judge import Judge


def alone(catalogue: Catalogue) -> Catalogues:
    """A catalogue of Pokémon cards as the only one there is."""
    return Catalogues({POKEMON.id: catalogue})


def judge_of(catalogue: Catalogue | None) -> Judge:
    matchers = {} if catalogue is None else {POKEMON.id: Matcher(catalogue, POKEMON)}
    return Judge(GAMES, matchers)
