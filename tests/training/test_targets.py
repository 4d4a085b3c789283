"""The finder must be able to read from perfect maps exactly what was drawn."""

from __future__ import annotations

import numpy as np
import pytest

from cardscanner_gui.vision.decode import decode
from cardscanner_gui.vision.geometry import overlap
from cardscanner_gui.vision.network import Maps
from training.drawing.bank import Bank
from training.drawing.scenes import Scene, draw_scene
from training.targets import Targets, targets_of


def drawn_scenes(count: int) -> list[Scene]:
    rng = np.random.default_rng(4)
    bank = Bank(rng, 6, 3, 4)
    return [draw_scene(bank, rng, 192) for _ in range(count)]


def as_maps(targets: Targets) -> Maps:
    side = targets.centre.shape[0]
    return Maps(targets.centre, targets.offsets.reshape(4, 2, side, side), targets.corners)


def test_perfect_maps_decode_to_the_drawn_cards() -> None:
    found = asked = 0
    for scene in drawn_scenes(60):
        outlines = decode(as_maps(targets_of(scene)), 0.5)
        assert len(outlines) <= len(scene.cards)
        for corners in scene.cards:
            asked += 1
            found += max((overlap(p.corners, corners) for p in outlines), default=0) > 0.9
    assert asked > 60
    # Cards of a row whose middles fall into neighbouring cells can't all be told apart.
    assert found > 0.93 * asked


def test_hidden_cards_are_neither_asked_for_nor_forbidden() -> None:
    checked = 0
    for scene in drawn_scenes(80):
        targets = targets_of(scene)
        for corners in scene.hidden:
            x, y = (corners.mean(0) / 8).astype(int)
            if not (0 <= x < 24 and 0 <= y < 24) or targets.centre[y, x] > 0.2:
                continue
            assert targets.centre_weight[y, x] == 0
            checked += 1
    assert checked > 5


def test_turned_batches_stay_consistent() -> None:
    torch = pytest.importorskip("torch", reason="needs the training extra")
    from training.batches import _turned_offsets

    scene = max(drawn_scenes(30), key=lambda s: len(s.cards))
    targets = targets_of(scene)
    for turns in (1, 2, 3):
        offsets = torch.rot90(torch.from_numpy(targets.offsets)[None], turns, (2, 3))
        offsets = _turned_offsets(offsets, turns)[0].numpy()
        turned = Maps(
            np.ascontiguousarray(np.rot90(targets.centre, turns)),
            offsets.reshape(4, 2, 24, 24),
            np.ascontiguousarray(np.rot90(targets.corners, turns, (1, 2))),
        )
        before = decode(as_maps(targets), 0.5)
        after = decode(turned, 0.5)
        assert len(before) == len(after)
        for proposal in before:
            corners = proposal.corners
            for _ in range(turns):
                corners = np.column_stack([corners[:, 1], 191 - corners[:, 0]])
            best = max(after, key=lambda p: overlap(p.corners, corners))
            assert np.abs(best.corners - corners).max() < 0.6
