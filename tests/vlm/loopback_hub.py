"""A small hub on loopback that answers as the real one does, or misbehaves as told."""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

REVISION = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Hub:
    """What is served and how badly.

    Attributes:
        cut_after: bytes after which each answer is cut off; 0 for never.
        cuts: how many answers are cut.
        pause: seconds to wait after each block of 64 KiB.
        wrong_size: added to the announced size of large files.
        swapped: served instead of the file of this name.
        lacking: a revision that it doesn't have.
        ranges: the byte ranges that were asked for, by file name.
    """

    files: Mapping[str, bytes]
    cut_after: int = 0
    cuts: int = 0
    pause: float = 0.0
    wrong_size: int = 0
    resumes: bool = True
    lacking: str = ""
    swapped: dict[str, bytes] = field(default_factory=dict)
    ranges: list[tuple[str, int]] = field(default_factory=list)
    revisions: list[str] = field(default_factory=list)
    _server: Any = None

    def __enter__(self) -> Hub:
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args: object) -> None:
                """Say nothing."""

            def do_GET(self) -> None:
                hub.answer(self)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *args: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        if found := re.match(r"/api/models/[^/]+/[^/]+(?:/revision/([^?]+))?", request.path):
            self.revisions.append(found.group(1) or "")
            if self.lacking and found.group(1) == self.lacking:
                self._refuse(request)
                return
            self._send(request, json.dumps(self._info()).encode(), "application/json")
            return
        name = request.path.split("/resolve/")[-1].partition("/")[2].partition("?")[0]
        if name not in self.files:
            request.send_error(404)
            return
        content = self.swapped.get(name, self.files[name])
        start = int(re.findall(r"\d+", request.headers.get("Range", "") or "0")[0])
        self.ranges.append((name, start))
        if not self.resumes:
            start = 0
        self._send_file(request, content, start)

    def _refuse(self, request: BaseHTTPRequestHandler) -> None:
        request.send_response(404)
        request.send_header("X-Error-Code", "RevisionNotFound")
        request.send_header("Content-Length", "0")
        request.end_headers()

    def _info(self) -> dict[str, Any]:
        siblings = []
        for name, content in self.files.items():
            header = f"blob {len(content)}\0".encode()
            entry: dict[str, Any] = {
                "rfilename": name,
                "size": len(content),
                "blobId": hashlib.sha1(header + content, usedforsecurity=False).hexdigest(),
            }
            if name.endswith(".onnx"):
                digest = hashlib.sha256(content).hexdigest()
                size = len(content) + self.wrong_size
                entry["size"] = size
                entry["lfs"] = {"sha256": digest, "size": size, "pointerSize": 130}
            siblings.append(entry)
        return {"id": "a/b", "modelId": "a/b", "sha": REVISION, "siblings": siblings}

    def _send_file(self, request: BaseHTTPRequestHandler, content: bytes, start: int) -> None:
        partial = start > 0
        request.send_response(206 if partial else 200)
        request.send_header("Content-Length", str(len(content) - start))
        if partial:
            request.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        request.end_headers()
        end = len(content)
        if self.cuts > 0 and end - start > self.cut_after:
            self.cuts -= 1
            end = start + self.cut_after
        with suppress(ConnectionError):  # the client may have gone
            for place in range(start, end, 1 << 16):
                request.wfile.write(content[place : min(place + (1 << 16), end)])
                request.wfile.flush()
                if self.pause:
                    time.sleep(self.pause)
        if end < len(content):
            request.close_connection = True

    def _send(self, request: BaseHTTPRequestHandler, body: bytes, kind: str) -> None:
        request.send_response(200)
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)
