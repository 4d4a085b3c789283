"""What the program and its decoding process say to each other: a line of JSON, then plain bytes.

Not pickles: whoever took the decoder over with a picture mustn't get further.
"""

from __future__ import annotations

import io
import json
from dataclasses import asdict, dataclass
from typing import BinaryIO, Literal

MAX_LINE = 1 << 20
READY = b"ready\n"
"""What a decoding process says first."""
ENDED_IDLE = 64
"""Exit status of one that nobody asked for anything."""

Failure = Literal["", "picture", "not a picture", "too large", "memory", "bug"]


@dataclass(frozen=True)
class Request:
    """What to open.

    Attributes:
        what: decode a picture or a page, or list a document's pages.
        path: of the file; None: its `size` bytes follow.
        page: of a document, counted from 1.
    """

    what: Literal["picture", "pages"]
    path: str | None = None
    page: int = 1
    size: int = 0


@dataclass(frozen=True)
class Answer:
    """What came out.

    Attributes:
        failure: what kind of error `line` tells of; empty for none.
        line: for the user, without the file's name; of a bug, where it was.
        width, height: of the picture in pixels, whose `height * width * 3` bytes follow.
        pages: of the document, by their numbers.
    """

    failure: Failure = ""
    line: str = ""
    width: int = 0
    height: int = 0
    pages: tuple[int, ...] = ()


def send(stream: BinaryIO, message: Request | Answer) -> None:
    """Write the line; flushing is left to whoever writes what follows."""
    stream.write(json.dumps(asdict(message)).encode() + b"\n")


def receive_request(stream: BinaryIO) -> Request | None:
    """The next request; None when nobody sends any more."""
    line = stream.readline()
    return Request(**json.loads(line)) if line.endswith(b"\n") else None


def receive_answer(stream: io.BufferedReader) -> Answer | None:
    """The next answer; None when the other side has ended.

    Raises:
        ValueError: this is no answer.
    """
    line = stream.readline(MAX_LINE)
    if not line.endswith(b"\n"):
        return None
    fields = json.loads(line)
    try:
        pages = tuple(int(page) for page in fields.pop("pages"))
        answer = Answer(**fields, pages=pages)
        return Answer(
            answer.failure, str(answer.line), int(answer.width), int(answer.height), answer.pages
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError("not an answer") from error
