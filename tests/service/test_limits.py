"""What a service refuses, and that refusing is all that happens."""

from __future__ import annotations

import io
import json
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from PIL import Image

from tests.qt.cards import DAWN, invented
from tests.qt.scripted_recogniser import ScriptedCard
from tests.service.served import PATIENCE, Served, form, png, served, wait_for


def code_of(answer: httpx.Response) -> str:
    """The error's code; its message must be one line for people."""
    error = answer.json()["error"]
    assert error["message"]
    assert "\n" not in error["message"]
    return error["code"]


def still_works(service: Served) -> bool:
    with service.client() as client:
        return client.post("/recognize", files=form("after", png())).status_code == 200


def test_a_picture_of_50_megabytes_is_refused(service):
    data = png() + bytes(50_000_000)
    with service.client() as client:
        answer = client.post("/recognize", files=form("large.png", data))
    assert (answer.status_code, code_of(answer)) == (413, "too_large")
    assert still_works(service)


def test_50_megabytes_of_unknown_length_are_refused_on_the_way(service):
    def parts():
        yield b'--b\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n'
        for _ in range(50):
            yield bytes(1_000_000)
        yield b"\r\n--b--\r\n"

    with service.client() as client:
        kind = {"Content-Type": "multipart/form-data; boundary=b"}
        answer = client.post("/recognize", content=parts(), headers=kind)
    assert (answer.status_code, code_of(answer)) == (413, "too_large")
    assert still_works(service)


def test_a_picture_just_within_the_limit_is_taken(recogniser, intake, options):
    data = png()
    small = replace(options, picture_bytes=len(data))
    with served(recogniser, intake, small) as service, service.client() as client:
        assert client.post("/recognize", files=form("a", data)).status_code == 200
        answer = client.post("/recognize", files=form("a", data + b"0"))
    assert code_of(answer) == "too_large"


def test_what_is_in_a_file_counts_not_what_it_is_called(service):
    archive = b"PK\x03\x04" + bytes(1000)
    script = b"<svg xmlns='http://www.w3.org/2000/svg'/>"
    with service.client() as client:
        for data in (archive, script, b"\x7fELF" + bytes(100), b"GIF89a, says a text"):
            answer = client.post("/recognize", files=form("card.jpg", data, "image/jpeg"))
            assert answer.status_code in {415, 422}, answer.text
            code_of(answer)
        assert answer.status_code in {415, 422}
        assert code_of(client.post("/recognize", files=form("a.jpg", archive))) == "not_a_picture"
        honest = client.post("/recognize", files=form("card.txt", png(), "text/plain"))
    assert honest.status_code == 200


def test_damaged_pictures(service, pictures):
    whole = (pictures / "a leafkit.jpg").read_bytes()
    with service.client() as client:
        for data in (whole[: len(whole) // 2], png()[:60], b""):
            answer = client.post("/recognize", files=form("cut.jpg", data))
            assert (answer.status_code, code_of(answer)) == (422, "damaged_picture")
            assert "cut.jpg" in answer.json()["error"]["message"]
    assert still_works(service)


def test_more_pixels_than_are_decoded(service):
    file = io.BytesIO()
    Image.new("1", (12_000, 9_000)).save(file, "PNG")
    with service.client() as client:
        answer = client.post("/recognize", files=form("bomb.png", file.getvalue()))
    assert (answer.status_code, code_of(answer)) == (413, "too_many_pixels")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"no form at all", "text/plain"),
        (b"--b\r\nnonsense", "multipart/form-data; boundary=b"),
        (b"", "multipart/form-data"),
        (b'--b\r\nContent-Disposition: form-data; name="image"\r\n\r\ntext\r\n--b--\r\n',
         "multipart/form-data; boundary=b"),
    ],
)  # fmt: skip
def test_forms_that_are_none(service, body, kind):
    with service.client() as client:
        answer = client.post("/recognize", content=body, headers={"Content-Type": kind})
        assert answer.status_code in {400, 422}
        code_of(answer)
        assert code_of(client.get("/nothing-here")) == "not_found"
        assert code_of(client.get("/recognize")) == "method_not_allowed"


def test_a_slow_upload_is_given_up(recogniser, intake, options):
    with served(recogniser, intake, replace(options, upload_seconds=2.0)) as service:
        host, port = service.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), PATIENCE) as line:
            line.sendall(b"POST /recognize HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999\r\n")
            line.sendall(b"Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n")
            answer = b""
            while part := line.recv(65536):  # ends because the service closes the line
                answer += part
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"upload_too_slow" in answer
        assert service.engine.waiting.accepted == 0
        assert still_works(service)


def test_a_full_queue_says_when_to_come_back(recogniser, intake, options, together):
    recogniser.hold("first", "quick")
    with served(recogniser, intake, replace(options, queue=2)) as service:
        waiting = [together(service, "first")]
        wait_for(lambda: recogniser.reached("first", "quick"))
        waiting.append(together(service, "second"))
        wait_for(lambda: service.engine.waiting.accepted == 2)
        with service.client() as client:
            answer = client.post("/recognize", files=form("third", png()))
            assert client.get("/readyz").status_code == 200
        assert (answer.status_code, code_of(answer)) == (429, "queue_full")
        assert int(answer.headers["Retry-After"]) >= 1
        recogniser.release("first", "quick")
        assert [each.result(PATIENCE).status_code for each in waiting] == [200, 200]
        assert still_works(service)


def test_all_uploads_together_are_bounded_in_bytes(recogniser, intake, options, together):
    recogniser.hold("first", "quick")
    limit = len(png()) + 1000
    with served(recogniser, intake, replace(options, held_bytes=limit)) as service:
        first = together(service, "first")
        wait_for(lambda: recogniser.reached("first", "quick"))
        with service.client() as client:
            answer = client.post("/recognize", files=form("second", png() + bytes(limit)))
        assert (answer.status_code, code_of(answer)) == (429, "queue_full")
        recogniser.release("first", "quick")
        assert first.result(PATIENCE).status_code == 200
        assert still_works(service)


def test_a_picture_that_takes_too_long_is_given_up(recogniser, intake, options):
    recogniser.hold("slow", "quick")
    with served(recogniser, intake, replace(options, answer_seconds=2.0)) as service:
        with service.client() as client:
            answer = client.post("/recognize", files=form("slow", png()))
            assert (answer.status_code, code_of(answer)) == (504, "took_too_long")
            events = client.post(
                "/recognize",
                files=form("slow", png()),
                headers={"Accept": "text/event-stream"},
            ).text
            assert "event: failed" in events
            assert "took_too_long" in events
        wait_for(lambda: service.engine.waiting.accepted == 0)
        assert still_works(service)


def test_strangers_need_the_key(recogniser, intake, options):
    key = "correct-horse-battery"
    keyed = replace(options, api_key=key)
    with served(recogniser, intake, keyed) as service, service.client() as client:
        for wrong in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": key}):
            answer = client.post("/recognize", files=form("a", png()), headers=wrong)
            assert (answer.status_code, code_of(answer)) == (401, "no_key")
            assert client.get("/metrics", headers=wrong).status_code == 401
            assert client.get("/healthz", headers=wrong).status_code == 200
            assert client.get("/readyz", headers=wrong).status_code == 200
        right = {"Authorization": f"Bearer {key}"}
        answer = client.post("/recognize", files=form("a", png()), headers=right)
    assert answer.status_code == 200
    assert recogniser.seen == ["a"]


def test_the_key_is_in_no_log(recogniser, intake, options, caplog):
    caplog.set_level("DEBUG")
    key = "correct-horse-battery"
    with served(recogniser, intake, replace(options, api_key=key)) as service:
        client = service.client(headers={"Authorization": f"Bearer {key}"})
        with client:
            client.post("/recognize", files=form("a", png()))
    assert "route=/recognize status=200" in caplog.text
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith(("httpx", "httpcore"))]
    assert key not in "\n".join(ours) + repr(replace(options, api_key=key))


def test_without_a_key_only_the_machines_own_name_is_answered(service):
    with service.client() as client:
        foreign = client.get("/metrics", headers={"Host": "cards.example"})
        assert (foreign.status_code, code_of(foreign)) == (421, "not_our_name")
        assert client.get("/metrics", headers={"Host": "localhost:1234"}).status_code == 200


def test_a_thousand_requests_at_once(recogniser, intake, options):
    """Each is answered for its own card, or told when to come back; none is lost."""
    names = [f"{i:04d}" for i in range(1000)]
    recogniser.script = {
        name: (ScriptedCard((invented(DAWN, name, f"Card {name}"),)),) for name in names
    }
    # Seconds are for a machine that is busy with other tests, too.
    crowded = replace(options, queue=500, upload_seconds=900, answer_seconds=900)
    with served(recogniser, intake, crowded) as service:
        done = subprocess.run(
            [sys.executable, "-m", "tests.service.crowd", service.url, "1000"],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
            check=True,
            timeout=280,
        )
        numbers, refused = json.loads(done.stdout)
        assert service.engine.waiting.accepted == 0
    assert numbers == names
    assert refused > 0
    assert sorted(recogniser.seen) == names
