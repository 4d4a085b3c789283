"""The Pokémon Trading Card Game."""

from cardscanner_gui.games.pokemon.game import GAME

__all__ = ["GAME"]
