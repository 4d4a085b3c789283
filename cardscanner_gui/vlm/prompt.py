"""The conversation around the pictures, as the model's own chat template writes it."""

from __future__ import annotations

from dataclasses import dataclass

from cardscanner_gui.vlm.tiles import Tiles


@dataclass(frozen=True)
class PromptSettings:
    """Pieces of the chat template and the marks that stand for pictures.

    Attributes:
        before_text: from the start to the user's text, where text comes first.
        before_image: from the start to the picture, where the picture comes first.
        after: from the end of the user's turn to where the answer begins.
        edge: stands before and after each tile.
        whole: names the tile that shows everything.
        image: stands for one image token; `image_tokens` of them are one tile.
    """

    before_text: str
    before_image: str
    after: str
    edge: str
    whole: str
    image: str
    image_tokens: int


def picture_text(settings: PromptSettings, tiles: Tiles) -> list[str]:
    """The marks of each picture: one text a tile, or one text for a whole grid."""
    tokens = settings.image * settings.image_tokens
    single = f"{settings.edge}{settings.whole}{tokens}{settings.edge}"
    if not tiles.rows:
        return [single] * len(tiles)
    lines = [
        "".join(
            f"{settings.edge}<row_{row + 1}_col_{column + 1}>{tokens}"
            for column in range(tiles.columns)
        )
        for row in range(tiles.rows)
    ]
    return ["\n".join(lines) + "\n\n" + single]
