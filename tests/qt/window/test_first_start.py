"""The first start: the catalogue arrives in the background, scanning works before it is there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.collection import EntryQuery
from cardscanner_gui.core.errors import CatalogueError
from cardscanner_gui.core.types import Status
from cardscanner_gui.qt.frame.pages import Page
from cardscanner_gui.qt.services import Progress
from cardscanner_gui.settings import Settings
from tests.qt.cards import EMBERIX, SPROUTLE
from tests.qt.conftest import Harness
from tests.qt.scripted_recogniser import ScriptedCard, reading_of


class SlowFetch:
    """Fetches the invented catalogue when the test says so."""

    def __init__(self, fetch: Callable[[Progress, CancelToken], object]) -> None:
        self._fetch = fetch
        self.go_on = threading.Event()
        self.problems: list[str] = []
        self.calls = 0

    def __call__(
        self, progress: Progress, token: CancelToken, *, allow_smaller: bool = False
    ) -> object:
        self.calls += 1
        progress("Getting the card catalogue: 2 of 7 cards", 0.3)
        while not self.go_on.wait(0.005):
            token.check()
        if self.problems:
            raise CatalogueError(self.problems.pop())
        return self._fetch(progress, token)


def test_the_catalogue_comes_by_itself_and_scanning_does_not_wait_for_it(harness: Harness) -> None:
    fetch = SlowFetch(harness.fetch_catalogue)
    window = harness.open_window(settled=False, update_catalogue=fetch)
    status = window.status
    harness.wait(lambda: status.fetching.isVisible() and fetch.calls == 1)
    harness.wait(lambda: status.fetching.words.text() == "Getting the card catalogue: 2 of 7 cards")
    assert status.catalogue.text() == "No card catalogue yet"

    reading = reading_of(EMBERIX)
    harness.recogniser.script["early.jpg"] = (
        ScriptedCard((), Status.UNSURE, "the card catalogue isn't here yet", reading),
    )
    window.scan([str(harness.picture("early.jpg"))])
    harness.wait(lambda: window.pages.count(Page.REVIEW) == 1)
    assert window.scan_page.panel.facts.name.text() == "Emberix"
    assert window.scan_page.panel.facts.slots["hp"].text() == "120"

    fetch.go_on.set()
    harness.wait(lambda: status.catalogue.text() == "Catalogue: 7 printings")
    assert not status.fetching.isVisible()
    assert window.notice.button.text() == "Match 1 waiting card again"
    window.notice.button.click()
    harness.wait(lambda: window.pages.count(Page.REVIEW) == 0)
    (entry,) = window.services.collection.page(EntryQuery(), 0, 9)
    assert entry.printing.id == EMBERIX.id
    harness.wait(lambda: window.notice.label.text() == "Matched 1 card again; 1 identified")


def test_the_recogniser_takes_the_new_catalogue(harness: Harness) -> None:
    built: list[bool] = []

    def make() -> object:
        built.append(harness.open_catalogue() is not None)
        return harness.recogniser

    harness.make_recogniser = make
    fetch = SlowFetch(harness.fetch_catalogue)
    harness.open_window(settled=False, update_catalogue=fetch)
    harness.wait(lambda: built == [False])
    fetch.go_on.set()
    harness.wait(lambda: built == [False, True])


def test_fetching_can_be_stopped_and_taken_up_again(harness: Harness) -> None:
    fetch = SlowFetch(harness.fetch_catalogue)
    window = harness.open_window(settled=False, update_catalogue=fetch)
    harness.wait(lambda: window.status.fetching.isVisible())
    window.status.fetching.stop.click()
    harness.wait(lambda: not window.status.fetching.isVisible())
    assert window.notice.button.text() == "Get it now"

    fetch.go_on.set()
    window.notice.button.click()
    harness.wait(lambda: window.work.catalogue.facts is not None)
    assert fetch.calls == 2


def test_a_failed_fetch_says_why_and_offers_another_try(harness: Harness) -> None:
    fetch = SlowFetch(harness.fetch_catalogue)
    fetch.problems.append("The catalogue can't be fetched: there is no connection.")
    fetch.go_on.set()
    window = harness.open_window(settled=False, update_catalogue=fetch)
    harness.wait(
        lambda: window.notice.isVisible() and "no connection" in window.notice.label.text()
    )
    assert window.commands.update_catalogue.isEnabled()
    window.notice.button.click()
    harness.wait(lambda: window.work.catalogue.facts is not None)


def test_offline_fetches_nothing_by_itself(harness: Harness) -> None:
    fetch = SlowFetch(harness.fetch_catalogue)
    settings = replace(Settings(), offline=True)
    window = harness.open_window(settled=False, update_catalogue=fetch, settings=settings)
    harness.wait(lambda: window.notice.isVisible())
    assert fetch.calls == 0
    assert "offline" in window.notice.label.text()
    assert window.notice.button.text() == "Get it now"


def test_closing_during_the_fetch_stops_it(harness: Harness) -> None:
    fetch = SlowFetch(harness.fetch_catalogue)
    window = harness.open_window(settled=False, update_catalogue=fetch)
    harness.wait(lambda: fetch.calls == 1)
    window.close()
    assert window.stopped_cleanly
    assert harness.open_catalogue() is None


def test_searching_before_the_catalogue_is_there_says_so(harness: Harness) -> None:
    fetch = SlowFetch(harness.fetch_catalogue)
    window = harness.open_window(settled=False, update_catalogue=fetch)
    harness.recogniser.script["one.jpg"] = (
        ScriptedCard((), Status.UNSURE, "no catalogue", reading_of(SPROUTLE)),
    )
    window.scan([str(harness.picture("one.jpg"))])
    harness.wait(lambda: window.pages.count(Page.REVIEW) == 1)
    window.show_page(Page.REVIEW)
    harness.wait(lambda: window.review_page.scan is not None)
    harness.qtbot.keyClicks(window.review_page.search.field, "VDN 12")
    harness.wait(lambda: "isn't here yet" in window.review_page.search.line.text())
