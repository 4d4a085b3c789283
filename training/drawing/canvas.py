"""A sheet to lay a card out on: boxes and text by fractions of its width and height."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from cardscanner_gui.core.types import Box, Pixels
from training.drawing.paint import Colour


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


class Canvas:
    """Draws on an RGB sheet; places and sizes are fractions of the sheet."""

    def __init__(self, width: int, height: int, colour: Colour) -> None:
        self.width, self.height = width, height
        self._image = Image.new("RGB", (width, height), colour)
        self._draw = ImageDraw.Draw(self._image)

    def pixels(self) -> Pixels:
        return np.array(self._image, np.uint8)

    def size_of(self, box: Box) -> tuple[int, int]:
        """Width and height of a box in pixels, at least one."""
        left, top, right, bottom = self._span(box)
        return max(1, right - left), max(1, bottom - top)

    def fill(self, box: Box, colour: Colour, radius: float = 0.0) -> None:
        """A filled box, its corners rounded by `radius` of the sheet's width."""
        left, top, right, bottom = self._span(box)
        if right > left and bottom > top:
            span = (left, top, right - 1, bottom - 1)
            self._draw.rounded_rectangle(span, radius * self.width, fill=colour)

    def frame(self, box: Box, colour: Colour, thickness: float) -> None:
        """The outline of a box, so thick by the sheet's width."""
        left, top, right, bottom = self._span(box)
        if right > left and bottom > top:
            width = max(1, round(thickness * self.width))
            self._draw.rectangle((left, top, right - 1, bottom - 1), outline=colour, width=width)

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """A disc, its radius by the sheet's width."""
        size = radius * self.width
        cx, cy = x * self.width, y * self.height
        self._draw.ellipse((cx - size, cy - size, cx + size, cy + size), fill=colour)

    def paste(self, box: Box, picture: Pixels) -> None:
        """A picture, stretched to the box."""
        left, top, _, _ = self._span(box)
        size = self.size_of(box)
        if picture.shape[1::-1] != size:
            picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
        self._image.paste(Image.fromarray(picture), (left, top))

    def blend(self, box: Box, colour: Colour, share: float) -> None:
        """A box of see-through colour."""
        left, top, _, _ = self._span(box)
        under = self._image.crop(self._span(box))
        over = Image.new("RGB", under.size, colour)
        self._image.paste(Image.blend(under, over, share), (left, top))

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        colour: Colour,
        *,
        anchor: str = "ls",
        outline: Colour | None = None,
        longest: float = 1.0,
        bold: bool = False,
    ) -> None:
        """One line of text.

        Args:
            x: where, by default the left end of the base line.
            y: the base line.
            text: what to write.
            size: the font's size by the sheet's height.
            colour: of the letters.
            anchor: Pillow's anchor, such as `ls` or `rs`.
            outline: a thin rim around the letters.
            longest: width by the sheet's width beyond which the letters get smaller.
            bold: thicker strokes.
        """
        if not text:
            return
        pixels = max(4, round(size * self.height))
        length = self._draw.textlength(text, _font(pixels))
        if length > longest * self.width:
            pixels = max(4, int(pixels * longest * self.width / length))
        stroke = max(1, round(pixels / (18 if outline else 36))) if outline or bold else 0
        self._draw.text(
            (x * self.width, y * self.height),
            text,
            fill=colour,
            font=_font(pixels),
            anchor=anchor,
            stroke_width=stroke,
            stroke_fill=outline if outline is not None else colour,
        )

    def strokes(self, rng: np.random.Generator, box: Box, rows: int, colour: Colour) -> None:
        """Rows of made-up characters of a few straight strokes, as a script one can't read."""
        row_height = (box.bottom - box.top) / rows
        size = max(2.0, row_height * self.height * 0.8)
        thickness = max(1, round(size / 12))
        for row in range(rows):
            y = (box.top + row * row_height) * self.height
            x = box.left * self.width
            end = x + (box.right - box.left) * self.width * rng.uniform(0.6, 1)
            while x + size < end:
                for start in rng.random((4, 2)) * size:
                    length = rng.uniform(0.3, 0.9) * size
                    across = (length, 0) if rng.random() < 0.5 else (0, length)
                    stop = np.minimum(start + across, size)
                    line = (x + start[0], y + start[1], x + stop[0], y + stop[1])
                    self._draw.line(line, colour, thickness)
                x += size * 1.15

    def _span(self, box: Box) -> tuple[int, int, int, int]:
        return (
            round(box.left * self.width),
            round(box.top * self.height),
            round(box.right * self.width),
            round(box.bottom * self.height),
        )
