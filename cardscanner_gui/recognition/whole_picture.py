"""Pictures in which no card was found: the picture is the card, or its text alone tells."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.look import Look
from cardscanner_gui.core.types import CARD_ASPECT, Corners, Frame, Recognition, Status
from cardscanner_gui.reading.card_reader import READER_ID
from cardscanner_gui.reading.picture_reader import PictureReader, PictureText
from cardscanner_gui.recognition.details import finish_of, language_of
from cardscanner_gui.recognition.judge import Judge
from cardscanner_gui.recognition.stopwatch import Stopwatch
from cardscanner_gui.vision.plain_page import is_plain_page

_ASPECT_TOLERANCE = 0.07


def own_outline(frame: Frame) -> Corners | None:
    """The picture's own corners, if it has a card's shape, upright or lying on its side."""
    width, height = frame.width, frame.height
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    for turn, aspect in ((0, width / height), (1, height / width)):
        if abs(aspect / CARD_ASPECT - 1) < _ASPECT_TOLERANCE:
            return np.roll(corners, turn, axis=0)
    return None


def read_whole_picture(
    frame: Frame,
    reader: PictureReader,
    judge: Judge,
    results: Sequence[Recognition],
    token: CancelToken,
    look: Look | None = None,
    text: PictureText | None = None,
) -> Recognition | None:
    """The last resort: all text of the picture as if it were one card; None if no better.

    A page of plain text may say all that a card says, and is none.

    Args:
        frame: the picture.
        reader: reads it.
        judge: names the card.
        results: what was found before; its first outline and photo are taken over.
        token: stops the work.
        look: of the card that was found, where somebody looked at it.
        text: where text stands in the picture, if that is known.
    """
    token.check()
    if is_plain_page(frame.pixels):
        return None
    watch = Stopwatch()
    started = time.perf_counter()
    lines = reader.read(frame.pixels, token, text)
    watch.add("read", started)
    reading, match = judge.judge(lines, READER_ID, look=look)
    if match.status is not Status.IDENTIFIED or match.printing is None:
        return None
    known = results[0] if results else None
    return Recognition(
        match=match,
        reading=reading,
        corners=known.corners if known else None,
        photo=known.photo if known else None,
        language=language_of(reading, match.printing, judge.game(match.printing)),
        finish=finish_of(match.printing),
        fingerprint=known.fingerprint if known else None,
        timings_ms=watch.ms,
    )
