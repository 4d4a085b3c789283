"""Cards that the finder doesn't see while it follows: each is recorded once all the same."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from cardscanner_gui.core.events import Finished, RecognitionEvent
from cardscanner_gui.core.live import (
    CardPresented,
    LiveEvent,
    NothingSeen,
    SourceChanged,
    SourceState,
)
from cardscanner_gui.core.scheduler import Scheduler
from cardscanner_gui.recognition.inference import InferenceLoop
from cardscanner_gui.recognition.live.options import LiveOptions
from cardscanner_gui.recognition.live.scanner import LiveScanner
from tests.recognition.conftest import LEAFKIT, TWINFIN
from tests.recognition.live.film import Film, FilmSource, Overlooking, Recogniser
from tests.recognition.live.test_scanner import wait_until

HERE, NUDGED = (220, 100), (228, 104)


class Desk:
    """A scanner over a film; its finder overlooks every card."""

    def __init__(self, finder: Overlooking, options: LiveOptions) -> None:
        self.finder = finder
        self.live: list[LiveEvent] = []
        self.events: list[RecognitionEvent] = []
        self.scheduler = Scheduler()
        recogniser = Recogniser(faces=(LEAFKIT, TWINFIN))
        loop = InferenceLoop(self.scheduler, lambda: recogniser, lambda _: None)
        self.scanner = LiveScanner(
            loop, lambda: finder, self.live.append, self.events.append, options
        )
        self._thread = threading.Thread(target=loop.run)
        self._thread.start()

    def close(self) -> None:
        self.scanner.stop()
        self.scheduler.close()
        self._thread.join()

    def play(self, film: Film) -> list[str | None]:
        """What each record of the film says, once it is over."""
        self.scanner.start(FilmSource(film))
        wait_until(
            lambda: any(
                isinstance(e, SourceChanged) and e.state is SourceState.ENDED
                for e in list(self.live)
            )
        )
        presented = [e.request_id for e in self.live if isinstance(e, CardPresented)]
        wait_until(lambda: len(self.ends) == len(presented))
        printings = [self.ends[r].result.cards[0].match.printing for r in presented]
        return [printing.name if printing else None for printing in printings]

    @property
    def ends(self) -> dict[str, Finished]:
        return {e.request_id: e for e in list(self.events) if isinstance(e, Finished)}


@pytest.fixture
def desk() -> Iterator[Callable[..., Desk]]:
    made: list[Desk] = []

    def make(finder: Overlooking | None = None, **options: object) -> Desk:
        choices = LiveOptions(min_focus=20.0, vote_s=30.0, **options)  # type: ignore[arg-type]
        made.append(Desk(finder or Overlooking(), choices))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_what_lies_where_the_desk_was_bare_is_a_card(desk):
    film = Film().bare().show(LEAFKIT).bare().show(TWINFIN).bare().show(TWINFIN).bare()
    assert desk().play(film) == ["Leafkit", "Twinfin", "Twinfin"]


def test_nudged_or_shaded_it_is_the_same_card(desk):
    film = Film().bare().show(LEAFKIT, 1.0, HERE).show(LEAFKIT, 2.0, NUDGED)
    film.show(LEAFKIT, 0.7, NUDGED, light=0.75).show(LEAFKIT, 1.5, NUDGED).bare()
    assert desk().play(film.show(TWINFIN).bare()) == ["Leafkit", "Twinfin"]


def test_a_card_that_lay_there_from_the_start_is_searched_for_once(desk):
    scanned = desk()
    assert scanned.play(Film().show(LEAFKIT, 3.0).bare()) == ["Leafkit"]
    assert scanned.finder.searches == 1


def test_a_hand_that_rests_is_no_card(desk):
    film = Film().bare().cover(LEAFKIT, 2.0, (220, 100)).bare()
    film.pictures[12:52] = Film().bare(2.0).pictures
    assert desk(Overlooking(searches=None)).play(film) == []


def test_the_key_takes_what_lies_there_though_nothing_follows_it(desk):
    scanned = desk(auto_capture=False)
    scanned.scanner.start(FilmSource(Film().bare().show(LEAFKIT, 30)))
    wait_until(lambda: len(scanned.live) > 40)
    assert scanned.ends == {}
    scanned.scanner.capture_now()
    wait_until(lambda: len(scanned.ends) == 1)


def test_the_key_takes_even_what_nobody_finds(desk):
    scanned = desk(Overlooking(searches=None), auto_capture=False)
    film = Film().bare().show(LEAFKIT, 60, (330, 150))
    for picture in film.pictures[12:]:
        assert not isinstance(picture, Exception)
    scanned.scanner.start(FilmSource(film))
    wait_until(lambda: len(scanned.live) > 30)
    scanned.scanner.capture_now()
    wait_until(lambda: len(scanned.ends) == 1)


def test_over_the_bare_desk_the_key_says_that_there_is_nothing(desk):
    scanned = desk(auto_capture=False)
    scanned.scanner.start(FilmSource(Film().bare(120)))
    wait_until(lambda: len(scanned.live) > 20)
    scanned.scanner.capture_now()
    wait_until(lambda: any(isinstance(event, NothingSeen) for event in list(scanned.live)))
    assert scanned.ends == {}
