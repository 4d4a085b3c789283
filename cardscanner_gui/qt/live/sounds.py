"""Short sounds that say how it went, so that nobody has to look at the screen.

They are computed, not recorded: two or three decaying tones each.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Generator, Iterable
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy.typing as npt

log = logging.getLogger(__name__)

RATE = 44_100
_BUFFER_MS = 40


class Sound(Enum):
    """Told apart by pitch, length and number of tones: (hertz, seconds) each."""

    CLICK = ((1900.0, 0.03),)
    DOUBT = ((620.0, 0.09), (440.0, 0.14))
    ERROR = ((230.0, 0.16), (230.0, 0.16), (180.0, 0.24))


def waveform(sound: Sound) -> npt.NDArray[Any]:
    """The sound as 16-bit samples, mono, `RATE` a second."""
    import numpy as np  # not on the way to the first window

    parts = []
    for hertz, seconds in sound.value:
        time = np.arange(round(seconds * RATE)) / RATE
        tone = np.sin(2 * np.pi * hertz * time) + 0.3 * np.sin(4 * np.pi * hertz * time)
        rise = np.minimum(1.0, time / 0.002)  # without it the loudspeaker pops
        fade = np.minimum(1.0, (seconds - time) / 0.004)
        parts.append(tone * rise * fade * np.exp(-3.0 * time / seconds))
    samples = np.concatenate(parts)
    loudest = float(np.abs(samples).max())
    return np.asarray(samples * (0.5 * 32767 / loudest), np.int16)


class Sounds:
    """Plays sounds while it is open. Where there is no sound device it is silent.

    The device stays open between sounds: opening it takes longer than a card.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._device: Any = None
        self._waves: dict[Sound, bytes] = {}
        self._queue: deque[bytes] = deque(maxlen=4)
        self._silent = False
        self.recent: deque[Sound] = deque(maxlen=16)
        """What was asked for last."""

    def open(self) -> None:
        """Take the sound device; slow, so call it off the GUI thread."""
        import miniaudio

        with self._lock:
            if self._device is not None or self._silent:
                return
            self._waves = {sound: waveform(sound).tobytes() for sound in Sound}
            try:
                device = miniaudio.PlaybackDevice(
                    miniaudio.SampleFormat.SIGNED16, 1, RATE, _BUFFER_MS, app_name="Cardscanner"
                )
                stream = _stream(self._queue)
                next(stream)
                device.start(stream)
            except miniaudio.MiniaudioError as error:
                self._silent = True
                log.info("No sound device (%s): live scanning is silent.", error)
                return
            self._device = device

    def play(self, sound: Sound) -> None:
        """Play a sound now; any thread may call this, and it returns at once."""
        self.recent.append(sound)
        if self._device is not None:
            self._queue.append(self._waves[sound])

    def close(self) -> None:
        """Give the sound device back."""
        with self._lock:
            device, self._device = self._device, None
            self._queue.clear()
        if device is not None:
            device.close()


def _stream(queue: deque[bytes]) -> Generator[bytes, int, None]:
    """What the device asks for, on its own thread: silence between sounds."""
    waiting = b""
    frames = yield b""
    while True:
        size = 2 * frames
        waiting += b"".join(_taken(queue))
        now, waiting = waiting[:size], waiting[size:]
        frames = yield now.ljust(size, b"\0")


def _taken(queue: deque[bytes]) -> Iterable[bytes]:
    while queue:
        yield queue.popleft()
