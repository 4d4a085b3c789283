"""`POST /recognize` from a client's side."""

from __future__ import annotations

import contextlib
import http.client
import io
import json

import httpx
import pytest
from PIL import Image

from cardscanner_gui.core.types import Status
from cardscanner_gui.service.options import ServiceOptions
from tests.qt.cards import SPROUTLE, TIDELING
from tests.qt.scripted_recogniser import ScriptedCard
from tests.service.served import form, png, wait_for


def events_of(response: httpx.Response) -> list[tuple[str, dict]]:
    """Names and data of the server-sent events of an answer."""
    found, name = [], ""
    for line in response.iter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            found.append((name, json.loads(line.removeprefix("data: "))))
    return found


def test_an_answer_is_what_scan_prints(run, pictures, real_service):
    printed = [json.loads(line) for line in run("scan", "--json", pictures).stdout.splitlines()]
    with real_service.client() as client:
        for scanned in printed[:3]:
            name = scanned["file"].rsplit("/", 1)[-1]
            data = (pictures / name).read_bytes()
            answer = client.post("/recognize", files=form(name, data, "image/jpeg")).json()
            assert without_times(answer) == without_times(scanned) | {"file": name}
    assert printed[0]["cards"][0]["card"]["id"] == "sv90-012"


def without_times(scanned: dict) -> dict:
    cards = [
        {k: v for k, v in card.items() if k not in {"timings_ms", "cached"}}
        for card in scanned["cards"]
    ]
    return scanned | {"elapsed_ms": 0, "cards": cards}


def test_the_real_answer_comes_step_by_step(pictures, real_service):
    data = (pictures / "a leafkit.jpg").read_bytes()
    with (
        real_service.client() as client,
        client.stream(
            "POST",
            "/recognize",
            files=form("a.jpg", data),
            headers={"Accept": "text/event-stream"},
        ) as response,
    ):
        assert response.headers["content-type"].startswith("text/event-stream")
        steps = events_of(response)
    names = [name for name, _ in steps]
    assert names[0] == "found"
    assert names.index("quick") < names.index("field") < names.index("finished") == len(names) - 1
    assert steps[-1][1]["cards"][0]["card"]["name"] == "Leafkit"


def test_a_picture_that_was_seen_is_answered_from_memory(pictures, real_service):
    data = (pictures / "b twinfin.jpg").read_bytes()
    again = io.BytesIO()
    Image.open(io.BytesIO(data)).save(again, "PNG")
    with real_service.client() as client:
        first = client.post("/recognize", files=form("one.jpg", data)).json()
        hits = real_service.metrics.snapshot().count("answers_total", by="exact")
        same_file = client.post("/recognize", files=form("two.jpg", data)).json()
        same_pixels = client.post("/recognize", files=form("three.png", again.getvalue())).json()
    assert real_service.metrics.snapshot().count("answers_total", by="exact") == hits + 2
    for answer, name in ((same_file, "two.jpg"), (same_pixels, "three.png")):
        assert answer["cards"][0]["cached"]
        assert without_times(answer) == without_times(first) | {"file": name}


def test_what_is_known_needs_no_place_in_the_queue(pictures, real_service):
    data = (pictures / "a leafkit.jpg").read_bytes()
    with real_service.client() as client:
        client.post("/recognize", files=form("a.jpg", data))
        with contextlib.ExitStack() as full:
            for _ in range(ServiceOptions().queue):
                full.enter_context(real_service.engine.waiting.place())
            known = client.post("/recognize", files=form("a.jpg", data))
            new = client.post("/recognize", files=form("new.png", png()))
    assert known.json()["cards"][0]["card"]["name"] == "Leafkit"
    assert new.status_code == 429


def test_the_quick_result_comes_before_the_details_are_known(recogniser, service):
    recogniser.script["card.png"] = (ScriptedCard((SPROUTLE,)),)
    recogniser.hold("card.png", "details")
    headers = {"Accept": "text/event-stream"}
    with (
        service.client() as client,
        client.stream(
            "POST", "/recognize", files=form("card.png", png()), headers=headers
        ) as response,
    ):
        lines = response.iter_lines()
        seen = []
        for line in lines:
            seen.append(line)
            if "Sproutle" in line:
                break
        assert "event: quick" in seen
        wait_for(lambda: recogniser.reached("card.png", "details"))
        recogniser.release("card.png", "details")
        rest = list(lines)
    assert "event: field" in rest
    assert "event: finished" in rest


def test_mode_and_priority_reach_the_reader(recogniser, service):
    with service.client() as client:
        given = {"mode": "thorough", "priority": "batch"}
        assert client.post("/recognize", files=form("a", png()), data=given).status_code == 200
        assert client.post("/recognize", files=form("b", png())).status_code == 200
        wrong = client.post("/recognize", files=form("c", png()), data={"mode": "best"})
    assert recogniser.modes == ["thorough", "fast"]
    assert wrong.status_code == 422
    assert "mode" in wrong.json()["error"]["message"]


def test_patience_reaches_the_reader_and_must_make_sense(recogniser, service):
    with service.client() as client:
        for number, given in enumerate(({"patience": "7.5"}, {})):
            answer = client.post(
                "/recognize", files=form(str(number), png(41 + number)), data=given
            )
            assert answer.status_code == 200
        for wrong in ("0", "-1", "601", "nan", "soon"):
            refused = client.post("/recognize", files=form("c", png()), data={"patience": wrong})
            assert refused.status_code == 422
            assert "patience" in refused.json()["error"]["message"]
    assert recogniser.patiences == [7.5, None]


def test_the_card_on_the_desk_overtakes_a_batch(recogniser, service, together):
    recogniser.script = {
        "quick": (ScriptedCard((SPROUTLE,)),),
        "slow": (ScriptedCard((TIDELING,)),),
    }
    recogniser.hold("slow", "quick")
    slow = together(service, "slow", data={"priority": "batch"})
    wait_for(lambda: recogniser.reached("slow", "quick"))
    with service.client() as client:
        answer = client.post("/recognize", files=form("quick", png())).json()
    assert answer["cards"][0]["card"]["name"] == "Sproutle"
    assert not slow.done()
    recogniser.release_all()
    assert slow.result().json()["cards"][0]["card"]["name"] == "Tideling"


def test_what_a_client_calls_its_file_does_no_harm(recogniser, service):
    with service.client() as client:
        for name in ("../../etc/passwd", "C:\\cards\\a.png", "x" * 1000, "カード.png", "a\tb.png"):
            answer = client.post("/recognize", files=form(name, png()))
            assert answer.status_code == 200
            assert "/" not in answer.json()["file"]
            assert "\t" not in answer.json()["file"]


def test_an_unsure_answer_names_its_candidates(recogniser, service):
    recogniser.script["card"] = (ScriptedCard((SPROUTLE, TIDELING), Status.UNSURE, "two fit"),)
    with service.client() as client:
        (card,) = client.post("/recognize", files=form("card", png())).json()["cards"]
    assert card["card"] is None
    assert [c["name"] for c in card["candidates"]] == ["Sproutle", "Tideling"]


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_the_work_ends_when_the_client_leaves(recogniser, service, accept):
    recogniser.hold("card", "quick")
    asked = httpx.Request(
        "POST", f"{service.url}/recognize", files=form("card", png()), headers={"Accept": accept}
    )
    connection = http.client.HTTPConnection(asked.url.host, asked.url.port)
    connection.request("POST", "/recognize", asked.read(), dict(asked.headers))
    wait_for(lambda: recogniser.reached("card", "quick"))
    connection.close()
    wait_for(lambda: service.engine.waiting.accepted == 0)
    with service.client() as client:
        assert client.post("/recognize", files=form("next", png())).status_code == 200


def test_a_bug_is_one_friendly_line_and_the_service_goes_on(recogniser, service):
    recogniser.script["bad"] = ZeroDivisionError("oops")
    with service.client() as client:
        answer = client.post("/recognize", files=form("bad", png()))
        assert answer.status_code == 500
        assert answer.json()["error"]["code"] == "stumbled"
        assert "oops" not in answer.text
        assert client.post("/recognize", files=form("good", png())).status_code == 200
