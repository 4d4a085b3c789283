"""Where the camera stands, and what its lens, sensor and file format do to the picture."""

from __future__ import annotations

import math

import cv2
import numpy as np

from cardscanner_gui.core.types import CARD_ASPECT, Corners, Pixels
from training.drawing.paint import Paint, noise, to_bytes

CARD_WIDTH = CARD_ASPECT  # of a card that is one high
"""Width of a card on the table, whose unit is a card's height."""

Matrix = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def camera(
    scale: float,
    centre: tuple[float, float],
    roll: float,
    tilt: float = 0.0,
    toward: float = 0.0,
    distance: float = 3.0,
) -> Matrix:
    """The projection from the table (unit: a card's height, y down) to the picture.

    Args:
        scale: pixels of a card's height, seen straight.
        centre: where the table's origin comes to lie.
        roll: rotation in the picture, radians clockwise.
        tilt: how far the camera leans, radians.
        toward: the direction it leans to, radians.
        distance: from the table, in card heights; nearer is more perspective.
    """
    x, y = math.sin(toward), -math.cos(toward)
    axis = np.array([[0, 0, x], [0, 0, y], [-x, -y, 0]])
    rotation = np.eye(3) + math.sin(tilt) * axis + (1 - math.cos(tilt)) * axis @ axis
    c, s = math.cos(roll), math.sin(roll)
    rotation = rotation @ np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    flat = np.array([rotation[0, [0, 1, 2]], rotation[1, [0, 1, 2]], rotation[2] / distance])
    flat[:, 2] = [0, 0, 1]
    place = np.array([[scale, 0, centre[0]], [0, scale, centre[1]], [0, 0, 1]])
    return np.asarray(place @ flat, np.float64)


def upright_rectangle(
    width: float, height: float, x: float = 0.0, y: float = 0.0, angle: float = 0.0
) -> Corners:
    """A rectangle on the table around (x, y), top-left first."""
    base = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [width / 2, height / 2]
    c, s = math.cos(angle), math.sin(angle)
    return np.asarray(base @ np.array([[c, s], [-s, c]]) + [x, y], np.float64)


def project(matrix: Matrix, points: Corners) -> Corners:
    mapped = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return np.asarray(mapped[:, :2] / mapped[:, 2:], np.float64)


def light(rng: np.random.Generator, picture: Paint) -> Paint:
    """Uneven light, hard shadows, glare spots, white balance, exposure, haze."""
    height, width = picture.shape[:2]
    if rng.random() < 0.55:
        low = rng.uniform(0.45, 0.95)
        picture *= low + (1.15 - low) * noise(rng, (width, height), (2, 3), (1, 0.5), 1)
    if rng.random() < 0.2:
        picture *= _hard_shadow(rng, width, height)
    if rng.random() < 0.2:
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        spot, reach = rng.random(2) * [width, height], rng.uniform(0.03, 0.26) * max(width, height)
        squared = (x - np.float32(spot[0])) ** 2 + (y - np.float32(spot[1])) ** 2
        glow = np.exp(-squared / np.float32(2 * reach**2))
        picture += (rng.uniform(60, 300) * glow)[..., None].astype(np.float32)
    balance = np.clip(rng.normal(1, 0.07, 3), 0.75, 1.3) * rng.uniform(0.6, 1.25)
    picture *= balance.astype(np.float32)
    if rng.random() < 0.3:
        picture = 128 + (picture - 128) * np.float32(rng.uniform(0.5, 1.2))
        picture += np.float32(rng.uniform(-20, 30))
    if rng.random() < 0.1:
        picture = picture * np.float32(0.15) + picture.mean(2, keepdims=True) * np.float32(0.85)
    return picture


def _hard_shadow(rng: np.random.Generator, width: int, height: int) -> Paint:
    angle = rng.random() * 2 * math.pi
    along, across = np.array(
        [[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]]
    )
    start, far = rng.random(2) * [width, height], 3.0 * max(width, height)
    depth = rng.uniform(0.2, 1) * far
    points = [start - along * far, start + along * far]
    points += [points[1] + across * depth, points[0] + across * depth]
    mask = np.zeros((height, width), np.float32)
    cv2.fillPoly(mask, [np.array(points, np.int32)], 1.0, cv2.LINE_AA)
    soft = cv2.GaussianBlur(mask, (0, 0), rng.uniform(0.6, 12))
    return np.asarray(1 - soft * rng.uniform(0.2, 0.6), np.float32)[..., None]


def develop(rng: np.random.Generator, picture: Paint) -> Pixels:
    """Blur of lens, motion and sharpening, sensor noise, compression."""
    kind = rng.random()
    if kind < 0.35:
        sigma = rng.uniform(0.3, 1.8) if rng.random() < 0.9 else 3.0
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.float32)
    elif kind < 0.47:
        picture = _shaken(rng, picture)
    elif kind < 0.6:
        soft = np.asarray(cv2.GaussianBlur(picture, (0, 0), 1), np.float32)
        picture = picture + (picture - soft) * np.float32(rng.uniform(0.3, 1.5))
    if rng.random() < 0.6:
        channels = 1 if rng.random() < 0.5 else 3
        grain = rng.standard_normal((*picture.shape[:2], channels), dtype=np.float32)
        picture = picture + grain * np.float32(rng.uniform(1, 14))
    result = to_bytes(picture)
    if rng.random() < 0.5:
        quality = int(rng.integers(20, 92))
        _, data = cv2.imencode(".jpg", result, [cv2.IMWRITE_JPEG_QUALITY, quality])
        result = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
    return result


def _shaken(rng: np.random.Generator, picture: Paint) -> Paint:
    size = int(rng.integers(3, 12))
    kernel = np.zeros((size, size), np.float32)
    angle, middle = rng.random() * math.pi, (size - 1) / 2
    reach = np.array([math.cos(angle), math.sin(angle)]) * middle
    start, end = (np.rint(middle + sign * reach).astype(int).tolist() for sign in (-1, 1))
    cv2.line(kernel, start, end, 1.0)
    return np.asarray(cv2.filter2D(picture, -1, kernel / kernel.sum()), np.float32)
