"""An asset server in a process of its own: every picture is another, made when it is asked for.

    python -m benchmarks._picture_server

Prints its port. It ends when its standard input does.
"""

from __future__ import annotations

import sys
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import cv2
import numpy as np


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"

    def do_GET(self) -> None:
        if not self.path.endswith("/low.webp"):
            self.send_error(404)
            return
        rng = np.random.default_rng(zlib.crc32(self.path.encode()))
        coarse = rng.integers(0, 256, (14, 10, 3), np.uint8)
        picture = cv2.resize(coarse, (245, 337), interpolation=cv2.INTER_CUBIC)
        content = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 85])[1].tobytes()
        self.send_response(200)
        self.send_header("Content-Type", "image/jpeg")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    """Serve until standard input ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    print(server.server_port, flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()
    server.shutdown()


if __name__ == "__main__":
    main()
