"""What has several values, written in one cell as people write it: a line each, `en: Sproutle`.

A line is a path and a value. The parts of a path stand between dots; the places of a list are
`#1`, `#2`. A value that isn't text is written as it is; text that looks like one has an apostrophe
before it. Reading gives exactly what was written, and understands JSON too, which version 0.1
wrote.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_ESCAPED = {"\\": "\\\\", "\n": "\\n", "\r": "\\r"}
_IN_PATHS = _ESCAPED | {".": "\\.", ":": "\\:", "#": "\\#", "[": "\\[", "{": "\\{", "": "\\0"}
_UNESCAPED = {"n": "\n", "r": "\r", "0": ""}
_WORDS: Mapping[str, Any] = {"none": None, "yes": True, "no": False}
_NOTHING = "()", "(empty)"
"""A list and a mapping without anything in them."""
_NUMBER = re.compile(r"[-+]?(\d[\d.e+-]*|inf|nan)", re.IGNORECASE)
_PLACE = re.compile(r"#(\d+)")


def write_notation(value: Mapping[str, Any] | Sequence[Any]) -> str:
    """A mapping or a list of plain values, at any depth; empty text for an empty one."""
    return "\n".join(f"{path}: {_write_leaf(leaf)}" for path, leaf in _flatten(value, ""))


def read_notation(cell: str) -> Any:
    """What `write_notation` was given, tuples as lists; None for an empty cell.

    Raises:
        ValueError: it was never written so.
    """
    if not cell:
        return None
    if cell[0] in "[{":
        return json.loads(cell)
    root: dict[str | int, Any] = {}
    for line in cell.split("\n"):
        path, leaf = _split_line(line.removesuffix("\r"))
        place = root
        for part in path[:-1]:
            place = place.setdefault(part, {})
            if not isinstance(place, dict):
                raise ValueError(f"“{line}” says again what an earlier line said")  # noqa: TRY004
        place[path[-1]] = _read_leaf(leaf)
    return _gather(root)


def _flatten(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    parts: Sequence[tuple[str, Any]]
    if isinstance(value, Mapping):
        parts = [(_escape(key, _IN_PATHS), one) for key, one in value.items()]
    else:
        parts = [(f"#{place}", one) for place, one in enumerate(value, start=1)]
    for key, one in parts:
        whole = f"{path}.{key}" if path else key
        if isinstance(one, Mapping | list | tuple) and one:
            yield from _flatten(one, whole)
        else:
            yield whole, one


def _escape(text: str, signs: Mapping[str, str]) -> str:
    return "".join(signs.get(sign, sign) for sign in text) or signs.get("", "")


def _write_leaf(value: Any) -> str:
    match value:
        case str():
            bare = (
                value in _WORDS
                or value in _NOTHING
                or value.startswith("'")
                or _NUMBER.fullmatch(value)
            )
            return _escape(("'" if bare else "") + value, _ESCAPED)
        case bool():
            return "yes" if value else "no"
        case None:
            return "none"
        case int() | float():
            return repr(value)
        case _:
            return _NOTHING[isinstance(value, Mapping)]


def _read_leaf(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if text in _NOTHING:
        return {} if _NOTHING.index(text) else []
    if _NUMBER.fullmatch(text):
        return int(text) if text.lstrip("+-").isdecimal() else float(text)
    return _unescape(text).removeprefix("'")


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: _UNESCAPED.get(found[1], found[1]), text)


def _split_line(line: str) -> tuple[list[str | int], str]:
    """The parts of the path, and the value's text."""
    parts, start, at = [], 0, 0
    while at < len(line):
        sign = line[at]
        if sign == "\\":
            at += 1
        elif sign in ".:":
            parts.append(line[start:at])
            start = at + 1
            if sign == ":":
                return [_read_part(part) for part in parts], line[start:].removeprefix(" ")
        at += 1
    raise ValueError(f"“{line[:40]}” has no colon")


def _read_part(part: str) -> str | int:
    place = _PLACE.fullmatch(part)
    return int(place[1]) if place else _unescape(part)


def _gather(value: Any) -> Any:
    """Mappings by place as lists: text and place never meet in one that we wrote."""
    if not isinstance(value, dict):
        return value
    gathered = {key: _gather(one) for key, one in value.items()}
    if gathered and all(isinstance(key, int) for key in gathered):
        return [gathered[key] for key in sorted(gathered)]
    return {str(key): one for key, one in gathered.items()}
