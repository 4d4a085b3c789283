"""Who read a card, and what a model added, in one line."""

from __future__ import annotations

from cardscanner_gui.core.collection import Scan
from cardscanner_gui.core.game import Games
from cardscanner_gui.core.generic_game import game_of
from cardscanner_gui.core.model_share import ModelShare, share_words
from cardscanner_gui.core.types import Recognition
from cardscanner_gui.core.words import Words, tr

_READERS = Words({"ocr": "Text recognition"})


def read_by_answer(recognition: Recognition, games: Games) -> str:
    """Of an answer that isn't recorded yet."""
    match, reading = recognition.match, recognition.reading
    game = match.printing.game if match.printing is not None else reading.game
    if recognition.cached:
        return tr("Known from before")
    return _read_by(reading.reader, recognition.model, game, games)


def read_by_scan(scan: Scan, games: Games) -> str:
    """Of a recorded card; empty for one that was never scanned."""
    if scan.wanted is not None:
        return ""
    printing = scan.printing or next((one for one, _ in scan.candidates), None)
    game = printing.game if printing is not None else ""
    return _read_by(scan.reader, scan.model, game, games)


def _read_by(reader: str, share: ModelShare | None, game_id: str, games: Games) -> str:
    first = _READERS.get(reader, reader)
    if share is None:
        return first
    fields = game_of(games, game_id).fields

    def label(name: str) -> str:
        return fields[name].label if name in fields else name

    return f"{first} · {share_words(share, label)}"
