"""Connections that say nothing, half of something, or take nothing, don't stay."""

from __future__ import annotations

import contextlib
import socket
import time
from dataclasses import replace

import pytest

from tests.service.served import PATIENCE, Served, connected, form, png, served, wait_for

HALF = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-More: "


def cut(service: Served, reason: str) -> int:
    return service.metrics.snapshot().count("connections_cut_total", reason=reason)


def heard(line: socket.socket) -> bytes:
    """All that the service says until it closes the line."""
    said = b""
    with contextlib.suppress(ConnectionResetError):
        while part := line.recv(65536):
            said += part
    return said


@pytest.fixture
def hasty(recogniser, intake, options):
    """A service that waits for nobody."""
    quick = replace(options, header_seconds=0.5, unread_seconds=0.5)
    with served(recogniser, intake, quick) as running:
        yield running


def test_a_silent_connection_is_closed(hasty):
    with connected(hasty) as line:
        assert heard(line) == b""
    assert cut(hasty, "silent") == 1


def test_half_a_request_is_given_up(hasty):
    with connected(hasty) as line:
        line.sendall(HALF)
        assert heard(line).startswith(b"HTTP/1.1 408 ")
    assert cut(hasty, "half asked") == 1


def test_a_trickle_gains_no_time(hasty):
    end = time.monotonic() + PATIENCE
    with connected(hasty) as line:
        line.sendall(HALF)
        with contextlib.suppress(ConnectionError):
            while not cut(hasty, "half asked"):
                assert time.monotonic() < end, "it waits for ever"
                line.sendall(b"x")
                time.sleep(0.05)


@pytest.mark.parametrize("then", [HALF, b"GET"])
def test_half_a_second_request_is_given_up_too(hasty, then):
    with connected(hasty) as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert line.recv(12) == b"HTTP/1.1 200"
        line.sendall(then)
        assert b"HTTP/1.1 408 " in heard(line)


def test_a_body_that_nobody_wants_ends_too(hasty):
    with connected(hasty) as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999\r\n\r\n")
        assert line.recv(12) == b"HTTP/1.1 200"
        line.sendall(b"x")
        heard(line)
    assert cut(hasty, "half asked") == 1


def test_who_takes_nothing_of_its_answers_is_cut(hasty):
    ask = b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.settimeout(PATIENCE)
        host, port = hasty.url.removeprefix("http://").split(":")
        line.connect((host, int(port)))
        for _ in range(400):
            with contextlib.suppress(ConnectionError):
                line.sendall(ask)
        wait_for(lambda: cut(hasty, "unread") == 1)


def test_a_kept_line_may_rest(hasty):
    """Between two requests it is the longer patience that counts."""
    with hasty.client() as client:
        assert client.get("/healthz").status_code == 200
        time.sleep(1.0)  # twice what a request's headers may take
        assert client.get("/healthz").status_code == 200
    assert not cut(hasty, "silent")


def test_in_a_crowd_the_longest_idle_line_gives_way(recogniser, intake, options):
    with (
        served(recogniser, intake, replace(options, connections=5)) as service,
        contextlib.ExitStack() as stack,
    ):
        lines = [stack.enter_context(connected(service)) for _ in range(8)]
        assert heard(lines[0]) == b""
        with service.client() as client:
            assert client.get("/healthz").status_code == 200
        wait_for(lambda: cut(service, "idle") >= 4)


def test_where_all_lines_are_busy_a_new_one_is_told_to_come_back(
    recogniser, intake, options, together
):
    for name in ("one", "two"):
        recogniser.hold(name, "quick")
    with served(recogniser, intake, replace(options, connections=2, workers=2)) as service:
        waiting = [together(service, "one"), together(service, "two", size=50)]
        for name in ("one", "two"):
            wait_for(lambda name=name: recogniser.reached(name, "quick"))
        with connected(service) as line:
            said = heard(line)
        assert said.startswith(b"HTTP/1.1 429 ")
        assert b"Retry-After: " in said
        recogniser.release_all()
        assert [each.result(PATIENCE).status_code for each in waiting] == [200, 200]


def test_in_a_crowd_of_half_sent_uploads_the_one_that_stalled_the_longest_gives_way(
    recogniser, intake, options
):
    with (
        served(recogniser, intake, replace(options, connections=3)) as service,
        contextlib.ExitStack() as stack,
    ):
        lines = [stack.enter_context(connected(service)) for _ in range(3)]
        for line in lines:
            line.sendall(
                b"POST /recognize HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90000\r\n"
                b"Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n"
            )
        time.sleep(1.5)  # longer than an upload may fall silent in a crowd
        with service.client() as client:
            assert client.get("/healthz").status_code == 200
        assert heard(lines[0]).startswith(b"HTTP/1.1 429 ")
        assert cut(service, "stalled") == 1


def test_many_small_requests_on_one_line_are_answered(hasty):
    with connected(hasty) as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n" * 50)
        said = b""
        while said.count(b"HTTP/1.1 200 OK") < 50:
            part = line.recv(65536)
            assert part
            said += part


def test_uploads_take_the_time_they_may(hasty):
    """The time for headers is not the time for what follows them."""
    request = hasty.client().build_request("POST", "/recognize", files=form("a", png()))
    body = request.read()
    head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    with connected(hasty) as line:
        line.sendall(f"POST /recognize HTTP/1.1\r\n{head}\r\n".encode())
        for part in (body[:50], body[50:]):
            time.sleep(0.7)
            line.sendall(part)
        assert line.recv(12) == b"HTTP/1.1 200"
