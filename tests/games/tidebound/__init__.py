"""Tidebound: a small invented game, to prove that a game is a folder."""

from tests.games.tidebound.game import TIDEBOUND

__all__ = ["TIDEBOUND"]
