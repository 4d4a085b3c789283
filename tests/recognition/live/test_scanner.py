"""The live scanner on films: its threads, reads ahead, votes, and one end for every card."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from cardscanner_gui.capture.source import CaptureSource, Pace, SourceError
from cardscanner_gui.core.errors import WorldError
from cardscanner_gui.core.events import (
    Cancelled,
    Failed,
    Finished,
    QuickResult,
    RecognitionEvent,
    Started,
)
from cardscanner_gui.core.live import (
    CardPresented,
    DeskChanged,
    DeskState,
    LiveEvent,
    SourceChanged,
    SourceState,
)
from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.core.scheduler import Priority, Scheduler
from cardscanner_gui.core.types import Frame, Status
from cardscanner_gui.recognition.inference import InferenceLoop
from cardscanner_gui.recognition.live.options import LiveOptions
from cardscanner_gui.recognition.live.scanner import LiveScanner
from tests.recognition.conftest import LEAFKIT, TWINFIN
from tests.recognition.live.film import Film, FilmSource, Finder, Recogniser, printing_of

OPTIONS = LiveOptions(min_focus=20.0, vote_s=30.0)
_END = Finished | Failed | Cancelled


class Table:
    """A scanner, its loop, and everything they reported."""

    def __init__(self, recogniser: Recogniser, options: LiveOptions) -> None:
        self.recogniser = recogniser
        self.metrics = Metrics()
        self.live: list[LiveEvent] = []
        self.events: list[RecognitionEvent] = []
        self.scheduler = Scheduler()
        self.loop = InferenceLoop(self.scheduler, lambda: recogniser, lambda _: None)
        self.scanner = LiveScanner(
            self.loop, Finder, self.live.append, self.events.append, options, self.metrics
        )
        self._thread = threading.Thread(target=self.loop.run, name="inference")
        self._thread.start()

    def close(self) -> None:
        self.scanner.stop()
        self.scheduler.close()
        self._thread.join()

    def play(self, source: Film | CaptureSource) -> Table:
        """To the end, all cards answered."""
        self.scanner.start(FilmSource(source) if isinstance(source, Film) else source)
        wait_until(lambda: SourceState.ENDED in self.source_states)
        wait_until(lambda: len(self.ends) == len(self.presented))
        return self

    @property
    def presented(self) -> list[str]:
        return [e.request_id for e in list(self.live) if isinstance(e, CardPresented)]

    @property
    def ends(self) -> list[RecognitionEvent]:
        return [e for e in list(self.events) if isinstance(e, _END)]

    @property
    def names(self) -> list[str | None]:
        """What each presentation ended as, in the order they were presented."""
        found = {
            e.request_id: e.result.cards[0].match.printing
            for e in self.ends
            if isinstance(e, Finished)
        }
        printings = [found[request_id] for request_id in self.presented]
        return [printing.name if printing else None for printing in printings]

    @property
    def states(self) -> list[DeskState]:
        """Each change once."""
        states = [e.state for e in list(self.live) if isinstance(e, DeskChanged)]
        return [s for s, before in zip(states, [None, *states], strict=False) if s is not before]

    @property
    def source_states(self) -> list[SourceState]:
        return [e.state for e in list(self.live) if isinstance(e, SourceChanged)]

    def outcomes(self, name: str, outcome: str) -> int:
        return self.metrics.snapshot().count(name, outcome=outcome)


def _looked_at(event: LiveEvent | None) -> float:
    return event.captured_at if isinstance(event, DeskChanged) else 0.0


def wait_until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.005)


@pytest.fixture
def table() -> Iterator[Callable[..., Table]]:
    """Makes tables and closes them."""
    made: list[Table] = []

    def make(options: LiveOptions = OPTIONS, **recogniser: object) -> Table:
        made.append(Table(Recogniser((LEAFKIT, TWINFIN), **recogniser), options))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_cards_are_recorded_once_each_in_their_order(table):
    film = Film().bare().show(LEAFKIT, 2).bare().show(TWINFIN).bare().show(LEAFKIT).bare()
    played = table().play(film)
    assert played.names == ["Leafkit", "Twinfin", "Leafkit"]
    assert {DeskState.EMPTY, DeskState.MOVING, DeskState.IDENTIFIED} <= set(played.states)
    assert played.states[-1] is DeskState.EMPTY


def test_events_of_a_card_come_after_it_was_presented_and_end_once(table):
    film = Film().bare().show(LEAFKIT).bare()
    played = table()
    order: list[object] = []
    played.live = order  # type: ignore[assignment]
    played.scanner = LiveScanner(played.loop, Finder, order.append, order.append, OPTIONS)
    played.scanner.start(FilmSource(film))
    wait_until(lambda: any(isinstance(e, SourceChanged) and e.state == "ended" for e in order))
    wait_until(lambda: any(isinstance(e, Finished) for e in order))
    (card,) = (e for e in order if isinstance(e, CardPresented))
    own = [e for e in order if isinstance(e, RecognitionEvent)]
    assert {e.request_id for e in own} == {card.request_id}
    assert order.index(card) < order.index(own[0])
    assert isinstance(own[0], Started)
    assert sum(isinstance(e, _END) for e in own) == 1
    assert isinstance(own[-1], Finished)


def test_what_was_read_ahead_is_adopted_when_the_card_settles(table):
    played = table().play(Film().bare().show(LEAFKIT).bare())
    assert played.outcomes("speculation_total", "adopted") == 1
    assert len(played.recogniser.reads) == 1  # the settled frame needed no reading
    assert played.metrics.snapshot().distribution("speculation_saved_ms").count == 1
    assert played.metrics.snapshot().distribution("settled_to_quick_ms").count == 1


def test_without_reading_ahead_the_settled_frame_is_read(table):
    played = table(replace(OPTIONS, speculate=False)).play(Film().bare().show(LEAFKIT).bare())
    assert played.names == ["Leafkit"]
    assert played.outcomes("speculation_total", "adopted") == 0


def test_what_was_read_ahead_of_a_card_that_did_not_stay_is_dropped(table):
    film = Film().bare().show(LEAFKIT, 0.1).bare().show(TWINFIN).bare()
    played = table().play(film)
    assert played.names == ["Twinfin"]
    assert played.outcomes("speculation_total", "dropped") >= 1


def test_an_unsure_read_ahead_is_no_answer_and_the_settled_frame_is_read(table):
    played = table(unsure_frames=1).play(Film().bare().show(LEAFKIT).bare())
    assert played.names == ["Leafkit"]
    assert len(played.recogniser.reads) >= 2


def test_work_for_others_that_overtakes_a_read_ahead_costs_no_card(table):
    gate = threading.Event()
    played = table(hold=gate)
    done = threading.Event()

    def other(recogniser, token):
        done.set()
        gate.set()
        return iter(())

    played.scanner.start(FilmSource(Film().bare().show(LEAFKIT).bare()))
    wait_until(lambda: bool(played.recogniser.reads))  # the read ahead runs, and waits
    played.loop.submit("other", "", other, Priority.QUICK)
    wait_until(lambda: len(played.ends) == 1)
    assert done.is_set()
    assert played.names == ["Leafkit"]


def test_further_frames_settle_a_card_that_the_first_one_leaves_open(table):
    played = table(replace(OPTIONS, speculate=False), unsure_frames=1)
    played.play(Film().bare().show(LEAFKIT, 2).bare())
    assert played.names == ["Leafkit"]
    assert len(played.recogniser.reads) == 2
    quick = [e.recognition.match.status for e in played.events if isinstance(e, QuickResult)]
    assert quick == [Status.UNSURE, Status.IDENTIFIED]
    assert len(played.ends) == 1


def test_frames_that_agree_on_being_unsure_end_the_vote(table):
    played = table(replace(OPTIONS, speculate=False), unsure_frames=9)
    played.play(Film().bare().show(LEAFKIT, 2).bare())
    assert played.names == [None]
    assert len(played.recogniser.reads) == 2
    assert DeskState.UNSURE in played.states


def test_an_unsure_card_that_is_lifted_ends_with_what_there_is(table):
    options = replace(OPTIONS, speculate=False, most_frames=99)
    played = table(options, unsure_frames=99)
    film = Film().bare().show(LEAFKIT, 0.25).bare(1.0).show(TWINFIN).bare()
    assert played.play(film).names == [None, None]


def test_without_votes_the_first_frame_decides(table):
    played = table(replace(OPTIONS, speculate=False, votes=False), unsure_frames=1)
    assert played.play(Film().bare().show(LEAFKIT, 2).bare()).names == [None]
    assert len(played.recogniser.reads) == 1


def test_a_reader_that_fails_ends_the_card_and_the_next_one_is_read(table):
    def fails_once(frame: Frame) -> None:
        if len(played.recogniser.reads) == 1:
            raise WorldError("the reader is out of order")

    played = table(replace(OPTIONS, speculate=False), fails=fails_once)
    played.play(Film().bare().show(LEAFKIT).bare().show(TWINFIN).bare())
    assert [type(e) for e in played.ends] == [Failed, Finished]


def test_cards_that_nobody_reads_any_more_are_cancelled(table):
    played = table(replace(OPTIONS, speculate=False), hold=threading.Event())
    played.scanner.start(FilmSource(Film().bare().show(LEAFKIT).bare()))
    wait_until(lambda: bool(played.presented))
    played.scheduler.close()
    wait_until(lambda: len(played.ends) == 1)
    assert isinstance(played.ends[0], Cancelled)


def test_a_pause_reads_nothing_and_the_card_that_stays_counts_once(table):
    played = table()
    film = Film().bare().show(LEAFKIT, 30)
    played.scanner.start(FilmSource(film))
    wait_until(lambda: len(played.ends) == 1)
    played.scanner.pause()
    wait_until(lambda: played.states[-1] is DeskState.PAUSED)
    assert played.scanner.latest() is not None
    played.scanner.resume()
    wait_until(lambda: played.states[-1] is DeskState.IDENTIFIED)
    played.scanner.stop()
    assert len(played.presented) == 1


def test_the_user_decides_when_auto_capture_is_off(table):
    played = table(replace(OPTIONS, auto_capture=False))
    played.scanner.start(FilmSource(Film().bare().show(LEAFKIT, 30)))
    wait_until(lambda: sum(isinstance(e, DeskChanged) for e in list(played.live)) > 40)
    assert played.presented == []
    played.scanner.capture_now()
    wait_until(lambda: len(played.ends) == 1)
    played.scanner.capture_now()  # one more copy of it
    wait_until(lambda: len(played.ends) == 2)
    played.scanner.stop()
    assert played.names == ["Leafkit", "Leafkit"]


def test_options_change_while_it_runs(table):
    played = table(replace(OPTIONS, auto_capture=False))
    played.scanner.start(FilmSource(Film().bare().show(LEAFKIT, 30)))
    wait_until(lambda: sum(isinstance(e, DeskChanged) for e in list(played.live)) > 40)
    played.scanner.set_options(OPTIONS)
    wait_until(lambda: len(played.ends) == 1)
    played.scanner.stop()


def test_an_unplugged_camera_that_comes_back_loses_nothing_and_doubles_nothing(table):
    film = Film().bare().show(LEAFKIT).fails(SourceError(SourceState.LOST, "unplugged"))
    film.show(LEAFKIT).bare().show(TWINFIN).bare()
    played = table()
    source = FilmSource(film, Pace.LIVE)
    next_frame, shown = source.read, [0.0]

    def read() -> Frame | None:
        # A camera doesn't wait; this one does, so that a busy machine sees the whole film.
        wait_until(lambda: any(_looked_at(e) >= shown[0] for e in played.live[-4:] or [None]))
        frame = next_frame()
        shown[0] = frame.captured_at if frame is not None else shown[0]
        return frame

    source.read = read  # type: ignore[method-assign]
    played.play(source)
    assert played.names == ["Leafkit", "Twinfin"]
    assert SourceState.LOST in played.source_states
    assert played.source_states.count(SourceState.LIVE) == 2


def test_a_camera_that_changes_its_resolution_shows_the_same_card(table):
    small, large = Film().bare().show(LEAFKIT), Film((640, 480))
    large.show(LEAFKIT).bare()
    double = [p.repeat(2, 0).repeat(2, 1) for p in large.pictures]  # type: ignore[union-attr]
    small.pictures += double
    assert table().play(small).names == ["Leafkit"]


def test_light_that_changes_makes_no_second_card(table):
    film = Film().bare().show(LEAFKIT).show(LEAFKIT, light=0.6).show(LEAFKIT, light=1.2)
    assert table().play(film.bare()).names == ["Leafkit"]


def test_another_card_laid_on_top_is_recorded(table):
    film = Film().bare().show(LEAFKIT).show(TWINFIN, 1.5).bare()
    assert table().play(film).names == ["Leafkit", "Twinfin"]


def test_what_came_before_is_told_to_the_reader_and_the_hit_rate_is_kept(table):
    film = Film().bare().show(LEAFKIT).bare().show(TWINFIN).bare().show(LEAFKIT).bare()
    played = table().play(film)
    ids = [printing_of(face).id for face in (LEAFKIT, TWINFIN)]
    assert (ids[0],) in played.recogniser.expected
    assert (ids[0], ids[1]) in played.recogniser.expected
    assert played.outcomes("prior_total", "hit") == 1  # it guesses Twinfin, always
    assert played.outcomes("prior_total", "miss") == 1


def test_what_the_user_says_tells_what_may_come_next(table):
    played = table()
    played.scanner.expect(printing_of(TWINFIN))
    played.play(Film().bare().show(LEAFKIT).bare())
    assert (printing_of(TWINFIN).id,) in played.recogniser.expected


def test_starting_another_source_stops_the_first(table):
    played = table()
    played.scanner.start(FilmSource(Film().bare(20)))
    wait_until(lambda: played.scanner.latest() is not None)
    played.play(Film().bare().show(TWINFIN).bare())
    assert played.names == ["Twinfin"]


def test_stopping_leaves_no_thread_behind(new_threads, table):
    played = table()
    played.scanner.start(FilmSource(Film().bare(20)))
    wait_until(lambda: played.scanner.latest() is not None)
    assert played.scanner.stop()
    assert not new_threads() & {"capture", "live scanner"}


def test_a_finder_that_cannot_be_made_is_said():
    def no_finder() -> Finder:
        raise WorldError("The finder's network is missing.")

    heard: list[LiveEvent] = []
    scheduler = Scheduler()
    loop = InferenceLoop(scheduler, lambda: Recogniser(()), lambda _: None)
    scanner = LiveScanner(loop, no_finder, heard.append, lambda _: None)
    scanner.start(FilmSource(Film().bare(), Pace.REAL_TIME))
    wait_until(lambda: any("missing" in getattr(e, "message", "") for e in list(heard)))
    assert scanner.stop()
    scheduler.close()
