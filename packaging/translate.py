"""Brings the translations up to date: `build_app.py translations`.

Reads every text of the source into `translations/cardscanner_*.ts`, where Qt Linguist or an editor
translates them, and has Qt's `lrelease` make of these the small `.qm` files that are shipped. A
translation whose text is gone goes too; a new text is there as unfinished.
"""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from texts import Text, texts

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "translations"
COMPILED = ROOT / "resources" / "translations"
FORMS = {"de": 2, "fr": 2, "ja": 1}
"""How many forms a number of things has in each language, by its code."""


def main() -> int:
    """Update every language; says what is left to translate."""
    found = texts()
    for code in FORMS:
        known = read_ts(ts_file(code))
        write_ts(code, found, known)
        compile_ts(ts_file(code), COMPILED / f"cardscanner_{code}.qm")
        missing = sum(1 for text in found if not complete(known.get(text.source)))
        print(f"{code}: {len(found)} texts, {missing} to translate")
    return 0


def ts_file(code: str) -> Path:
    """Where a language is translated."""
    return SOURCES / f"cardscanner_{code}.ts"


def complete(forms: Sequence[str] | None) -> bool:
    """Whether there is a translation, in every form."""
    return bool(forms) and all(forms or ())


def read_ts(file: Path) -> dict[str, list[str]]:
    """The forms of each text's translation; most have one."""
    known: dict[str, list[str]] = {}
    if file.is_file():
        for message in ElementTree.parse(file).getroot().iter("message"):
            translation = message.find("translation")
            if translation is not None:
                forms = translation.findall("numerusform") or [translation]
                known[message.findtext("source", "")] = [one.text or "" for one in forms]
    return known


def write_ts(code: str, found: Sequence[Text], known: Mapping[str, Sequence[str]]) -> None:
    """Write all texts with what is translated."""
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<!DOCTYPE TS>"]
    lines.append(f'<TS version="2.1" language="{code}" sourcelanguage="en">')
    for context in ("window", "command line", "said"):
        lines += ["<context>", f"    <name>{context}</name>"]
        for text in found:
            if text.context == context:
                lines += _message(code, text, known.get(text.source, ()))
        lines.append("</context>")
    lines.append("</TS>")
    SOURCES.mkdir(exist_ok=True)
    ts_file(code).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _message(code: str, text: Text, forms: Sequence[str]) -> list[str]:
    if text.one:
        forms = [*forms, *[""] * FORMS[code]][: FORMS[code]]
    state = "" if complete(forms) else ' type="unfinished"'
    words = _numerus(forms) if text.one else escape(forms[0] if forms else "")
    numerus = ' numerus="yes"' if text.one else ""
    return [
        f"    <message{numerus}>",
        f'        <location filename="{text.place.partition(":")[0]}"/>',
        f"        <source>{escape(text.source)}</source>",
        *([f"        <extracomment>one: {escape(text.one)}</extracomment>"] if text.one else []),
        f"        <translation{state}>{words}</translation>",
        "    </message>",
    ]


def _numerus(forms: Sequence[str]) -> str:
    return "".join(f"<numerusform>{escape(form)}</numerusform>" for form in forms)


def compile_ts(source: Path, target: Path) -> None:
    """Make the file that is shipped; what isn't translated stays English there."""
    import PySide6

    name = "lrelease.exe" if sys.platform == "win32" else "lrelease"
    tool = Path(PySide6.__file__).parent / name
    target.parent.mkdir(parents=True, exist_ok=True)
    command = [tool, "-silent", "-nounfinished", source, "-qm", target]
    subprocess.run(command, check=True, timeout=120)


if __name__ == "__main__":
    sys.exit(main())
