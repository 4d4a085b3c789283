"""What the corner network is trained to get small."""

from __future__ import annotations

import torch
import torch.nn.functional as nnf
from torch import Tensor

Batch = dict[str, Tensor]


def corner_loss(outputs: tuple[Tensor, Tensor, Tensor], batch: Batch) -> Tensor:
    """Middles, offsets, ordered corners and mask together."""
    centre, offsets, fine = outputs
    cards = (batch["centre"] > 0.95).sum().clamp(min=8)
    middles = _focal(centre[:, 0], batch["centre"]) * batch["centre_weight"]
    any_order, own_order = _offset_losses(offsets, batch["offsets"], batch["offset_weight"])
    corners = _focal(fine[:, :4], batch["corners"])
    mask = nnf.binary_cross_entropy_with_logits(fine[:, 4], batch["mask"], reduction="none")
    return (
        middles.sum() / cards
        + any_order
        + 0.3 * own_order
        + 0.5 * corners.sum() / cards / 4
        + (mask * batch["mask_weight"]).mean()
    )


def _focal(logits: Tensor, target: Tensor) -> Tensor:
    """Quality focal loss (Li et al. 2020): easy cells count little, soft targets are allowed."""
    distance = (target - logits.sigmoid()).abs()
    cross_entropy = nnf.binary_cross_entropy_with_logits(logits, target, reduction="none")
    return distance**2 * cross_entropy


def _offset_losses(offsets: Tensor, target: Tensor, weight: Tensor) -> tuple[Tensor, Tensor]:
    """Distance of the corners by the card's size: in the best cyclic order, and in the true one.

    Where the corners are must not suffer from not knowing which way is up.
    """
    chosen = weight > 0.05
    seen = offsets.permute(0, 2, 3, 1)[chosen].view(-1, 4, 2)
    true = target.permute(0, 2, 3, 1)[chosen].view(-1, 4, 2)
    weight = weight[chosen]
    if len(seen) == 0:
        return seen.sum(), seen.sum()
    size = (true[:, 0] - true[:, 2]).norm(dim=1).clamp(min=0.4)
    by_order = torch.stack(
        [
            nnf.smooth_l1_loss(seen, true.roll(turn, 1), reduction="none", beta=0.03).sum((1, 2))
            for turn in range(4)
        ],
        dim=1,
    )
    scaled = weight / size
    return (
        (by_order.min(1).values * scaled).sum() / weight.sum(),
        (by_order[:, 0] * scaled).sum() / weight.sum(),
    )
