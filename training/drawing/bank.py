"""Faces, objects and surfaces drawn ahead, since scenes need them quicker than they are drawn."""

from __future__ import annotations

import numpy as np

from cardscanner_gui.core.types import Pixels
from training.drawing.compose import pyramid
from training.drawing.faces import any_face
from training.drawing.objects import any_object
from training.drawing.surfaces import any_surface

SURFACE_SIDE = 416


class Bank:
    """Draws its content at once and renews a little of it with each scene."""

    def __init__(
        self, rng: np.random.Generator, faces: int = 260, objects: int = 90, surfaces: int = 130
    ) -> None:
        self._rng = rng
        self._faces = [pyramid(any_face(rng)) for _ in range(faces)]
        self._objects = [pyramid(any_object(rng)) for _ in range(objects)]
        self._surfaces = [any_surface(rng, SURFACE_SIDE) for _ in range(surfaces)]

    def face(self) -> list[Pixels]:
        return self._faces[int(self._rng.integers(len(self._faces)))]

    def object(self) -> list[Pixels]:
        return self._objects[int(self._rng.integers(len(self._objects)))]

    def surface(self) -> Pixels:
        return self._surfaces[int(self._rng.integers(len(self._surfaces)))]

    def renew(self) -> None:
        """Replace something in one call of seven, mostly a face."""
        chance = self._rng.random()
        if chance < 0.1:
            self.renew_face()
        elif chance < 0.12:
            slot = int(self._rng.integers(len(self._objects)))
            self._objects[slot] = pyramid(any_object(self._rng))
        elif chance < 0.15:
            slot = int(self._rng.integers(len(self._surfaces)))
            self._surfaces[slot] = any_surface(self._rng, SURFACE_SIDE)

    def renew_face(self) -> None:
        slot = int(self._rng.integers(len(self._faces)))
        self._faces[slot] = pyramid(any_face(self._rng))
