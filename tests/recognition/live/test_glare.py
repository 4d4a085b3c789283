"""The finish that wandering highlights suggest."""

from __future__ import annotations

import numpy as np

from cardscanner_gui.core.types import Pixels, Printing, Variant
from cardscanner_gui.recognition.live.glare import Glare

ART, TEXT = (slice(40, 170), slice(30, 230)), (slice(200, 350), slice(20, 240))


def printing(*finishes: str) -> Printing:
    variants = tuple(Variant(finish) for finish in finishes)
    return Printing("x-1", {"en": "X"}, "x", {"en": "X"}, "1", variants=variants)


def card(shine: int | None = None, where=ART) -> Pixels:
    """A card on which a bright band stands at `shine`."""
    picture = np.full((372, 266, 3), 120, np.uint8)
    picture[180:190, 20:240] = 255  # white print, always there
    if shine is not None:
        part = picture[where]
        part[:, shine : shine + 40] = 255
    return picture


def seen(*cards: Pixels) -> Glare:
    glare = Glare()
    for one in cards:
        glare.see(one)
    return glare


def test_a_band_of_light_that_wanders_over_the_picture_suggests_a_holo():
    glare = seen(*(card(x) for x in range(0, 160, 30)))
    assert glare.finish_of(printing("normal", "holo", "reverse")) == "holo"
    assert glare.finish_of(printing("normal", "reverse")) == "reverse"


def test_light_that_wanders_over_the_text_suggests_a_reverse_foil():
    glare = seen(*(card(x, TEXT) for x in range(0, 180, 30)))
    assert glare.finish_of(printing("normal", "holo", "reverse")) == "reverse"


def test_white_print_is_no_glare():
    assert seen(*[card()] * 8).finish_of(printing("normal", "holo")) is None


def test_a_finish_that_the_printing_does_not_have_is_never_suggested():
    glare = seen(*(card(x) for x in range(0, 160, 30)))
    assert glare.finish_of(printing("normal")) is None


def test_one_glimpse_is_too_little():
    assert seen(card(10), card(90)).finish_of(printing("normal", "holo")) is None
