"""Finds every card in a picture.

The whole picture is looked at small, each proposal again upright and close, and the outline is then
fitted to the edges of the full-size picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.types import Corners, Pixels, read_only
from cardscanner_gui.vision.choice import (
    Settled,
    alternatives,
    choose,
    distinct,
    whole_picture,
)
from cardscanner_gui.vision.debug import DebugPictures
from cardscanner_gui.vision.decode import Chances, Proposal, decode
from cardscanner_gui.vision.edges import refine
from cardscanner_gui.vision.geometry import (
    Matrix,
    covered,
    inverse,
    overlap,
    project,
    reading_order,
    size_of,
    turned,
)
from cardscanner_gui.vision.grid import missing_cells
from cardscanner_gui.vision.network import CornerNetwork, UprightNetwork
from cardscanner_gui.vision.plain_ground import cards_on_plain_ground
from cardscanner_gui.vision.pyramid import Pyramid, quarter_turned
from cardscanner_gui.vision.second_look import SecondLook, look_again

_SMALL, _LARGE = 192, 320
_FIRST_THRESHOLD = 0.25
_MOST_PROPOSALS = 24
_DOUBTED = 0.35
"""Worth below which a first look may be a guess; turned by a quarter, the picture shows more."""
_MET = 0.25
"""Overlap from which on two looks may have seen the same."""
_FILLS = ((0.72,), (0.75, 0.6), (0.75,))
"""How much of the canvas the card fills in each round of second looks."""
_AGREED = 0.97
"""Overlap of what was expected and what was seen that needs no further look."""
_MANY, _CLEARLY = 4, 0.5
"""With more proposals than these of such a score, each gets fewer looks."""
_FILLS_OF_MANY = ((0.72,), (0.75,), (0.75,))
_AGREED_OF_MANY = 0.95
_LESS_SURE = 0.85
"""A look whose trust falls below this share of the one before has lost the card: that one stays."""
_ACCEPTED = 0.38
"""Lowest score times agreement of a card."""
_ACCEPTED_IN_GRID = 0.3
"""The same where a page's grid already says that a card should be here."""
_AS_GUESSED = 0.55
"""Overlap with a guess from which on what is seen is the card that was meant."""
_OVERLAPPING = 0.5
"""Overlap up to which cards lie over each other, where text says that there are several."""
_FOLLOWED = 0.5
"""Lowest score times agreement at which a video's card needs no fresh look at the whole frame."""
_CARD_SHAPED = 0.7
"""Score of a thing that has a card's shape and size, by its outline alone."""
_APART = 0.1
"""How much of a card that was found may lie in one that was overlooked."""
_VIDEO_LONGEST = 450
_VIDEO_CANVAS, _VIDEO_FILL = (160, 160), (0.76,)


@dataclass(frozen=True, eq=False)
class FoundCard:
    """One card in a picture.

    Attributes:
        corners: 4 x 2 in the picture, top-left of the card first, then clockwise.
        score: how sure this is a card, 0 to 1.
        upright_confidence: how sure it is which way is up, 0 to 1.
        alternatives: other outlines for the same card (its sleeve or slab, a card under it), most
            likely first; reading decides.
    """

    corners: Corners
    score: float
    upright_confidence: float
    alternatives: tuple[Corners, ...] = ()


class CardFinder:
    """Finds cards with two small networks; one instance belongs to one thread."""

    def __init__(self, model_dir: Path, threads: int = 2) -> None:
        self._network = CornerNetwork(model_dir / "corners.onnx", threads)
        self._upright = UprightNetwork(model_dir / "upright.onnx", threads)

    def find(
        self,
        pixels: Pixels,
        *,
        token: CancelToken | None = None,
        debug: DebugPictures | None = None,
    ) -> list[FoundCard]:
        """Find every card in a picture of any size.

        Args:
            pixels: RGB, EXIF-upright.
            token: checked between steps.
            debug: gets a picture of each step.

        Returns:
            Cards in reading order; empty when there is none.

        Raises:
            CancelledError: by the token.
        """
        token = token or CancelToken()
        pyramid = Pyramid(pixels)
        proposals = self._propose(pyramid)
        token.check()
        if debug is not None:
            debug.outlines("1-proposals", pyramid.pixels, proposals)
        settled = self._settle(pyramid, proposals, token)
        cards, rivals = choose(settled, _ACCEPTED)
        cards += self._fill_grid(pyramid, cards, token)
        if debug is not None:
            debug.outlines("2-second-look", pyramid.pixels, [_labelled(s) for s in settled])
            debug.outlines("3-chosen", pyramid.pixels, [_labelled(s) for s in cards])
        found = []
        for card in cards:
            token.check()
            found.append(self._finish(pixels, pyramid, card, rivals))
        found += self._overlooked_on_plain_ground(pixels, found)
        found = [found[i] for i in reading_order([card.corners for card in found])]
        if debug is not None:
            debug.outlines("4-refined", pixels, [Proposal(c.corners, c.score) for c in found])
        return found

    def look_at(
        self, pixels: Pixels, guesses: Sequence[Corners], token: CancelToken | None = None
    ) -> list[FoundCard]:
        """Cards that lie about where somebody guesses; of those that stand in one place the best.

        Args:
            pixels: RGB, as for `find`.
            guesses: outlines, top-left first, off by no more than a tenth of a card.
            token: checked between steps.
        """
        token = token or CancelToken()
        pyramid = Pyramid(pixels)
        outlines = [pyramid.reduced(guess) for guess in guesses]
        settled = self._settle(pyramid, [Proposal(q, 0.0) for q in outlines], token)
        near = [s for s in settled if any(overlap(s.corners, q) > _AS_GUESSED for q in outlines)]
        cards, rivals = choose(near, _ACCEPTED_IN_GRID, overlapping=_OVERLAPPING)
        return [self._finish(pixels, pyramid, card, rivals) for card in cards]

    def follow(self, pixels: Pixels, last: Corners | None = None) -> FoundCard | None:
        """The one card of a video frame, quickly: started from where it was in the last frame.

        Args:
            pixels: RGB.
            last: corners of the last frame's card, None when there was none.

        Returns:
            The card, or None; never alternatives.
        """
        pyramid = Pyramid(pixels, _VIDEO_LONGEST)
        look = None
        if last is not None:
            look = self._look_once(pyramid, pyramid.reduced(last))
        if look is None or look.trust < _FOLLOWED:
            seen = self._first_look(pyramid.letterboxed(_SMALL), limit=4)
            if not seen:
                return None
            main = max(seen, key=lambda p: p.score * size_of(p.corners) ** 0.7)
            look = self._look_once(pyramid, main.corners)
        if look is None or look.trust < _ACCEPTED:
            return None
        outlines, upright = self._uprighted(pyramid, [look.corners], [look.turns])
        corners = refine(pixels, pyramid.full_size(outlines[0]))
        return FoundCard(read_only(corners), look.trust, upright[0])

    def fit(self, pixels: Pixels, outline: Corners) -> FoundCard:
        """The card that lies about here, as somebody else knows: its edges, and which way is up.

        Args:
            pixels: RGB.
            outline: whose sides are at most a fiftieth of the card's size from its edges.

        Returns:
            The card, never alternatives; as sure as something is that has a card's shape.
        """
        pyramid = Pyramid(pixels, _VIDEO_LONGEST)
        (upright,), (chance,) = self._uprighted(
            pyramid, [pyramid.reduced(outline)], [np.full(4, 0.25)]
        )
        corners = refine(pixels, pyramid.full_size(upright))
        return FoundCard(read_only(corners), _CARD_SHAPED, chance)

    def _look_once(self, pyramid: Pyramid, outline: Corners) -> SecondLook | None:
        return look_again(self._network, pyramid, [outline], _VIDEO_FILL, _VIDEO_CANVAS)[0]

    def _propose(self, pyramid: Pyramid) -> list[Proposal]:
        """Outlines in the reduced picture from the first looks, best first."""
        whole = pyramid.letterboxed(_SMALL)
        apart = pyramid.letterboxed(_SMALL, 0.7)
        close = pyramid.letterboxed(_LARGE)
        proposals = self._first_look(whole, apart) + self._first_look(close)
        if any(p.worth < _DOUBTED for p in distinct(proposals, _MOST_PROPOSALS)):
            # One more look betters outlines; where the others saw nothing it would only invent.
            more = self._first_look(quarter_turned(*whole))
            proposals += [
                p for p in more if any(overlap(p.corners, q.corners) > _MET for q in proposals)
            ]
        proposals += whole_picture(pyramid.size, _FIRST_THRESHOLD)
        return distinct(proposals, _MOST_PROPOSALS)

    def _first_look(self, *views: tuple[Pixels, Matrix], limit: int = 30) -> list[Proposal]:
        """Outlines in the reduced picture from views of one size; each comes with its matrix."""
        seen = self._network.look(np.stack([canvas for canvas, _ in views]))
        return [
            replace(p, corners=project(inverse(matrix), p.corners))
            for maps, (_, matrix) in zip(seen, views, strict=True)
            for p in decode(maps, _FIRST_THRESHOLD, limit)
        ]

    def _settle(
        self, pyramid: Pyramid, proposals: list[Proposal], token: CancelToken
    ) -> list[Settled]:
        """Second looks at proposals, each from upright, until one shows what was expected."""
        settled: dict[int, Settled] = {}
        open_ones = list(range(len(proposals)))
        outlines = [p.corners for p in proposals]
        outlines, _ = self._uprighted(pyramid, outlines, [np.full(4, 0.25)] * len(outlines))
        many = sum(p.score > _CLEARLY for p in proposals) > _MANY
        agreed = _AGREED_OF_MANY if many else _AGREED
        for fills in _FILLS_OF_MANY if many else _FILLS:
            token.check()
            seen = look_again(self._network, pyramid, [outlines[i] for i in open_ones], fills)
            looks = [(i, look) for i, look in zip(open_ones, seen, strict=True) if look is not None]
            unseen = [i for i, look in zip(open_ones, seen, strict=True) if look is None]
            upright, chances = self._uprighted(
                pyramid, [look.corners for _, look in looks], [look.turns for _, look in looks]
            )
            for (index, look), corners, chance in zip(looks, upright, chances, strict=True):
                outlines[index] = corners
                before = settled.get(index)
                if before is None or look.trust > _LESS_SURE * before.look.trust:
                    first = proposals[index].score
                    settled[index] = Settled(replace(look, corners=corners), chance, first)
            open_ones = [i for i, look in looks if look.agreement < agreed] + unseen
            if not open_ones:
                break
        return list(settled.values())

    def _uprighted(
        self, pyramid: Pyramid, outlines: list[Corners], votes: list[Chances]
    ) -> tuple[list[Corners], list[float]]:
        """Outlines with the card's own top-left first, and how sure that is.

        Both networks have a say, as if they were independent.
        """
        chances = [
            p * vote / (p * vote).sum()
            for p, vote in zip(self._upright.turns(pyramid, outlines), votes, strict=True)
        ]
        upright = [turned(q, int(p.argmax())) for q, p in zip(outlines, chances, strict=True)]
        return upright, [float(p.max()) for p in chances]

    def _fill_grid(
        self, pyramid: Pyramid, cards: list[Settled], token: CancelToken
    ) -> list[Settled]:
        """Cards in pockets of a page that the first looks missed."""
        cells = missing_cells([card.corners for card in cards], pyramid.size)
        if not cells:
            return []
        guesses = [Proposal(cell, 0.0) for cell in cells]
        more, _ = choose(self._settle(pyramid, guesses, token), _ACCEPTED_IN_GRID)
        typical = float(np.median([size_of(card.corners) for card in cards]))
        return [
            new
            for new in more
            if all(overlap(new.corners, card.corners) < 0.1 for card in cards)
            and 0.8 < size_of(new.corners) / typical < 1.25
        ]

    def _overlooked_on_plain_ground(
        self, pixels: Pixels, found: Sequence[FoundCard]
    ) -> list[FoundCard]:
        """Cards that the networks didn't see; where they saw something it is that."""
        return [
            self.fit(pixels, outline)
            for outline in cards_on_plain_ground(pixels)
            if not any(covered(card.corners, outline) > _APART for card in found)
        ]

    def _finish(
        self, pixels: Pixels, pyramid: Pyramid, card: Settled, rivals: list[Settled]
    ) -> FoundCard:
        """The card in the full-size picture, its sides fitted to the edges there."""
        corners = refine(pixels, pyramid.full_size(card.corners))
        others = [rival.corners for rival in rivals] + list(card.look.others)
        outlines = alternatives(corners, [pyramid.full_size(q) for q in others])
        return FoundCard(
            corners=read_only(corners),
            score=card.trust,
            upright_confidence=card.upright,
            alternatives=tuple(read_only(q) for q in outlines),
        )


def _labelled(settled: Settled) -> Proposal:
    return Proposal(settled.corners, settled.look.trust)
