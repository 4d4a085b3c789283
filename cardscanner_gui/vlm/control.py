"""How often a model confirms a card's draft of a picture that shows no card: once for each model.

A model that agrees with whatever it is told confirms a right draft too. So drafts of a few
printings are held against blank pictures, a grey one and a card's back: a field that is confirmed
there as often as not is no evidence when it is confirmed of a card.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import cv2
import numpy as np

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.types import Box, CardImage, Pixels
from cardscanner_gui.vlm.constraints import NOTHING
from cardscanner_gui.vlm.engine import Engine
from cardscanner_gui.vlm.events import FieldRead
from cardscanner_gui.vlm.layouts import Layout
from cardscanner_gui.vlm.plan import FILE_NAME as PLAN_NAME

log = logging.getLogger(__name__)

FILE_NAME = "control.json"
DRAFTS = 6
"""Printings whose drafts are held against each blank picture."""
NO_EVIDENCE = 0.5
"""A field that is confirmed of so many blank pictures says nothing when it is confirmed."""
_HEIGHT = 704
_FORMAT = 1


@dataclass(frozen=True)
class Control:
    """What the blank pictures told.

    Attributes:
        tried: drafts held against blank pictures.
        confirmed: the share of them in which each field was confirmed, 0 to 1.
    """

    tried: int = 0
    confirmed: Mapping[str, float] | None = None

    def weight(self, field: str) -> float:
        """What a confirmation of this field is worth, 0 to 1: nothing from `NO_EVIDENCE` on."""
        share = (self.confirmed or {}).get(field, 0.0)
        return 0.0 if share >= NO_EVIDENCE else 1.0 - share


def blank_cards() -> dict[str, CardImage]:
    """Pictures on which no value of a card can be read."""
    width = round(_HEIGHT * 63 / 88)
    grey = np.full((_HEIGHT, width, 3), 128, np.uint8)
    return {"grey card": _flat(grey), "card back": _flat(_back(width))}


def run_control(
    engine: Engine,
    drafts: Sequence[Mapping[str, str]],
    layout: Layout,
    game: str,
    token: CancelToken | None = None,
    blanks: Mapping[str, CardImage] | None = None,
) -> Control:
    """Hold each draft against each blank picture.

    Args:
        engine: the model.
        drafts: what cards say, by field.
        layout: which tiles are made of a picture.
        game: whose question is asked.
        token: cancels from any thread.
        blanks: other pictures than `blank_cards`.

    Raises:
        CancelledError, ModelError: as reading a card does.
    """
    confirmed: dict[str, list[bool]] = {}
    pictures = list((blanks or blank_cards()).values())
    for picture in pictures:
        for draft in drafts:
            for field in _fields(engine, picture, draft, layout, game, token):
                if draft[field.name] != NOTHING:
                    confirmed.setdefault(field.name, []).append(bool(field.expected))
    shares = {name: float(np.mean(answers)) for name, answers in confirmed.items()}
    return Control(len(pictures) * len(drafts), shares)


def kept_control(
    folder: Path,
    engine: Engine,
    drafts: Sequence[Mapping[str, str]],
    layout: Layout,
    game: str,
) -> Control:
    """The control of a prepared model: from its folder, or run now and kept there.

    It is run again when the model was prepared anew, when another layout is used, or something
    else is asked. A folder that can't be written costs the time at each start. Raises as
    `run_control` does.
    """
    path, name = folder / FILE_NAME, _name(folder, engine, layout, game)
    known = _load(path)
    if name in known:
        return known[name]
    control = run_control(engine, drafts, layout, game)
    if control.tried:
        log.info("control of %s: %s", engine.plan.model, control)
        _save(path, {**known, name: control})
    return control


def _fields(
    engine: Engine,
    picture: CardImage,
    draft: Mapping[str, str],
    layout: Layout,
    game: str,
    token: CancelToken | None,
) -> Iterator[FieldRead]:
    asked = list(draft)
    for event in engine.read(picture, asked, layout, draft, token, game=game):
        if isinstance(event, FieldRead):
            yield event


def _name(folder: Path, engine: Engine, layout: Layout, game: str) -> str:
    asked = " ".join(engine.forms[game].fields)
    content = [(folder / PLAN_NAME).read_bytes(), repr(layout).encode(), asked.encode()]
    return f"{game} {blake2b(b' '.join(content), digest_size=8).hexdigest()}"


def _load(path: Path) -> dict[str, Control]:
    """What was kept; nothing where that can't be used."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] != _FORMAT:
            return {}
        return {
            str(name): Control(
                int(one["tried"]),
                {str(field): float(share) for field, share in one["confirmed"].items()},
            )
            for name, one in content["controls"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _save(path: Path, controls: Mapping[str, Control]) -> None:
    content = {
        "format": _FORMAT,
        "controls": {
            name: {"tried": one.tried, "confirmed": dict(one.confirmed or {})}
            for name, one in controls.items()
        },
    }
    draft = path.with_name(f"{path.name}.new")
    try:
        draft.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        log.info("The control can't be kept (%s); it runs again at the next start.", error)


def _back(width: int) -> Pixels:
    """Something like a card's back: a frame, a field of another colour, a ball; no letter."""
    back = np.empty((_HEIGHT, width, 3), np.uint8)
    back[:] = (40, 70, 150)
    inset = width // 16
    cv2.rectangle(back, (inset, inset), (width - inset, _HEIGHT - inset), (70, 110, 190), -1)
    middle, radius = (width // 2, _HEIGHT // 2), width // 5
    cv2.ellipse(back, middle, (2 * radius, 3 * radius), 0, 0, 360, (50, 80, 165), -1)
    cv2.circle(back, middle, radius, (235, 235, 235), -1)
    cv2.ellipse(back, middle, (radius, radius), 0, 180, 360, (200, 50, 50), -1)
    cv2.circle(back, middle, radius // 4, (20, 20, 20), -1)
    return back


def _flat(pixels: Pixels) -> CardImage:
    """A picture that is a card from edge to edge."""
    height, width = pixels.shape[:2]

    def crop(region: Box, card_height: int) -> Pixels:
        x = slice(round(region.left * width), max(1, round(region.right * width)))
        y = slice(round(region.top * height), max(1, round(region.bottom * height)))
        return pixels[y, x]

    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    return CardImage(corners, pixels, crop, 1.0, 1.0, 100.0, 0)
