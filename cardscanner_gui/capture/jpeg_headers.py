"""What a JPEG file's headers say about what follows (ITU-T T.81, annex B), decoding nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

JPEG_START = b"\xff\xd8\xff"

_MOST_SEGMENTS = 2_000
_MOST_WORK = 2_000_000_000
"""Pixels times scans that are decoded at once: 20 scans of 100 megapixels. Encoders write 10."""
_MOST_PROGRESSIVE = 50_000_000
"""Pixels of a progressive file, whose coefficients are all in memory: six bytes a pixel more."""

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_ALONE = frozenset({0x01, _START, *range(0xD0, 0xD8)})
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_MARKER = re.compile(rb"\xff+([^\x00\xff])")
_AFTER_SCAN = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])")
_COEFFICIENTS = 64


@dataclass
class JpegHeaders:
    """The first picture in a file.

    Attributes:
        width, height: in pixels; 0 where no header says so.
        components: 1 for grey, 3 for colour, 4 for CMYK.
        scans: how many times the decoder goes through the picture.
        segments: how many markers there are up to the end.
        end: where the end mark is, or the file's size without one.
    """

    width: int = 0
    height: int = 0
    components: int = 0
    scans: int = 0
    segments: int = 0
    end: int = 0
    # For each component: for each coefficient how many of its low bits are still to come.
    _missing: dict[int, list[int]] = field(default_factory=dict)
    _progressive: bool = False

    @property
    def simple(self) -> bool:
        """Whether decoding takes no more time and memory than for any picture of this size."""
        pixels = self.width * self.height
        if self._progressive and pixels > _MOST_PROGRESSIVE:
            return False
        return self.segments <= _MOST_SEGMENTS and pixels * self.scans <= _MOST_WORK

    @property
    def whole(self) -> bool:
        """Whether every part of the picture was sent, as far as the scans' headers tell."""
        return bool(self._missing) and not any(any(bits) for bits in self._missing.values())

    def take_frame(self, marker: int, body: bytes) -> None:
        """Read a frame header (SOF)."""
        if len(body) < 6 or self._missing:
            return
        self.height, self.width = int.from_bytes(body[1:3]), int.from_bytes(body[3:5])
        self.components = body[5]
        self._progressive = marker in _PROGRESSIVE
        ids = body[6 : 6 + 3 * self.components : 3]
        self._missing = {number: [16] * _COEFFICIENTS for number in ids}

    def take_scan(self, body: bytes) -> None:
        """Read a scan header (SOS)."""
        self.scans += 1
        if not body or len(body) < 4 + 2 * body[0]:
            return
        first, last, low = 0, _COEFFICIENTS - 1, 0
        if self._progressive:
            first, last, low = body[-3], min(body[-2], last), body[-1] & 15
        for number in body[1 : 1 + 2 * body[0] : 2]:
            if number in self._missing:
                self._missing[number][first : last + 1] = [low] * max(0, last + 1 - first)


def read_headers(data: bytes) -> JpegHeaders:
    """Walk from marker to marker; of a file with absurdly many only the first are looked at."""
    found = JpegHeaders(end=len(data))
    place, following = 2, _MARKER
    while found.segments <= _MOST_SEGMENTS and (at := following.search(data, place)):
        marker, place, following = at[1][0], at.end(), _MARKER
        found.segments += 1
        if marker == _END:
            found.end = at.start()
            break
        if marker in _ALONE:
            continue
        length = int.from_bytes(data[place : place + 2])
        body = data[place + 2 : place + length]
        place += max(2, length)
        if marker in _FRAMES:
            found.take_frame(marker, body)
        elif marker == _SCAN:
            found.take_scan(body)
            following = _AFTER_SCAN
    return found
