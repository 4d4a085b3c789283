"""A picture that a reader never comes back from takes nothing from the others."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest

from cardscanner_gui.service import engine as engine_module
from tests.service.served import PATIENCE, Scripted, form, png, served, wait_for


@dataclass(eq=False)
class Stubborn(Scripted):
    """Gets stuck in some pictures, and hears nothing until the test lets go."""

    stuck_in: set[str] = field(default_factory=set)
    let_go: threading.Event = field(default_factory=threading.Event)

    def _wait(self, name, step, token):
        super()._wait(name, step, token)
        if step == "quick" and name in self.stuck_in:
            self.let_go.wait(PATIENCE)


@pytest.fixture
def recogniser() -> Iterator[Stubborn]:
    stubborn = Stubborn()
    yield stubborn
    stubborn.let_go.set()


@pytest.fixture
def options(options):
    return replace(options, stuck_seconds=1.0, grace_seconds=0.5)


def stuck(service, what: str) -> int:
    return service.metrics.snapshot().count("stuck_total", what=what)


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_who_sent_it_is_told_and_the_next_picture_is_read(recogniser, service, accept):
    recogniser.stuck_in.add("bad")
    with service.client() as client:
        answer = client.post("/recognize", files=form("bad", png()), headers={"Accept": accept})
        assert "reader_stuck" in answer.text
        assert answer.status_code == (500 if accept == "application/json" else 200)
        assert client.post("/recognize", files=form("good", png(50))).status_code == 200
        wait_for(lambda: client.get("/readyz").status_code == 200)
    assert stuck(service, "reader") == 1
    assert recogniser.threads == ["reader 1", "reader 2"]


def test_not_ready_until_another_reader_is_there(recogniser, intake, options):
    recogniser.stuck_in.add("bad")
    built, second = [], threading.Event()

    def make():
        built.append(threading.current_thread().name)
        if len(built) > 1:
            second.wait(PATIENCE)
        return recogniser

    with (
        served(recogniser, intake, options, make=make) as service,
        service.client() as client,
    ):
        assert client.get("/readyz").status_code == 200
        client.post("/recognize", files=form("bad", png()))
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert "stuck" in answer.json()["reason"]
        assert client.get("/healthz").status_code == 200
        second.set()
        wait_for(lambda: client.get("/readyz").status_code == 200)


def test_the_same_picture_costs_no_second_reader(recogniser, service):
    recogniser.stuck_in.add("bad")
    with service.client() as client:
        for _ in range(8):
            answer = client.post("/recognize", files=form("bad", png()))
            assert answer.json()["error"]["code"] == "reader_stuck"
    assert recogniser.seen == ["bad"]


def test_nor_when_nobody_waited_for_it_any_more(recogniser, intake, options):
    recogniser.stuck_in.add("bad")
    hasty = replace(options, answer_seconds=0.3)
    with served(recogniser, intake, hasty) as service, service.client() as client:
        answer = client.post("/recognize", files=form("bad", png()))
        assert answer.json()["error"]["code"] == "took_too_long"
        wait_for(lambda: stuck(service, "reader"))
        answer = client.post("/recognize", files=form("bad", png()))
        assert answer.json()["error"]["code"] == "reader_stuck"
    assert recogniser.seen == ["bad"]


def test_a_decoder_that_hangs_is_replaced_too(recogniser, service, monkeypatch):
    decode = engine_module.frame_from_bytes

    def hangs(data: bytes, source: str, token=None):
        if source == "bad":
            recogniser.let_go.wait(PATIENCE)
        return decode(data, source, token)

    monkeypatch.setattr(engine_module, "frame_from_bytes", hangs)
    with service.client() as client:
        answer = client.post("/recognize", files=form("bad", png()))
        assert (answer.status_code, answer.json()["error"]["code"]) == (500, "reader_stuck")
        assert client.post("/recognize", files=form("good", png(50))).status_code == 200
    assert stuck(service, "decoder") == 1


def test_too_many_that_are_stuck_ask_for_a_restart(recogniser, service):
    names = [f"bad {n}" for n in range(5)]
    recogniser.stuck_in.update(names)
    with service.client() as client:
        for place, name in enumerate(names):
            answer = client.post("/recognize", files=form(name, png(40 + place)))
            assert answer.json()["error"]["code"] == "reader_stuck"
        wait_for(lambda: client.get("/healthz").status_code == 503)
        assert "restart" in client.get("/readyz").json()["reason"]
        # They come back after all: so there is room again.
        recogniser.let_go.set()
        wait_for(lambda: client.get("/readyz").status_code == 200)
        assert client.get("/healthz").status_code == 200
        assert client.post("/recognize", files=form("good", png(99))).status_code == 200


def test_a_batch_goes_on_after_the_picture_that_hangs(recogniser, service):
    recogniser.stuck_in.add("0001 bad.png")
    parts = [("images", (f"{name}.png", png(40 + n))) for n, name in enumerate(("bad", "good"))]
    with service.client() as client:
        where = client.post("/batches", files=parts).headers["Location"]
        wait_for(lambda: client.get(where).json()["state"] == "done")
        bad, good = client.get(where).json()["items"]
    assert (bad["state"], good["state"]) == ("failed", "done")
    assert "stuck" in bad["error"]
    assert stuck(service, "batch") == 1


def test_counting_a_documents_pages_may_hang(recogniser, service, monkeypatch):
    from cardscanner_gui.service import batch_intake

    split = batch_intake.split_pages

    def hangs(path):
        if path.name.endswith("bad.pdf"):
            recogniser.let_go.wait(PATIENCE)
        return split(path)

    monkeypatch.setattr(batch_intake, "split_pages", hangs)
    with service.client() as client:
        for _ in range(2):
            parts = [("images", ("bad.pdf", io.BytesIO(b"%PDF-1.4")))]
            answer = client.post("/batches", files=parts)
            assert (answer.status_code, answer.json()["error"]["code"]) == (504, "took_too_long")
        good = client.post("/batches", files=[("images", ("good.png", png()))])
        assert good.status_code == 202
        assert client.get(good.headers["Location"]).status_code == 200
