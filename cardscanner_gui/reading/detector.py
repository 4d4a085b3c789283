"""Where text stands in a picture: the detection model (differentiable binarisation) and its boxes.

The steps after the network follow the DB paper (Liao et al., 2020): threshold the probability map,
take each region's smallest rectangle, keep it if the map is bright inside, and grow it back by the
area that training shrank it by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.types import Pixels
from cardscanner_gui.reading.models import DETECTOR, Network

_THRESHOLD = 0.3
_BOX_THRESHOLD = 0.6
_UNCLIP = 1.6
_MIN_SIDE = 3
_STRIDE = 32


@dataclass(frozen=True, eq=False)
class TextBox:
    """A rotated rectangle around one line: 4 x 2 pixels, clockwise from its top-left."""

    quad: npt.NDArray[np.float32]
    score: float

    @property
    def width(self) -> float:
        return float(np.linalg.norm(self.quad[1] - self.quad[0]))

    @property
    def height(self) -> float:
        return float(np.linalg.norm(self.quad[3] - self.quad[0]))


class TextDetector:
    """Finds lines of text, horizontal or not."""

    def __init__(self, folder: Path, threads: int = 2) -> None:
        self._network = Network(folder / DETECTOR, threads)

    def detect(self, picture: Pixels, token: CancelToken | None = None) -> list[TextBox]:
        """Boxes of the lines in a picture (RGB), top to bottom."""
        height, width = picture.shape[:2]
        size = (_to_stride(width), _to_stride(height))
        resized = cv2.resize(picture, size) if size != (width, height) else picture
        array = (resized[:, :, ::-1].astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1)[None]
        scores = self._network(np.ascontiguousarray(array), token)[0, 0]
        scale = np.array([width / size[0], height / size[1]], np.float32)
        boxes = [TextBox(b.quad * scale, b.score) for b in _boxes(scores)]
        return sorted(boxes, key=lambda b: (float(b.quad[:, 1].mean()), float(b.quad[0, 0])))


def cut_line(picture: Pixels, box: TextBox) -> Pixels:
    """The line upright in a picture of its own; lines that stand on end are laid down."""
    width, height = max(2, round(box.width)), max(2, round(box.height))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(box.quad, target)
    line = cv2.warpPerspective(
        picture, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.rot90(line).copy() if height >= 1.5 * width else line  # type: ignore[return-value]


def _to_stride(length: int) -> int:
    return max(_STRIDE, round(length / _STRIDE) * _STRIDE)


def _boxes(scores: npt.NDArray[np.float32]) -> list[TextBox]:
    mask = cv2.dilate((scores > _THRESHOLD).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for contour in contours:
        centre, (a, b), angle = cv2.minAreaRect(contour)
        if min(a, b) < _MIN_SIDE:
            continue
        score = _mean_inside(scores, _corners(centre, (a, b), angle))
        if score < _BOX_THRESHOLD:
            continue
        grow = 2 * a * b * _UNCLIP / (2 * (a + b))
        if min(a, b) + grow < _MIN_SIDE + 2:
            continue
        quad = _corners(centre, (a + grow, b + grow), angle)
        found.append(TextBox(_clockwise(quad), score))
    return found


def _corners(
    centre: Sequence[float], size: tuple[float, float], angle: float
) -> npt.NDArray[np.float32]:
    return np.asarray(cv2.boxPoints((centre, size, angle)), np.float32)


def _mean_inside(scores: npt.NDArray[np.float32], quad: npt.NDArray[np.float32]) -> float:
    height, width = scores.shape
    left, top = np.clip(np.floor(quad.min(axis=0)), 0, [width - 1, height - 1]).astype(int)
    right, bottom = np.clip(np.ceil(quad.max(axis=0)), 0, [width - 1, height - 1]).astype(int)
    mask = np.zeros((bottom - top + 1, right - left + 1), np.uint8)
    cv2.fillPoly(mask, [(quad - [left, top]).astype(np.int32)], 1)
    return float(cv2.mean(scores[top : bottom + 1, left : right + 1], mask)[0])


def _clockwise(quad: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Corners from the top-left on, for a box that is read left to right or top to bottom."""
    by_x = quad[np.argsort(quad[:, 0], kind="stable")]
    left, right = by_x[:2], by_x[2:]
    left, right = left[np.argsort(left[:, 1])], right[np.argsort(right[:, 1])]
    return np.array([left[0], right[0], right[1], left[1]], np.float32)
