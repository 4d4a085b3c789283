"""New versions are asked for of a real server, and only what is one is believed."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from cardscanner_gui.releases import Release, ReleasesError, newest_release


@dataclass
class ReleasePage:
    """Answers what it is told to, and keeps what it was asked."""

    answer: bytes = b"{}"
    status: int = 200
    asked: list[dict[str, str]] = field(default_factory=list)
    address: str = ""


@pytest.fixture
def release_page() -> Iterator[ReleasePage]:
    page = ReleasePage()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page.asked.append({"path": self.path, **dict(self.headers)})
            self.send_response(page.status)
            self.end_headers()
            self.wfile.write(page.answer)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    page.address = f"http://127.0.0.1:{server.server_port}/newest.json"
    yield page
    server.shutdown()
    server.server_close()
    thread.join()


def test_it_learns_version_and_page_and_sends_nothing(release_page: ReleasePage) -> None:
    release_page.answer = json.dumps(
        {"version": "0.2.0", "page": "https://example.org/0.2"}
    ).encode()

    assert newest_release(release_page.address) == Release("0.2.0", "https://example.org/0.2")
    (asked,) = release_page.asked
    assert asked["path"] == "/newest.json"
    assert asked["User-Agent"] == "cardscanner"
    assert not {"Cookie", "Referer", "From", "Authorization"} & set(asked)


@pytest.mark.parametrize(
    "answer",
    [b"", b"<html>", b"[]", b'{"version": 3}', b'{"version": "' + b"9" * 99 + b'"}', b"[" * 60_000],
)
def test_an_answer_that_is_none_is_an_error(release_page: ReleasePage, answer: bytes) -> None:
    release_page.answer = answer

    with pytest.raises(ReleasesError, match=r"127\.0\.0\.1 doesn't say"):
        newest_release(release_page.address)


def test_a_page_that_could_harm_is_left_out(release_page: ReleasePage) -> None:
    for page in (
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://example.org",
        7,
        "https://[x",
    ):
        release_page.answer = json.dumps({"version": "1.0", "page": page}).encode()
        assert newest_release(release_page.address) == Release("1.0")


@pytest.mark.parametrize("address", ["", "file:///tmp/x", "http://example.org/x", "https://[x"])
def test_only_encrypted_or_own_addresses_are_asked(address: str) -> None:
    with pytest.raises(ReleasesError, match="is no address"):
        newest_release(address)


def test_a_refusal_is_one_line(release_page: ReleasePage) -> None:
    release_page.status = 500
    with pytest.raises(ReleasesError, match="newest"):
        newest_release(release_page.address)


def test_versions_are_compared_as_versions() -> None:
    assert Release("0.10.0").newer_than("0.9.1")
    assert not Release("0.1.0").newer_than("0.1.0")
    assert not Release("newest").newer_than("0.1.0")
