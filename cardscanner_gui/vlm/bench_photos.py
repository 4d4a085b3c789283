"""What a model reads on photographs of cards, and how often it confirms what isn't there.

For a user with real weights, whose result is a small file that can be sent to us. Each way of
asking reads every card: which tiles are made of it, all fields at once or one question each, with
and without a draft. Then drafts are held against pictures that show no card, and against other
cards: a way of asking that confirms those is no way to check an answer.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.text import fold
from cardscanner_gui.core.types import CardImage
from cardscanner_gui.vlm.constraints import NOTHING
from cardscanner_gui.vlm.control import Control, blank_cards, run_control
from cardscanner_gui.vlm.engine import Engine
from cardscanner_gui.vlm.events import FieldRead, RecordRead
from cardscanner_gui.vlm.layouts import LAYOUTS, Layout

MOST_CONTROLS = 4
"""Drafts of other cards that each card is shown."""


@dataclass(frozen=True, eq=False)
class PhotoCard:
    """A card of a photograph.

    Attributes:
        name: of the photograph, and which card of it.
        image: where tiles are cut from.
        truth: what stands on it, by field; empty where nobody knows.
        game: whose question is asked.
    """

    name: str
    image: CardImage
    truth: Mapping[str, str]
    game: str


@dataclass(frozen=True)
class Way:
    """One way of asking.

    Attributes:
        layout: which tiles are made of a card.
        together: all fields in one answer; otherwise one question each.
        picture_first: it stands before the question instead of behind it.
        draft: the model is shown what is expected: what is true, where that is known.
    """

    layout: str
    together: bool = True
    picture_first: bool = False
    draft: bool = False


@dataclass
class WayResult:
    """How a way of asking did.

    Attributes:
        cards: that were read.
        right: fields that were read as they are, of those whose truth is known, 0 to 1.
        by_field: the same by field.
        agreed: confirmed fields of a true draft, 0 to 1; None without a draft.
        seconds: a card, median; the first card warms up and counts only when it is the only one.
        tiles: a card.
        blank: how often a draft was confirmed on pictures without a card, by field.
        other_card: how often another card's draft was confirmed, of fields that differ, by field.
    """

    way: Way
    cards: int = 0
    right: float | None = None
    by_field: dict[str, float] = field(default_factory=dict)
    agreed: float | None = None
    seconds: float = 0.0
    tiles: float = 0.0
    blank: dict[str, float] = field(default_factory=dict)
    other_card: dict[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Plain values, rounded: the file is for people too."""
        values = asdict(self)
        return {name: _rounded(value) for name, value in values.items()}


def ways(layouts: Sequence[str] = tuple(LAYOUTS)) -> Iterator[Way]:
    """Every layout with and without a draft; the way fields are asked for only without one."""
    for layout in layouts:
        yield Way(layout)
        yield Way(layout, together=False)
        yield Way(layout, picture_first=True)
        yield Way(layout, draft=True)


def bench_way(
    engine: Engine, cards: Sequence[PhotoCard], way: Way, token: CancelToken | None = None
) -> WayResult:
    """Ask one way about all cards; raises `CancelledError` and `ModelError` as reading does."""
    layout, result = LAYOUTS[way.layout], WayResult(way, len(cards))
    engine.put_picture(first=way.picture_first)
    times: list[float] = []
    right: dict[str, list[bool]] = {}
    agreed: list[bool] = []
    tiles = 0
    for card in cards:
        begun = time.perf_counter()
        fields, count = _read(engine, card, layout, way, token)
        times.append(time.perf_counter() - begun)
        tiles += count
        for read in fields:
            truth = card.truth.get(read.name)
            if truth is not None:
                right.setdefault(read.name, []).append(_same(read.text, truth))
            if way.draft and truth not in (None, NOTHING):
                agreed.append(bool(read.expected))
    known = [one for answers in right.values() for one in answers]
    result.right = _mean(known) if known else None
    result.by_field = {name: _mean(answers) for name, answers in right.items()}
    result.agreed = _mean(agreed) if agreed else None
    result.seconds = statistics.median(times[1:] or times) if times else 0.0
    result.tiles = tiles / len(cards) if cards else 0.0
    if way.draft:
        result.blank = dict(_blank(engine, cards, layout, token).confirmed or {})
        result.other_card = _other_drafts(engine, cards, layout, token)
    return result


def bench_photos(
    engine: Engine,
    cards: Sequence[PhotoCard],
    chosen: Sequence[Way],
    report: Callable[[WayResult], None] = lambda _: None,
    token: CancelToken | None = None,
) -> list[WayResult]:
    """Ask all ways, one after the other; `report` is told each result at once."""
    results = []
    for way in chosen:
        results.append(bench_way(engine, cards, way, token))
        report(results[-1])
    engine.put_picture(first=False)
    return results


def _read(
    engine: Engine, card: PhotoCard, layout: Layout, way: Way, token: CancelToken | None
) -> tuple[list[FieldRead], int]:
    """The fields as this way of asking gives them, and how many tiles were made."""
    fields = engine.forms[card.game].fields
    questions: list[Sequence[str]] = [fields] if way.together else [[name] for name in fields]
    # A picture that was seen before would cost nothing: each way pays for its own.
    key = (card.name, way)
    found: list[FieldRead] = []
    for asked in questions:
        draft = {name: card.truth[name] for name in asked if name in card.truth}
        events = engine.read(
            card.image, asked, layout, draft if way.draft else None, token, key, game=card.game
        )
        for event in events:
            if isinstance(event, RecordRead):
                found += event.fields.values()
    tiles = len(engine.vision.picture(card.image, layout).tiles)
    return found, tiles


def _blank(
    engine: Engine, cards: Sequence[PhotoCard], layout: Layout, token: CancelToken | None
) -> Control:
    known = [card for card in cards if card.truth][:MOST_CONTROLS]
    if not known:
        return Control()
    game = known[0].game
    drafts = [card.truth for card in known if card.game == game]
    return run_control(engine, drafts, layout, game, token, blank_cards())


def _other_drafts(
    engine: Engine, cards: Sequence[PhotoCard], layout: Layout, token: CancelToken | None
) -> dict[str, float]:
    """How often a card's fields were confirmed to be another card's."""
    confirmed: dict[str, list[bool]] = {}
    known = [card for card in cards if card.truth]
    for place, card in enumerate(known[:MOST_CONTROLS]):
        other = known[(place + 1) % len(known)]
        if other is card or other.game != card.game:
            continue
        asked = list(other.truth)
        events = engine.read(
            card.image, asked, layout, other.truth, token, (card.name, "other"), game=card.game
        )
        for event in events:
            if isinstance(event, FieldRead):
                own, shown = card.truth.get(event.name), other.truth[event.name]
                if own is not None and shown != NOTHING and not _same(own, shown):
                    confirmed.setdefault(event.name, []).append(bool(event.expected))
    return {name: _mean(answers) for name, answers in confirmed.items()}


def _same(read: str, truth: str) -> bool:
    wanted = "" if truth == NOTHING else truth
    return fold(read) == fold(wanted)


def _mean(answers: Sequence[bool]) -> float:
    return sum(answers) / len(answers)


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    return value
