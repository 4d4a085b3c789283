"""Laying things into a picture: see-through polygons, lines, shadows, faces in perspective."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from cardscanner_gui.core.types import Corners, Pixels
from training.drawing.paint import Paint

Labels = npt.NDArray[np.int16]


def pyramid(face: Pixels, levels: int = 3) -> list[Pixels]:
    """A face and its halves, so that small copies don't alias."""
    result = [face]
    while len(result) < levels:
        half = cv2.resize(result[-1], None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        result.append(np.asarray(half, np.uint8))
    return result


def window(points: Corners, shape: Sequence[int], margin: float) -> tuple[slice, slice] | None:
    """Rows and columns of the picture around some points; None when they lie outside."""
    left, top = np.floor(points.min(0) - margin).astype(int)
    right, bottom = np.ceil(points.max(0) + margin + 1).astype(int)
    left, top = max(0, int(left)), max(0, int(top))
    right, bottom = min(shape[1], int(right)), min(shape[0], int(bottom))
    if right - left < 1 or bottom - top < 1:
        return None
    return slice(top, bottom), slice(left, right)


def lay_polygon(
    picture: Paint, points: Corners, colour: Sequence[float], share: float, blur: float = 0.0
) -> None:
    """A see-through polygon, perhaps with soft edges."""
    where = window(points, picture.shape, 2 + 3 * blur)
    if where is None:
        return
    part = picture[where]
    mask = np.zeros(part.shape[:2], np.uint8)
    local = points - [where[1].start, where[0].start]
    cv2.fillPoly(mask, [_fixed(local)], 255, cv2.LINE_AA, 4)
    if blur > 0:
        mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), blur), np.uint8)
    _mix(part, mask, np.array(colour, np.float32), share)


def lay_outline(
    picture: Paint,
    points: Corners,
    colour: Sequence[float],
    share: float,
    thickness: int = 1,
    closed: bool = True,
) -> None:
    """A see-through line around or along points."""
    where = window(points, picture.shape, 2 + thickness)
    if where is None:
        return
    part = picture[where]
    mask = np.zeros(part.shape[:2], np.uint8)
    local = points - [where[1].start, where[0].start]
    cv2.polylines(mask, [_fixed(local)], closed, 255, thickness, cv2.LINE_AA, 4)
    _mix(part, mask, np.array(colour, np.float32), share)


def lay_face(
    picture: Paint,
    levels: Sequence[Pixels],
    corners: Corners,
    gain: float = 1.0,
    lift: float = 0.0,
    labels: Labels | None = None,
    label: int = 0,
) -> None:
    """An RGBA face (as a pyramid) into four corners.

    Args:
        picture: changed in place.
        levels: the face at full size, half, quarter.
        corners: where it goes, top-left first.
        gain: contrast of the light on it.
        lift: brightness added to it.
        labels: gets `label` where the face covers the picture.
        label: the card's number.
    """
    sides = np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1)
    height = max(4.0, float(max(sides[0], sides[2], sides[1] * 1.4, sides[3] * 1.4)))
    level = 0
    while level + 1 < len(levels) and height < 0.72 * levels[level].shape[0]:
        level += 1
    face = levels[level]
    where = window(corners, picture.shape, 1)
    if where is None:
        return
    part = picture[where]
    rows, columns = face.shape[:2]
    source = np.array(
        [[-0.5, -0.5], [columns - 0.5, -0.5], [columns - 0.5, rows - 0.5], [-0.5, rows - 0.5]]
    )
    local = corners - [where[1].start, where[0].start]
    matrix = cv2.getPerspectiveTransform(source.astype(np.float32), local.astype(np.float32))
    # Outside the face its own border colour continues, so that the rim doesn't darken.
    rim = (*(int(v) for v in face[rows // 2, min(1, columns - 1), :3]), 0)
    drawn = cv2.warpPerspective(face, matrix, part.shape[1::-1], borderValue=rim)
    alpha = drawn[..., 3:].astype(np.float32) / 255
    colours = drawn[..., :3].astype(np.float32) * np.float32(gain) + np.float32(lift)
    part *= 1 - alpha
    part += colours * alpha
    if labels is not None:
        labels[where][alpha[..., 0] > 0.5] = label


def lay_shadow(rng: np.random.Generator, picture: Paint, corners: Corners) -> None:
    """A soft shadow beside something flat."""
    size = float(np.sqrt(abs(cv2.contourArea(corners.astype(np.float32)))))
    offset = rng.normal(0, 0.015 * size, 2)
    blur = rng.uniform(0.004, 0.03) * size
    lay_polygon(picture, corners + offset, (0, 0, 0), rng.uniform(0.1, 0.7), blur)


def _fixed(points: Corners) -> npt.NDArray[np.int32]:
    """Points with four fractional bits, clipped to what OpenCV's filler takes."""
    return np.clip(np.rint(points * 16), -500_000, 500_000).astype(np.int32)


def _mix(part: Paint, mask: Pixels, colour: Paint, share: float) -> None:
    alpha = mask[..., None].astype(np.float32) * np.float32(share / 255)
    part *= 1 - alpha
    part += colour * alpha
