"""Draws what training reads: `python -m training.draw --out FOLDER`."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import cv2
import numpy as np

from training import dataset
from training.drawing.bank import Bank
from training.drawing.scenes import CROWDING, DIFFICULT, USUAL, Mixture, draw_crop, draw_scene
from training.targets import targets_of

_MIXTURES = {"usual": USUAL, "difficult": DIFFICULT, "crowded": CROWDING}
_CROP_FILL = 80 / 88
"""How much of the upright network's crop the card fills, as `UprightNetwork` cuts it."""


def draw_scenes(folder: Path, count: int, seed: int, mixture: Mixture = USUAL) -> None:
    """Draw scenes with their targets."""
    rng = np.random.default_rng(seed)
    bank = Bank(rng)
    arrays = dataset.create(folder, dataset.SCENES, count)
    started = time.perf_counter()
    for index in range(count):
        bank.renew()
        scene = draw_scene(bank, rng, dataset.SIDE, mixture)
        targets = targets_of(scene)
        arrays["pixels"][index] = scene.pixels
        arrays["centre"][index] = targets.centre
        arrays["centre_weight"][index] = targets.centre_weight
        arrays["offsets"][index] = np.clip(targets.offsets, -60, 60)
        arrays["offset_weight"][index] = targets.offset_weight
        arrays["corners"][index] = np.rint(targets.corners * 255)
        arrays["mask"][index] = np.rint(targets.mask * 255)
        arrays["mask_weight"][index] = targets.mask_weight
        _report("scenes", index + 1, count, started)
    for array in arrays.values():
        array.flush()


def draw_crops(folder: Path, count: int, seed: int) -> None:
    """Draw upright crops of single cards, hardly any face twice."""
    rng = np.random.default_rng([seed, 1])
    bank = Bank(rng)
    crops = dataset.create(folder, dataset.CROPS, count)["crops"]
    started = time.perf_counter()
    for index in range(count):
        bank.renew()
        bank.renew_face()
        crops[index] = draw_crop(bank, rng, dataset.CROP_SIZE, _CROP_FILL)
        _report("crops", index + 1, count, started)
    crops.flush()


def _report(what: str, done: int, count: int, started: float) -> None:
    if done % 1000 == 0:
        pace = done / (time.perf_counter() - started)
        print(f"{done} of {count} {what}, {pace:.1f} a second", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("training/data"))
    parser.add_argument("--scenes", type=int, default=16_000)
    parser.add_argument("--crops", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--of", choices=_MIXTURES, default="usual", help="kind of scenes")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    if args.scenes:
        draw_scenes(args.out, args.scenes, args.seed, _MIXTURES[args.of])
    if args.crops:
        draw_crops(args.out, args.crops, args.seed)


if __name__ == "__main__":
    main()
