"""Pictures that were saved anew: another file, the same picture."""

from __future__ import annotations

import numpy as np
from sqlite_utils import Database as Connection

from cardscanner_gui.store.counted import counted
from cardscanner_gui.store.edit import Edit

# Measured on 91 photographs: saved anew at 33 to 100 % of their size and JPEG qualities of 50 to
# 90, fields differ by 11 at the most (one of 455 by 18) and by 1.6 on the average. Moved by 0.4 %
# of the picture, as no hand or scanner repeats it, some field of all with a card differs by 16.
_MOST = 12
_MEAN = 1.7
_SHAPE = 3
"""Thousandths by which rounding to whole pixels may change the shape."""


def brightness_of(look: bytes) -> float:
    """The mean of a look, by which the likely ones are found."""
    return float(np.frombuffer(look, np.uint8, offset=2).mean())


def same_picture(one: bytes, other: bytes) -> bool:
    """Whether two looks are those of one picture."""
    if len(one) != len(other):
        return False
    shapes = (int.from_bytes(look[:2], "big") for look in (one, other))
    if abs(next(shapes) - next(shapes)) > _SHAPE:
        return False
    fields = [np.frombuffer(look, np.uint8, offset=2).astype(np.int16) for look in (one, other)]
    away = np.abs(fields[0] - fields[1])
    return bool(away.max() <= _MOST and away.mean() <= _MEAN)


def counted_by_look(connection: Connection, look: bytes, content: str) -> bool:
    """Whether another file of the same picture is counted already."""
    mean = brightness_of(look)
    rows = connection.execute(
        "SELECT content, look FROM looks WHERE brightness BETWEEN ? AND ? AND content != ?",
        [mean - _MEAN, mean + _MEAN, content],
    ).fetchall()
    alike = [other for other, known in rows if same_picture(look, known)]
    return bool(alike) and bool(counted(connection, alike))


def remember_look(edit: Edit, look: bytes, content: str) -> None:
    """Note how a file looks."""
    edit.connection.execute(
        "INSERT OR REPLACE INTO looks (content, brightness, look) VALUES (?, ?, ?)",
        [content, brightness_of(look), look],
    )
