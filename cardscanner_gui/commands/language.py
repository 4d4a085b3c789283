"""The command line's help in the user's language."""

from __future__ import annotations

from collections.abc import Iterator

import click

from cardscanner_gui.core.words import tr
from cardscanner_gui.languages import use_language

_english: dict[tuple[int, str], str] = {}


def speak(root: click.Group, language: str) -> None:
    """Take a language into use, and translate what the commands and their options say.

    Docstrings and decorators are read long before the language is known, so they are translated
    here, always from the English text.

    Args:
        root: the commands.
        language: a code; empty for the system's.
    """
    use_language(language)
    for thing in _parts(root):
        for name in ("help", "short_help"):
            text = getattr(thing, name, None)
            if text:
                setattr(thing, name, tr(_english.setdefault((id(thing), name), text)))


def _parts(command: click.Command) -> Iterator[click.Command | click.Parameter]:
    yield command
    yield from command.params
    if isinstance(command, click.Group):
        for below in command.commands.values():
            yield from _parts(below)
