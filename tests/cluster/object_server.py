"""A small object store on loopback that speaks S3, and can be told to speak it badly."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

BUCKET = "cards"


class ObjectServer:
    """What it holds and how it behaves.

    Attributes:
        objects: by key.
        statuses: answered to the next requests for objects, one each, before they are served.
        always: answered to all of them; None serves them.
        delay: seconds before each answer.
        asked: the keys that were asked for by GET, in order.
    """

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.statuses: list[int] = []
        self.always: int | None = None
        self.delay = 0.0
        self.asked: list[str] = []
        self.lock = threading.Lock()
        self.url = ""

    def trouble(self) -> int | None:
        """What is wrong with the next answer."""
        time.sleep(self.delay)
        with self.lock:
            return self.always or (self.statuses.pop(0) if self.statuses else None)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_HEAD(self) -> None:
        self.do_GET(body=False)

    def do_GET(self, body: bool = True) -> None:
        parts = urlsplit(self.path)
        bucket, _, key = unquote(parts.path).lstrip("/").partition("/")
        status = self.server.store.trouble()
        if status is not None:
            self._error(status, body)
        elif bucket != BUCKET:
            self._error(404, body, "NoSuchBucket")
        elif not key:
            self._listed(parse_qs(parts.query, keep_blank_values=True))
        elif key not in self.server.store.objects:
            self._error(404, body, "NoSuchKey")
        else:
            self._object(key, body)

    def _object(self, key: str, body: bool) -> None:
        data, status, extra = self.server.store.objects[key], 200, {}
        if body:
            self.server.store.asked.append(key)
        wanted = self.headers.get("Range")
        if wanted:
            first, _, last = wanted.removeprefix("bytes=").partition("-")
            end = min(int(last or len(data) - 1), len(data) - 1)
            extra["Content-Range"] = f"bytes {first}-{end}/{len(data)}"
            data, status = data[int(first) : end + 1], 206
        self._send(status, data, body, extra | {"ETag": '"x"'})

    def _listed(self, query: dict[str, list[str]]) -> None:
        prefix = query.get("prefix", [""])[0]
        delimiter = query.get("delimiter", [""])[0]
        keys, folders = [], set()
        for key in sorted(k for k in self.server.store.objects if k.startswith(prefix)):
            rest = key[len(prefix) :]
            if delimiter and delimiter in rest:
                folders.add(prefix + rest.partition(delimiter)[0] + delimiter)
            else:
                keys.append(key)
        found = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{len(self.server.store.objects[key])}</Size>"
            "<LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>x</ETag></Contents>"
            for key in keys
        )
        found += "".join(
            f"<CommonPrefixes><Prefix>{escape(folder)}</Prefix></CommonPrefixes>"
            for folder in sorted(folders)
        )
        xml = (
            '<?xml version="1.0" encoding="UTF-8"?><ListBucketResult>'
            f"<Name>{BUCKET}</Name><KeyCount>{len(keys) + len(folders)}</KeyCount>"
            f"<IsTruncated>false</IsTruncated>{found}</ListBucketResult>"
        )
        self._send(200, xml.encode(), True, {"Content-Type": "application/xml"})

    def _error(self, status: int, body: bool, code: str | None = None) -> None:
        code = code or {403: "AccessDenied", 503: "SlowDown"}.get(status, "InternalError")
        xml = f"<Error><Code>{code}</Code><Message>told to</Message></Error>"
        self._send(status, xml.encode(), body, {"Content-Type": "application/xml"})

    def _send(self, status: int, data: bytes, body: bool, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
        self.end_headers()
        if body:
            self.wfile.write(data)

    def log_message(self, *arguments: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, store: ObjectServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.store = store
        store.url = f"http://127.0.0.1:{self.server_port}/{BUCKET}"


@contextmanager
def object_server() -> Iterator[ObjectServer]:
    """Running on a port of its own; one bucket, `cards`."""
    store = ObjectServer()
    server = _Server(store)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield store
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
