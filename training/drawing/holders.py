"""What cards are kept in: sleeves, toploaders, slabs, binder pockets."""

from __future__ import annotations

import numpy as np

from cardscanner_gui.core.types import Pixels
from training.drawing import words
from training.drawing.camera import CARD_WIDTH, Matrix, upright_rectangle
from training.drawing.canvas import Canvas
from training.drawing.compose import lay_face, lay_polygon, lay_shadow
from training.drawing.paint import any_colour
from training.drawing.table import BLACK, WHITE, Table


def lay_sleeved(table: Table, view: Matrix, x: float = 0, y: float = 0, angle: float = 0) -> None:
    """A card in a sleeve: a rim beyond it, wider at the open end, clear or coloured."""
    rng, picture = table.rng, table.picture
    rim = rng.uniform(0.012, 0.05)
    lip = rim * rng.uniform(1, 3)
    shape = upright_rectangle(
        CARD_WIDTH * (1 + 2 * rim), 1 + 2 * rim + lip, x, y - lip * rng.uniform(-0.5, 0.5), angle
    )
    outer = table.place(view, shape)
    lay_shadow(rng, picture, outer)
    if rng.random() < 0.5:
        lay_polygon(picture, outer, table.tint(), rng.uniform(0.05, 0.45))
    else:
        lay_polygon(picture, outer, any_colour(rng), rng.uniform(0.6, 1))
    table.rim(outer, rng.uniform(0.1, 0.8))
    table.lay_card(view, x, y, angle, shadow=False)
    lay_polygon(picture, outer, WHITE, rng.uniform(0, 0.16))
    if rng.random() < 0.5:
        table.glare(view, x, y, angle)


def lay_toploaded(table: Table, view: Matrix) -> None:
    """A card in a stiff clear holder: a wide rim with a second line in it."""
    rng, picture = table.rng, table.picture
    rim = rng.uniform(0.05, 0.13)
    low = -rng.uniform(0, rim * 0.6)
    outer = table.place(view, upright_rectangle(CARD_WIDTH * (1 + 2 * rim), 1 + 2 * rim, 0, low))
    lay_shadow(rng, picture, outer)
    lay_polygon(picture, outer, table.tint(), rng.uniform(0.05, 0.45))
    table.rim(outer, rng.uniform(0.2, 0.9), int(rng.integers(1, 3)))
    inner = upright_rectangle(CARD_WIDTH * (1 + 0.9 * rim), 1 + 1.2 * rim, 0, low / 2)
    table.rim(table.place(view, inner), rng.uniform(0.1, 0.7))
    table.lay_card(view, shadow=False)
    lay_polygon(picture, outer, WHITE, rng.uniform(0, 0.15))
    if rng.random() < 0.5:
        table.glare(view, 0, 0)


def lay_slabbed(table: Table, view: Matrix) -> None:
    """A graded card: a long clear case with a label above the card."""
    rng, picture = table.rng, table.picture
    width, height = rng.uniform(0.88, 1.02), rng.uniform(1.4, 1.58)
    middle = -rng.uniform(0.12, 0.2)
    shell = table.place(view, upright_rectangle(width, height, 0, middle))
    lay_shadow(rng, picture, shell)
    lay_polygon(picture, shell, table.tint(), rng.uniform(0.15, 0.75))
    table.rim(shell, rng.uniform(0.2, 0.9), int(rng.integers(1, 3)))
    inner = upright_rectangle(width * 0.95, height * 0.96, 0, middle)
    table.rim(table.place(view, inner), rng.uniform(0.1, 0.7))
    label_height = rng.uniform(0.17, 0.27)
    top = middle - height / 2 + 0.05 + label_height / 2
    label = upright_rectangle(width * rng.uniform(0.82, 0.92), label_height, 0, top)
    lay_face(picture, [_grade(rng)], table.place(view, label), table.gain, table.lift)
    well = rng.uniform(0.03, 0.1)
    around = table.place(view, upright_rectangle(CARD_WIDTH * (1 + 1.3 * well), 1 + well))
    lay_polygon(picture, around, any_colour(rng), rng.uniform(0, 0.8))
    table.rim(around, rng.uniform(0.1, 0.8))
    table.lay_card(view, shadow=False)
    lay_polygon(picture, shell, WHITE, rng.uniform(0, 0.13))
    if rng.random() < 0.35:
        table.glare(view, 0, 0)
    if rng.random() < 0.3:
        sticker = upright_rectangle(0.16, 0.06, rng.uniform(-0.2, 0.4), rng.uniform(-0.8, -0.4))
        lay_polygon(picture, table.place(view, sticker), WHITE, 1)


def _grade(rng: np.random.Generator) -> Pixels:
    canvas = Canvas(200, 70, any_colour(rng) if rng.random() < 0.5 else (240, 240, 240))
    for row in range(3):
        canvas.text(0.1, 0.3 + 0.25 * row, words.phrase(rng, 3), 0.2, (20, 20, 20), longest=0.6)
    canvas.text(0.9, 0.7, str(rng.integers(1, 11)), 0.5, (20, 20, 20), anchor="rs")
    return np.dstack([canvas.pixels(), np.full((70, 200), 255, np.uint8)])


def lay_page(
    table: Table,
    view: Matrix,
    columns: int,
    rows: int,
    gap: tuple[float, float],
    insert: float | None = None,
    *,
    toploaded: bool = False,
) -> None:
    """A binder page: pockets of clear film welded on a sheet, some of them empty.

    The welds are often opaque white rims close around the cards, and dark pages hide dark borders.
    With `insert` each card lies on one that reaches so far beyond it; `toploaded` ones lie in stiff
    holders.
    """
    rng, picture = table.rng, table.picture
    step_x, step_y = CARD_WIDTH + gap[0], 1 + gap[1]
    page = upright_rectangle(columns * step_x + gap[0], rows * step_y + gap[1])
    ground = any_colour(rng, 5, 50) if rng.random() < 0.5 else any_colour(rng, 5, 250)
    if rng.random() < 0.8:
        lay_polygon(picture, table.place(view, page), ground, rng.uniform(0.7, 1))
    empty, slack = rng.uniform(0, 0.25), rng.uniform(0.002, 0.02)
    weld = WHITE if rng.random() < 0.65 else any_colour(rng)
    opaque_rim = rng.uniform(0.02, 0.05) if rng.random() < 0.4 else 0.0
    if insert is not None:
        opaque_rim, slack = insert, 0.4 * insert
    sleeved = rng.random() < 0.3
    seams, streaks = rng.random() < 0.7, rng.uniform(0, 0.5)
    for row in range(rows):
        for column in range(columns):
            x = (column - (columns - 1) / 2) * step_x
            y = (row - (rows - 1) / 2) * step_y
            pocket = table.place(
                view, upright_rectangle(CARD_WIDTH + 0.8 * gap[0], 1 + 0.8 * gap[1], x, y)
            )
            if pocket.max(0).min() < -20 or pocket.min(0).max() > table.side + 20:
                continue
            lay_polygon(picture, pocket, weld, rng.uniform(0, 0.15))
            if opaque_rim:
                around = upright_rectangle(CARD_WIDTH + 2 * opaque_rim, 1 + 2 * opaque_rim, x, y)
                lay_polygon(picture, table.place(view, around), weld, rng.uniform(0.75, 1))
            if rng.random() > empty:
                _fill_pocket(table, view, (x, y), slack, sleeved=sleeved, toploaded=toploaded)
            if seams:
                table.rim(pocket, rng.uniform(0.1, 0.6))
            lay_polygon(
                picture, pocket, WHITE if rng.random() < 0.7 else BLACK, rng.uniform(0, 0.12)
            )
            if rng.random() < streaks:
                table.glare(view, x, y)


def _fill_pocket(
    table: Table,
    view: Matrix,
    place: tuple[float, float],
    slack: float,
    *,
    sleeved: bool,
    toploaded: bool = False,
) -> None:
    """A card that lies loosely in its pocket, rarely something that is none."""
    rng = table.rng
    if toploaded:
        lay_toploaded(table, view @ np.array([[1, 0, place[0]], [0, 1, place[1]], [0, 0, 1.0]]))
        return
    x, y = place[0] + rng.normal(0, slack), place[1] + rng.normal(0, slack)
    if rng.random() < 0.03:
        table.lay_object(table.place(view, upright_rectangle(CARD_WIDTH, 1, *place)))
    elif sleeved:
        lay_sleeved(table, view, x, y, rng.normal(0, 0.01))
    else:
        table.lay_card(view, x, y, rng.normal(0, 0.01))
