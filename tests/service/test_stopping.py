"""An orderly end: what was accepted is finished, or given back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.qt.cards import SPROUTLE
from tests.qt.scripted_recogniser import ScriptedCard
from tests.service.served import PATIENCE, form, png, served, wait_for


def test_what_was_accepted_is_finished(recogniser, intake, options, together):
    recogniser.script = {name: (ScriptedCard((SPROUTLE,)),) for name in ("first", "second")}
    recogniser.hold("first", "quick")
    with served(recogniser, intake, options) as service:
        waiting = [together(service, "first")]
        wait_for(lambda: recogniser.reached("first", "quick"))
        waiting.append(together(service, "second"))
        wait_for(lambda: service.engine.waiting.accepted == 2)
        with service.client() as client:
            service.server.should_exit = True
            wait_for(lambda: service.engine.waiting.closing)
            late = client.post("/recognize", files=form("late", png()))
            assert late.status_code == 503
            assert late.json()["error"]["code"] == "closing"
            assert int(late.headers["Retry-After"]) >= 1
            assert client.get("/healthz").status_code == 200
            assert client.get("/readyz").status_code == 503
        recogniser.release("first", "quick")
        for each in waiting:
            assert each.result(PATIENCE).json()["cards"][0]["card"]["name"] == "Sproutle"
        service.thread.join(PATIENCE)
        assert not service.thread.is_alive()


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_what_can_not_be_finished_in_time_is_given_back(
    recogniser, intake, options, together, accept
):
    recogniser.hold("first", "quick")
    with served(recogniser, intake, replace(options, grace_seconds=0.3)) as service:
        headers = {"Accept": accept}
        waiting = [together(service, "first", headers=headers)]
        wait_for(lambda: recogniser.reached("first", "quick"))
        waiting.append(together(service, "second", headers=headers))
        wait_for(lambda: service.engine.waiting.accepted == 2)
        service.stop()
        for each in waiting:
            answer = each.result(PATIENCE)
            assert '"closing"' in answer.text
            if accept == "application/json":
                assert answer.status_code == 503
                assert "Retry-After" in answer.headers
