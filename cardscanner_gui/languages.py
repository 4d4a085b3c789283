"""The languages that the window and the command line speak, and which of them is wanted."""

from __future__ import annotations

import locale
import os
import struct
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from cardscanner_gui.core import words
from cardscanner_gui.resources import resource_dir

NAMES: Mapping[str, str] = {"en": "English", "de": "Deutsch", "fr": "Français", "ja": "日本語"}
"""Each language's own name, by its code; the program is written in the first."""

VARIABLE = "CARDSCANNER_LANGUAGE"
"""The environment variable that chooses a language where the settings don't."""

_MESSAGES = 0x69
_END, _TRANSLATION, _SOURCE = 1, 3, 6
_NUMBERS = (5,)  # the only mark that isn't followed by a length
_MAGIC = bytes.fromhex("3cb86418caef9c95cd211cbf60a1bddd")


class Translated:
    """A language out of a file that Qt's `lrelease` wrote.

    Args:
        code: such as `de`.
        texts: the forms of each text's translation; most have one.
    """

    def __init__(self, code: str, texts: Mapping[str, Sequence[str]]) -> None:
        self.code = code
        self._texts = texts

    def text(self, source: str) -> str:
        """The translation; the text itself where there is none."""
        forms = self._texts.get(source)
        return forms[0] if forms else source

    def plural(self, one: str, many: str, number: int) -> str:
        """The form that goes with a number."""
        forms = self._texts.get(many)
        if not forms:
            return one if number == 1 else many
        single = number < 2 if self.code == "fr" else number == 1
        return forms[0 if single else -1]

    def sources(self) -> Iterable[str]:
        """Every English text that has a translation."""
        return self._texts


def use_language(wanted: str, system: Sequence[str] | None = None) -> str:
    """Take a language into use; its code.

    Args:
        wanted: a code; empty for the system's. One that is unknown is English.
        system: the system's languages, the best first; None asks the environment.
    """
    code = wanted or os.environ.get(VARIABLE, "")
    if not code:
        code = next(iter(system_languages() if system is None else system), "en")
    code = code.replace("_", "-").partition("-")[0].lower()
    file = translation_file(code)
    if code in NAMES and file.is_file():
        words.use(Translated(code, read_translation(file)))
    else:
        code = "en"
        words.use(words.English())
    return code


def translation_file(code: str) -> Path:
    """Where a language's texts lie; English has none."""
    return resource_dir() / "translations" / f"cardscanner_{code}.qm"


def system_languages() -> list[str]:
    """What the environment says, the best first, such as `["de_AT"]`."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "").partition(".")[0]
        if value:
            preferred = [one for one in os.environ.get("LANGUAGE", "").split(":") if one]
            return ["en"] if value in ("C", "POSIX") else [*preferred, value]
    if sys.platform == "win32":
        import ctypes

        name = locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage())
        return [name] if name else []
    return []


def read_translation(file: Path) -> dict[str, list[str]]:
    """The forms of each text's translation, from a `.qm` file; empty where it is damaged."""
    try:
        content = file.read_bytes()
        if not content.startswith(_MAGIC):
            return {}
        return _texts(next((part for tag, part in _sections(content) if tag == _MESSAGES), b""))
    except (OSError, struct.error, UnicodeDecodeError):
        return {}


def _sections(content: bytes) -> Iterator[tuple[int, bytes]]:
    at = len(_MAGIC)
    while at < len(content):
        tag, length = struct.unpack_from(">BI", content, at)
        at += 5
        yield tag, content[at : at + length]
        at += length


def _texts(messages: bytes) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {}
    forms: list[str] = []
    source, at = "", 0
    while at < len(messages):
        tag = messages[at]
        at += 1
        if tag == _END:
            texts[source] = forms
            source, forms = "", []
            continue
        if tag in _NUMBERS:
            at += 4
            continue
        (length,) = struct.unpack_from(">I", messages, at)
        value = messages[at + 4 : at + 4 + length]
        at += 4 + length
        if tag == _TRANSLATION:
            forms.append(value.decode("utf-16-be"))
        elif tag == _SOURCE:
            source = value.decode("utf-8")
    return texts
