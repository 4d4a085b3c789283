"""A card counts again once it was lifted and laid down anew, and never for anything else.

Drawn frames of a card that a hand brings, pushes, covers and takes, before the real gates. Some
frames are left out, as on a machine that has no time for each of them.
"""

from __future__ import annotations

import pytest

from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.core.scheduler import Scheduler
from cardscanner_gui.core.types import Corners, Frame, Pixels
from cardscanner_gui.recognition.inference import InferenceLoop
from cardscanner_gui.recognition.live.expectation import Expectation
from cardscanner_gui.recognition.live.options import LiveOptions
from cardscanner_gui.recognition.live.watcher import Watcher
from cardscanner_gui.vision.finder import FoundCard
from tests.recognition.conftest import LEAFKIT
from tests.recognition.live.film import RATE, Film, FilmSource, Finder, Recogniser

HERE, OUT = (220, 100), (420, 500)
"""Where the card lies, and where it is out of the picture."""


class Searches(Finder):
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def follow(self, pixels: Pixels, last: Corners | None = None) -> FoundCard | None:
        self.asked += 1
        return super().follow(pixels, last)


def presented(film: Film, every: int = 1, finder: Finder | None = None) -> int:
    """How many cards are counted when only each so manieth frame is looked at.

    All of them are still being read: nobody works for the loop.
    """
    counted: list[str] = []
    metrics = Metrics()
    scheduler = Scheduler()
    watcher = Watcher(
        finder or Finder(),
        InferenceLoop(scheduler, lambda: Recogniser((LEAFKIT,)), lambda _: None),
        LiveOptions(min_focus=20.0),
        lambda _: None,
        lambda request_id, _: counted.append(request_id),
        Expectation(metrics),
        metrics,
    )
    for frame in _frames(film)[::every]:
        watcher.look(frame, frame.captured_at)
    scheduler.close()
    return len(counted)


def _frames(film: Film) -> list[Frame]:
    source = FilmSource(film)
    frames = [source.read() for _ in film.pictures]
    return [frame for frame in frames if frame is not None]


def lies(film: Film | None = None) -> Film:
    """The desk, and a card that is brought and lies there."""
    film = film or Film().bare()
    return film.carry(LEAFKIT, OUT, HERE).show(LEAFKIT, 1.0)


all_frames_or_fewer = pytest.mark.parametrize("every", [1, 2, 4])


@all_frames_or_fewer
@pytest.mark.parametrize("seconds", [0.05, 0.3, 0.5])
def test_the_same_again_at_the_same_place_counts_again(every, seconds):
    """Within 0.6 to 1 second from one card's rest to the next one's."""
    film = lies(lies().carry(LEAFKIT, HERE, OUT).bare(seconds))
    assert presented(film, every) == 2


@all_frames_or_fewer
def test_a_card_that_is_covered_and_taken_away_under_the_hand_counts_again(every):
    film = lies(lies().cover(LEAFKIT, 0.5).carry(LEAFKIT, HERE, OUT).bare(0.05))
    assert presented(film, every) == 2


@all_frames_or_fewer
def test_four_copies_in_a_row_are_four(every):
    film = lies()
    for _ in range(3):
        lies(film.carry(LEAFKIT, HERE, OUT).bare(0.05))
    assert presented(film, every) == 4


@all_frames_or_fewer
@pytest.mark.parametrize("share", [0.05, 0.15, 0.33])
def test_a_nudge_of_up_to_a_third_of_the_card_counts_nothing(every, share):
    there = (HERE[0] + round(200 * share), HERE[1] + round(280 * share * 0.5))
    film = lies().carry(LEAFKIT, HERE, there, 0.2).show(LEAFKIT, 1.0, at=there)
    assert presented(film.carry(LEAFKIT, there, HERE, 0.2).show(LEAFKIT), every) == 1


@all_frames_or_fewer
@pytest.mark.parametrize("reach", [0.3, 0.6, 1.0])
def test_a_hand_over_the_card_for_a_second_counts_nothing(every, reach):
    film = lies().cover(LEAFKIT, 1.0, reach=reach).show(LEAFKIT, 1.0)
    assert presented(film, every) == 1


@all_frames_or_fewer
def test_a_card_that_is_half_covered_when_it_is_laid_down_counts_once(every):
    film = Film().bare().carry(LEAFKIT, OUT, HERE).cover(LEAFKIT, 0.8, reach=0.45)
    assert presented(film.show(LEAFKIT, 1.0).bare(), every) == 1


@all_frames_or_fewer
def test_shade_and_exposure_count_nothing(every):
    film = lies().show(LEAFKIT, 0.5, light=0.6).show(LEAFKIT, 0.5, light=1.2).show(LEAFKIT)
    assert presented(film, every) == 1


def test_a_card_that_is_pushed_across_the_desk_in_sight_counts_once():
    there = (20, 190)
    film = lies().carry(LEAFKIT, HERE, there, 0.6).show(LEAFKIT, 1.0, at=there)
    assert presented(film) == 1


def test_a_card_that_lies_for_ten_seconds_counts_once():
    film = lies().show(LEAFKIT, 10.0)
    assert presented(film) == 1


def test_a_picture_that_does_not_change_is_hardly_searched_while_its_card_is_read():
    before, with_rest = Searches(), Searches()
    assert presented(lies(), finder=before) == presented(lies().show(LEAFKIT, 5.0), 1, with_rest)
    assert with_rest.asked - before.asked < 5.0 * RATE / 4
