"""Draws the pictures that a new user can try at once: `python -m training.samples`.

The words on them are those of real printings, so that the catalogue knows them; everything that is
to be seen is drawn by us. The last one has its number hidden: there the program has to ask.
"""

from __future__ import annotations

from pathlib import Path

import cv2

from training.drawing.cards import CardFace, draw_card
from training.drawing.scenes import lay_on_desk

FOLDER = Path(__file__).resolve().parents[1] / "resources" / "samples"
SAMPLES = (
    CardFace(
        "Sprigatito",
        60,
        "012/193",
        "PAL",
        ("Gather Sunlight", "Seed Bomb"),
        "Megumi Mizutani",
        "2023",
        seed=11,
    ),
    CardFace(
        "Goldeen", 60, "27/162", "", ("Reckless Charge",), "MAHOU", "2015", era="classic", seed=5
    ),
    CardFace("Pikachu", 70, "", year="2022", seed=8),
)
_ANGLES = (-4.0, 13.0, 6.0)


def main() -> None:
    """Write the pictures into the resources."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for number, (face, angle) in enumerate(zip(SAMPLES, _ANGLES, strict=True), start=1):
        card = draw_card(face, 1400)
        picture, _ = lay_on_desk(card, angle=angle, size=(1000, 1250), fill=0.78, seed=number)
        quality = [cv2.IMWRITE_JPEG_QUALITY, 86]
        fine, data = cv2.imencode(".jpg", picture[:, :, ::-1], quality)
        if not fine:
            raise RuntimeError("OpenCV can't write JPEG")
        (FOLDER / f"sample-{number}.jpg").write_bytes(data.tobytes())


if __name__ == "__main__":
    main()
