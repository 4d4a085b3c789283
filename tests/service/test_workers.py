"""Several reading threads behind one queue."""

from __future__ import annotations

from dataclasses import replace

from tests.qt.cards import SPROUTLE, TIDELING
from tests.qt.scripted_recogniser import ScriptedCard
from tests.service.served import PATIENCE, served, wait_for


def test_two_pictures_are_read_side_by_side(recogniser, intake, options, together):
    recogniser.script = {"one": (ScriptedCard((SPROUTLE,)),), "two": (ScriptedCard((TIDELING,)),)}
    for name in ("one", "two"):
        recogniser.hold(name, "quick")
    with served(recogniser, intake, replace(options, workers=2)) as service:
        one, two = together(service, "one"), together(service, "two", size=50)
        wait_for(lambda: all(recogniser.reached(name, "quick") for name in ("one", "two")))
        recogniser.release("two", "quick")
        assert two.result(PATIENCE).json()["cards"][0]["card"]["name"] == "Tideling"
        assert not one.done()
        recogniser.release("one", "quick")
        assert one.result(PATIENCE).json()["cards"][0]["card"]["name"] == "Sproutle"
    assert len(set(recogniser.threads)) == 2


def test_the_same_picture_sent_meanwhile_waits_for_that_answer(
    recogniser, intake, options, together
):
    recogniser.hold("first", "quick")
    with served(recogniser, intake, replace(options, workers=2)) as service:
        first = together(service, "first")
        wait_for(lambda: recogniser.reached("first", "quick"))
        same = together(service, "same")
        wait_for(lambda: service.engine.waiting.accepted == 2)
        # The second reader is free, and what comes later passes the one that waits.
        assert together(service, "other", size=50).result(PATIENCE).status_code == 200
        assert recogniser.seen == ["first", "other"]
        recogniser.release("first", "quick")
        assert [each.result(PATIENCE).status_code for each in (first, same)] == [200, 200]
