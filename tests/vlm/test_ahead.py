"""Looking at cards ahead, on a thread of its own, and reading several together."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CancelledError, WorldError
from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.core.types import CardImage
from cardscanner_gui.vlm.ahead import LookAhead
from cardscanner_gui.vlm.reader import ModelReader
from tests.vlm.asked import GAMES, KNOWN


class Looks:
    """Notes what is looked at; a look ends when it is allowed to, or cancelled."""

    def __init__(self) -> None:
        self.begun: list[CardImage] = []
        self.ended: list[tuple[CardImage, bool]] = []
        self.go = threading.Event()

    def __call__(self, card: CardImage, token: CancelToken) -> None:
        self.begun.append(card)
        while not self.go.wait(0.005):
            if token.cancelled:
                self.ended.append((card, False))
                raise CancelledError
        self.ended.append((card, True))


def wait_for(condition) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_another_card_stops_the_look(cards: list[CardImage]) -> None:
    looks = Looks()
    ahead = LookAhead(looks)
    ahead.want(cards[0])
    ahead.want(cards[1])
    ahead.want(cards[0])  # is being looked at already
    wait_for(lambda: looks.begun)
    with ahead.reading([cards[2]]):
        assert looks.ended == [(cards[0], False)]
    assert looks.begun == [cards[0]], "what was wanted before is forgotten"


def test_the_card_that_is_read_is_looked_at_to_the_end(cards: list[CardImage]) -> None:
    looks = Looks()
    ahead = LookAhead(looks)
    ahead.want(cards[0])
    wait_for(lambda: looks.begun)
    threading.Timer(0.05, looks.go.set).start()
    with ahead.reading([cards[0]]):
        assert looks.ended == [(cards[0], True)]


def test_a_look_that_fails_stops_nobody(cards: list[CardImage]) -> None:
    seen = []

    def look(card: CardImage, token: CancelToken) -> None:
        seen.append(card)
        raise WorldError("The model failed.")

    ahead = LookAhead(look)
    ahead.want(cards[0])
    ahead.want(cards[1])
    wait_for(lambda: len(seen) == 2)
    with ahead.reading([cards[0]]):
        pass


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


def test_cards_read_together_say_what_each_says_alone(
    prepared: Path, cards: list[CardImage], metrics: Metrics
) -> None:
    """Looked at while others wait; with the answers of single reads."""
    alone = ModelReader(prepared, GAMES, lambda _: KNOWN)
    reader = ModelReader(prepared, GAMES, lambda _: KNOWN, metrics=metrics)
    for card in cards:
        reader.look_ahead(card)
    wait_for(lambda: metrics.snapshot().count("model_looks_total") == len(cards))
    told: dict[int, dict[str, str]] = {place: {} for place in range(len(cards))}
    languages = ["en", "de", None, "en"]
    for place, name, value in reader.read_together(cards, [None] * len(cards), languages):
        told[place][name] = value.text
    for place, card in enumerate(cards):
        single = {n: f.text for n, f in alone.read(card, None, languages[place])}
        assert told[place] == single
    assert metrics.snapshot().count("model_pictures_total", outcome="hit") == len(cards)


def test_reading_together_can_be_cancelled(prepared: Path, cards: list[CardImage]) -> None:
    reader, token = ModelReader(prepared, GAMES, lambda _: KNOWN), CancelToken()
    token.cancel()
    with pytest.raises(CancelledError):
        list(reader.read_together(cards, [None] * 4, [None] * 4, token))
    assert list(reader.read(cards[0])) == list(
        ModelReader(prepared, GAMES, lambda _: KNOWN).read(cards[0])
    )
