"""The games: a folder each. Only `builder.py` knows which there are."""

from __future__ import annotations

from types import MappingProxyType

from cardscanner_gui.core.game import Games
from cardscanner_gui.games import pokemon

ALL: Games = MappingProxyType({game.id: game for game in (pokemon.GAME,)})
