"""Trains the network that tells which way a card is up: `python -m training.train_upright`."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as nnf
from torch import Tensor

from cardscanner_gui.core.types import Pixels
from training import dataset
from training.batches import recoloured
from training.network import Averaged, UprightNet, prepared

_RATE = 2e-3
_HELD_BACK = 400
_TURNS = (0.3, 0.2, 0.3, 0.2)
"""Shares of 0 to 3 turns: half a turn is the hard question."""


def turned_crop(crop: Pixels, turns: int) -> Pixels:
    """An upright crop turned to the left, as when its outline starts at another corner."""
    if turns == 0:
        return crop
    turned = np.ascontiguousarray(np.rot90(crop, turns))
    if turns % 2:
        turned = np.asarray(cv2.resize(turned, dataset.CROP_SIZE), np.uint8)
    return turned


def _batch(crops: Pixels, chosen: Pixels, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    turns = rng.choice(4, len(chosen), p=_TURNS)
    shown = [turned_crop(crops[i], int(t)) for i, t in zip(chosen, turns, strict=True)]
    return prepared(torch.from_numpy(np.stack(shown))), torch.from_numpy(turns)


def train(data: Path, out: Path, steps: int, batch_size: int, seed: int) -> None:
    """Train, print the accuracy on crops held back, and keep `upright.pt`."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    out.mkdir(parents=True, exist_ok=True)
    crops = dataset.load(data, dataset.CROPS)["crops"]
    net = UprightNet()
    averaged = Averaged(net, 0.99)
    optimiser = torch.optim.AdamW(net.parameters(), lr=_RATE, weight_decay=1e-2)
    total, started = 0.0, time.perf_counter()
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = _RATE * 0.5 * (1 + np.cos(np.pi * step / steps)) + 1e-5
        pictures, turns = _batch(crops, rng.integers(_HELD_BACK, len(crops), batch_size), rng)
        logits = net(recoloured(pictures, rng))
        loss = nnf.cross_entropy(logits, turns, label_smoothing=0.02)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        averaged.follow(net, step + 1)
        total += loss.item()
        if (step + 1) % 200 == 0:
            pace = 200 * batch_size / (time.perf_counter() - started)
            print(f"step {step + 1} loss {total / 200:.4f} {pace:.0f} crops a second", flush=True)
            total, started = 0.0, time.perf_counter()
    net.load_state_dict(averaged.state)
    net.eval()
    with torch.no_grad():
        pictures, turns = _batch(crops, np.arange(_HELD_BACK), rng)
        said = net(pictures).argmax(1)
    right = (said == turns).float().mean().item()
    upside_down = ((said - turns).abs() == 2).float().mean().item()
    print(f"held back: {right:.3f} right, {upside_down:.3f} upside down")
    torch.save(averaged.state, out / "upright.pt")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("training/data"))
    parser.add_argument("--out", type=Path, default=Path("training/data"))
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    train(args.data, args.out, args.steps, args.batch_size, args.seed)


if __name__ == "__main__":
    main()
