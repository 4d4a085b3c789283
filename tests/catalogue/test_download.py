"""Fetching TCGdex over HTTP, from a server on loopback that can misbehave."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.catalogue.update import update_catalogue
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.catalogue import UnreachableError
from cardscanner_gui.core.errors import CancelledError, CatalogueError
from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.games.pokemon.sources.tcgdex import TcgdexDownload
from tests.catalogue.tcgdex_archive import build_catalogue, card, write_archive

ARCHIVE = "/cards/master.tar.gz"


def quiet(*_: object) -> None:
    """No progress wanted."""


class CardServer(ThreadingHTTPServer):
    """Serves one archive; told to, it stops halfway or lies about the length."""

    content = b""
    send: int | None = None
    """How many bytes to send before hanging up; None sends all."""
    linger = 0.0
    """Seconds to wait before each 64 KiB."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}{ARCHIVE}"


class _Handler(BaseHTTPRequestHandler):
    server: CardServer

    def do_GET(self) -> None:
        if self.path != ARCHIVE:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.server.content)))
        self.end_headers()
        content = self.server.content[: self.server.send]
        for start in range(0, len(content), 1 << 16):
            time.sleep(self.server.linger)
            try:
                self.wfile.write(content[start : start + (1 << 16)])
            except OSError:  # the client hung up
                return

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CardServer]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    served = CardServer(("127.0.0.1", 0), _Handler)
    served.content = write_archive(tmp_path / "a.tar.gz", [card("Leafkit", "012")]).read_bytes()
    thread = threading.Thread(target=served.serve_forever)
    thread.start()
    yield served
    served.shutdown()
    served.server_close()
    thread.join()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A catalogue folder that has a catalogue already."""
    build_catalogue(tmp_path / "old", [card("Oldkit", "001")]).close()
    (tmp_path / "old" / "cards.tar.gz").unlink()
    return tmp_path / "old"


def assert_old_in_use(folder: Path) -> None:
    with Catalogue.open(folder) as catalogue:
        assert catalogue.keys_by_name("oldkit") == [1]
    assert len(list(folder.iterdir())) == 1


def test_the_archive_is_fetched_and_takes_the_old_ones_place(
    server: CardServer, folder: Path
) -> None:
    told: list[tuple[str, float | None]] = []
    info = update_catalogue(
        folder, POKEMON, TcgdexDownload(server.url), lambda *p: told.append(p), CancelToken()
    )
    assert (info.printings, info.where) == (1, server.url)
    assert list(folder.iterdir()) == [info.path]
    with Catalogue.open(folder) as catalogue:
        assert catalogue.keys_by_name("oldkit") == []
        assert catalogue.printing("sv90-012") is not None
    words = [words for words, _ in told]
    assert words[0].startswith("Downloading")
    assert words[-1].startswith("Building")
    assert ("Downloading the TCGdex card database: 0 of 0 MB", 1.0) in told


def test_a_connection_cut_midway_leaves_the_old_one(server: CardServer, folder: Path) -> None:
    server.send = len(server.content) // 2
    with pytest.raises(UnreachableError, match=r"127\.0\.0\.1"):
        update_catalogue(folder, POKEMON, TcgdexDownload(server.url), quiet, CancelToken())
    assert_old_in_use(folder)


def test_a_missing_page_says_so(server: CardServer, folder: Path) -> None:
    with pytest.raises(UnreachableError, match="404"):
        update_catalogue(folder, POKEMON, TcgdexDownload(server.url + "x"), quiet, CancelToken())
    assert_old_in_use(folder)


@pytest.mark.parametrize("content", [b"<html>Please log in</html>", b"\x1f\x8b\x08" + b"x" * 99])
def test_something_else_than_the_archive_is_refused(
    server: CardServer, folder: Path, content: bytes
) -> None:
    server.content = content
    with pytest.raises(CatalogueError) as caught:
        update_catalogue(folder, POKEMON, TcgdexDownload(server.url), quiet, CancelToken())
    assert "\n" not in str(caught.value)
    assert_old_in_use(folder)


def test_nobody_listening_is_known_at_once(folder: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/x"
        with pytest.raises(UnreachableError, match="can't be reached"):
            update_catalogue(folder, POKEMON, TcgdexDownload(url), quiet, CancelToken())
    assert_old_in_use(folder)


def test_cancelling_midway_leaves_the_old_one(server: CardServer, folder: Path) -> None:
    server.content += b"\0" * (4 << 20)
    server.linger = 0.02
    token = CancelToken()

    def cancel_at_a_tenth(_: str, part: float | None) -> None:
        if part is not None and part > 0.1:
            token.cancel()

    with pytest.raises(CancelledError):
        update_catalogue(folder, POKEMON, TcgdexDownload(server.url), cancel_at_a_tenth, token)
    assert_old_in_use(folder)


def test_a_proxy_is_honoured(
    server: CardServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proxy is asked for an address that only it can know."""
    seen: list[str] = []

    class Proxy(_Handler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.path = ARCHIVE
            super().do_GET()

    proxy = CardServer(("127.0.0.1", 0), Proxy)
    proxy.content = server.content
    thread = threading.Thread(target=proxy.serve_forever)
    thread.start()
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.server_port}")
    url = "http://cards.invalid/master.tar.gz"
    try:
        info = update_catalogue(folder, POKEMON, TcgdexDownload(url), quiet, CancelToken())
    finally:
        proxy.shutdown()
        proxy.server_close()
        thread.join()
    assert info.printings == 1
    assert seen == [url]
