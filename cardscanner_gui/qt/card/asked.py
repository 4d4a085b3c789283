"""What the user is asked of a card whose name is certain: "Ninetales: which of four?"."""

from __future__ import annotations

from cardscanner_gui.core.certain_name import CertainName, certain_name, name_of_match
from cardscanner_gui.core.collection import Scan
from cardscanner_gui.core.game import Games
from cardscanner_gui.core.generic_game import game_of
from cardscanner_gui.core.types import Recognition
from cardscanner_gui.core.words import tr

_IN_WORDS = ("two", "three", "four", "five", "six", "seven", "eight")


def asked_of_scan(scan: Scan, games: Games) -> CertainName | None:
    """The certain name of a recorded card; None where the printing is told, or nothing is."""
    if not scan.candidates:
        return None
    # Older scans keep no points.
    considered = [
        (printing, points)
        for (printing, _), points in zip(scan.candidates, scan.evidence, strict=False)
    ]
    rule = game_of(games, scan.candidates[0][0].game).rule
    return certain_name(scan.status, considered, rule)


def asked_of_answer(recognition: Recognition, games: Games) -> CertainName | None:
    """The same of an answer that isn't recorded yet."""
    return name_of_match(recognition.match, game_of(games, recognition.reading.game).rule)


def question_words(asked: CertainName, read: str) -> str:
    """`Ninetales: which of four?`, or `Cloyster: is it this one?`; the name as it was read."""
    name, count = asked.name_as([read]), len(asked.printings)
    if count == 1:
        return tr("{name}: is it this one?", name=name)
    return tr(
        "{name}: which of {in_words}?",
        name=name,
        in_words=_IN_WORDS[count - 2] if count < 9 else count,
    )
