"""Trains the corner network: `python -m training.train --data FOLDER --out FOLDER`."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import torch

from training import dataset
from training.batches import corner_batch
from training.losses import corner_loss
from training.network import Averaged, CornerNet
from training.shipped import keep_norms, shipped

_RATE = 2.5e-3
_GOING_ON = 0.2
"""How much of that where training goes on from networks that are good already."""
_WARM_UP = 100


def rate_at(step: int, steps: int, decay_from: int) -> float:
    """Learning rate: up, level, then straight down to a hundredth."""
    if step < _WARM_UP:
        return _RATE * (step + 1) / _WARM_UP
    if step < decay_from:
        return _RATE
    left = (steps - step) / max(1, steps - decay_from)
    return _RATE * (0.01 + 0.99 * max(0.0, left))


def train(
    data: Sequence[Path],
    out: Path,
    steps: int,
    decay_from: int,
    batch_size: int,
    seed: int,
    resume: bool,
    start: Path | None = None,
) -> None:
    """Train and keep `corners.pt`; a stopped run goes on from its last checkpoint with `resume`.

    With `start`, a `corners.onnx`, it goes on from that network, in smaller steps.
    """
    torch.manual_seed(seed)
    out.mkdir(parents=True, exist_ok=True)
    checkpoint = out / "corners.checkpoint.pt"
    sets = [dataset.load(folder, dataset.SCENES) for folder in data]
    net = (shipped(start) if start else CornerNet()).to(memory_format=torch.channels_last)
    if start:
        keep_norms(net)
    averaged = Averaged(net)
    optimiser = torch.optim.AdamW(net.parameters(), lr=_RATE, weight_decay=1e-3)
    first = 0
    if resume and checkpoint.exists():
        kept = torch.load(checkpoint)
        net.load_state_dict(kept["net"])
        optimiser.load_state_dict(kept["optimiser"])
        averaged.state = kept["averaged"]
        first = kept["step"]
    total, since, started = 0.0, 0, time.perf_counter()
    for step in range(first, steps):
        for group in optimiser.param_groups:
            group["lr"] = rate_at(step, steps, decay_from) * (_GOING_ON if start else 1.0)
        pictures, batch = corner_batch(sets, batch_size, seed, step)
        loss = corner_loss(net(pictures.contiguous(memory_format=torch.channels_last)), batch)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        averaged.follow(net, step + 1)
        total, since = total + loss.item(), since + 1
        if (step + 1) % 50 == 0 or step + 1 == steps:
            pace = since * batch_size / (time.perf_counter() - started)
            print(
                f"step {step + 1} loss {total / since:.4f} {pace:.0f} pictures a second", flush=True
            )
            total, since, started = 0.0, 0, time.perf_counter()
        if (step + 1) % 100 == 0 or step + 1 == steps:
            part = checkpoint.with_suffix(".part")
            torch.save(
                {
                    "net": net.state_dict(),
                    "optimiser": optimiser.state_dict(),
                    "averaged": averaged.state,
                    "step": step + 1,
                },
                part,
            )
            part.replace(checkpoint)
    torch.save(averaged.state, out / "corners.pt")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, nargs="+", default=[Path("training/data")])
    parser.add_argument("--out", type=Path, default=Path("training/data"))
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--decay-from", type=int, default=2400)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--start", type=Path, help="a corners.onnx to go on from")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    schedule = args.steps, args.decay_from, args.batch_size, args.seed
    train(args.data, args.out, *schedule, args.resume, args.start)


if __name__ == "__main__":
    main()
