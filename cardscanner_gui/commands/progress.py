"""Progress for people on standard error; silent where nobody watches."""

from __future__ import annotations

import sys
import time

import click

from cardscanner_gui.core.words import said


class ProgressLine:
    """One line that says what is being done and how far; a `progress` callback.

    On a terminal the line is rewritten in place. Elsewhere a line is printed at most every few
    seconds, so that a log shows what takes so long.
    """

    def __init__(self, every_seconds: float = 5.0) -> None:
        self._terminal = sys.stderr.isatty()
        self._every = 0.1 if self._terminal else every_seconds
        self._last_time = 0.0
        self._last_words = ""

    def __call__(self, words: str, part: float | None) -> None:
        now = time.monotonic()
        head = words.split(":")[0]
        if head == self._last_words and now - self._last_time < self._every:
            return
        self._last_time, self._last_words = now, head
        text = said(words) if part is None else f"{said(words)} ({part:.0%})"
        if self._terminal:
            click.echo(f"\r\033[K{text}", nl=False, err=True)
        else:
            click.echo(text, err=True)

    def close(self) -> None:
        """End the line, so that what follows starts on its own."""
        if self._terminal and self._last_words:
            click.echo(err=True)
