"""What the label of a graded card's case adds to what was read on the card."""

from __future__ import annotations

import re
from dataclasses import replace

from cardscanner_gui.catalogue.match.distance import edits
from cardscanner_gui.core.evidence import ARTWORK, NAME, NUMBER
from cardscanner_gui.core.numbers import same_number
from cardscanner_gui.core.text import fold
from cardscanner_gui.core.types import Candidate, Field, Match, Printing, Reading, Status
from cardscanner_gui.recognition.judge import Judge

_NAME_READ = 6.0
_HAS_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"#[A-Z]{0,4}\d{1,3}(?![\d/])|(?<!\d)\d{1,3}/\d{2,3}(?!\d)")
_LETTERED = re.compile(r"[A-Z]{2,5}\d{2,3}")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_WORD = re.compile(r"[^\s/#.,:()\-–]+")


def named_by_label(match: Match, reading: Reading, label: str, judge: Judge) -> Match:
    """The answer where card and label agree on one printing; the same match where they don't.

    The card itself must speak for it, by its name or its picture, and nothing on it against it. The
    label must say the name, the number and the set in full: labels lie beside other cases too. The
    year will do for the set where the number, such as TG03, is this name's only once: labels say
    less of a subset than the catalogue.

    Args:
        match: what the card itself told.
        reading: what was read on it.
        label: all text of the label.
        judge: says what speaks against a candidate.
    """
    if match.status is not Status.UNSURE:
        return match
    told = [c.printing for c in match.candidates if _told_by_card(c, reading, judge)]
    found, agree = [printing for printing in told if _on(label, printing)], "set"
    if not found:
        found, agree = [printing for printing in told if _only(label, printing, judge)], "year"
    if len(found) != 1:
        return match
    reason = f"name, number and {agree} on the slab's label agree with the card"
    return replace(match, status=Status.IDENTIFIED, printing=found[0], reason=reason)


def offered_by_label(match: Match, label: Field, judge: Judge) -> Match:
    """What the label says, where nothing on the card does: to be confirmed by the user.

    Args:
        match: what the card itself told.
        label: all text of the label.
        judge: finds what the label means.
    """
    if match.printing is not None or any(_speaks(c) for c in match.candidates[:1]):
        return match
    told_by = _named_on(label, judge)
    if not told_by:
        return match
    reason = "only the slab's label could be read"
    return Match(Status.UNSURE, reason, candidates=tuple(told_by))


def _named_on(label: Field, judge: Judge) -> list[Candidate]:
    """All printings whose name and number stand on the label."""
    words = _WORD.findall(label.text)
    names = [" ".join(words[i : i + n]) for n in (1, 2, 3) for i in range(len(words) - n + 1)]
    numbers = [m.group(0).removeprefix("#") for m in _NUMBER.finditer(label.text.upper())]
    fields = {
        NAME: tuple(Field(name, label.confidence) for name in names if not _HAS_DIGIT.search(name)),
        NUMBER: tuple(Field(number, label.confidence) for number in numbers),
    }
    told = judge.match(Reading("", fields=fields))
    return [c for c in told.candidates if _on(label.text, c.printing, with_set=False)]


def _only(label: str, printing: Printing, judge: Judge) -> bool:
    """Whether the label says name and year of a printing, and a number with letters that no other
    printing of this name has.
    """
    if not _LETTERED.fullmatch(printing.number) or not _of_its_year(label, printing):
        return False
    named = _named_on(Field(label, 1.0), judge)
    return [candidate.printing.id for candidate in named] == [printing.id]


def _of_its_year(label: str, printing: Printing) -> bool:
    year = printing.released[:4] if printing.released else ""
    return year in _YEAR.findall(label)


def _told_by_card(candidate: Candidate, reading: Reading, judge: Judge) -> bool:
    if not _speaks(candidate):
        return False
    against = judge.contradictions(candidate)
    return not against or (against == (NUMBER,) and _misread_once(reading, candidate.printing))


def _misread_once(reading: Reading, printing: Printing) -> bool:
    """Whether a number on the card is this printing's but for one character."""
    printed = printing.printed_number.upper()
    read = [field.text.upper().replace(" ", "") for field in reading.of(NUMBER)]
    return "/" in printed and any(edits(text, printed) == 1 for text in read)


def _speaks(candidate: Candidate) -> bool:
    """Whether the card's own name or picture speaks for a printing."""
    evidence = candidate.evidence
    return evidence.get(NAME, 0.0) >= _NAME_READ or evidence.get(ARTWORK, 0.0) > 0


def _on(label: str, printing: Printing, *, with_set: bool = True) -> bool:
    words = [fold(word) for word in _WORD.findall(label)]
    numbers = [word for word in _WORD.findall(label) if any(c.isdigit() for c in word)]
    name, title = _words(printing.name), _words(printing.set_name)
    return (
        _stand_in(name, words)
        and (not with_set or _stand_in(title, words))
        and any(same_number(read, [printing.number]) for read in numbers)
    )


def _words(text: str) -> list[str]:
    return [folded for word in _WORD.findall(text) if (folded := fold(word))]


def _stand_in(wanted: list[str], words: list[str]) -> bool:
    """Whether some words stand one after the other, and no number after them: `Base Set 2`."""
    count = len(wanted)
    for start in range(len(words) - count + 1) if count else ():
        after = words[start + count] if start + count < len(words) else ""
        if words[start : start + count] == wanted and not (len(after) == 1 and after.isdigit()):
            return True
    return False
