"""An asset server on loopback that can misbehave in every way, and drawn pictures for it."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

from PIL import Image

from training.drawing.cards import CardFace, draw_card


def drawn(seed: int, height: int = 337, **changes: object) -> bytes:
    """A small picture of a drawn card as WebP."""
    face = CardFace(f"Card {seed}", 60, f"{seed:03d}/193", attacks=("Seed Toss",), seed=seed)
    return webp(Image.fromarray(draw_card(face, height)))


def webp(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "WEBP", quality=80)
    return file.getvalue()


class Answer(Exception):  # noqa: N818 - raised instead of a picture, by a misbehaving server
    """Status, headers and body that are sent instead of a picture."""

    def __init__(
        self,
        status: int,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        send: int = -1,
        linger: float = 0.0,
    ) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.headers = headers or {}
        self.send = send
        self.linger = linger


class AssetServer(ThreadingHTTPServer):
    """Serves `pictures` by path (`en/sv/sv90/012`); `before` may raise another `Answer`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pictures: dict[str, bytes] = {}
        self.listing: bytes | None = None
        self.asked: list[str] = []
        self.agents: set[str] = set()
        self.before: Callable[[str], None] = lambda path: None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: AssetServer

    def do_GET(self) -> None:
        path = unquote(self.path).strip("/").removesuffix("/low.webp")
        self.server.asked.append(path)
        self.server.agents.add(str(self.headers.get("User-Agent")))
        try:
            self.server.before(path)
            if path == "datas.json" and self.server.listing is not None:
                answer = Answer(200, self.server.listing, {"Content-Type": "application/json"})
            elif path in self.server.pictures:
                content = self.server.pictures[path]
                answer = Answer(200, content, {"Content-Type": "image/webp"})
            else:
                answer = Answer(404)
        except Answer as other:
            answer = other
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        body = answer.body if answer.send < 0 else answer.body[: answer.send]
        step = 500 if answer.linger else max(1, len(body))
        with suppress(OSError):  # the client may hang up
            for start in range(0, len(body), step):
                self.wfile.write(body[start : start + step])
                time.sleep(answer.linger)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[AssetServer]:
    """A server that runs until the end of the block."""
    server = AssetServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
