"""What the label of a graded card's case adds to what was read on the card."""

from __future__ import annotations

import re
from dataclasses import replace

from cardscanner_gui.catalogue.match.distance import edits
from cardscanner_gui.catalogue.match.matcher import MAX_CANDIDATES
from cardscanner_gui.core.evidence import ARTWORK, NAME, NUMBER
from cardscanner_gui.core.look import Look
from cardscanner_gui.core.numbers import same_number
from cardscanner_gui.core.text import fold
from cardscanner_gui.core.types import Candidate, Field, Match, Printing, Reading, Status
from cardscanner_gui.recognition.judge import Judge

_NAME_READ = 6.0
_HAS_DIGIT = re.compile(r"\d")
_HASHED = re.compile(r"#\s*([A-Za-z]{0,5}\d{1,3})(?!\d)")
_GRADE = re.compile(r"10|[1-9]")
_LETTERED = re.compile(r"[A-Z]{2,5}\d{2,3}")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_WORD = re.compile(r"[^\s/#.,:()\-–]+")


def named_by_label(
    match: Match, reading: Reading, label: Field, judge: Judge, look: Look | None = None
) -> Match:
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
        look: its picture, where somebody looked at it.
    """
    if match.status is not Status.UNSURE:
        return match
    named = _named_on(label, judge)
    # Of a common name the card's own candidates are only some.
    asked = [*match.candidates, *(judge.candidate(one, reading, look) for one in named)]
    told = {c.printing.id: c.printing for c in asked if c and _told_by_card(c, reading, judge)}
    found = [one for one in told.values() if _on(label.text, one)]
    reason = "name, number and set on the slab's label agree with the card"
    if not found:
        found = [one for one in _alone_of_its_year(named, label.text) if one.id in told]
        reason = "name, number and year on the slab's label agree with the card"
    if len(found) != 1:
        return match
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
    # As many as a match has: what the card says of them all is the same, nothing.
    named = _named_on(label, judge)[:MAX_CANDIDATES]
    if not named:
        return match
    asked = (judge.candidate(one, _as_read(one, label.confidence)) for one in named)
    reason = "only the slab's label could be read"
    return Match(Status.UNSURE, reason, candidates=tuple(one for one in asked if one is not None))


def _as_read(printing: Printing, confidence: float) -> Reading:
    """What the label says of a printing, as if it stood on the card."""
    fields = {NAME: printing.name, NUMBER: printing.number}
    told = {kind: (Field(text, confidence),) for kind, text in fields.items()}
    return Reading("", fields=told)


def _named_on(label: Field, judge: Judge) -> list[Printing]:
    """All printings whose name and number stand on the label."""
    words = [word for word in _WORD.findall(label.text) if not _HAS_DIGIT.search(word)]
    names = [" ".join(words[i : i + n]) for n in (1, 2, 3) for i in range(len(words) - n + 1)]
    return [one for one in judge.called(names) if _on(label.text, one, with_set=False)]


def _alone_of_its_year(named: list[Printing], label: str) -> list[Printing]:
    """The only printing with the label's name and number, if that has letters and the year fits."""
    years = _YEAR.findall(label)
    fitting = [
        one
        for one in named
        if _LETTERED.fullmatch(one.number) and one.released and one.released[:4] in years
    ]
    return fitting if len(named) == 1 else []


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
    name, title = _words(printing.name), _words(printing.set_name)
    return (
        _stand_in(name, words)
        and (not with_set or _stand_in(title, words))
        and any(same_number(read, [printing.number]) for read in _numbers(label))
    )


def _numbers(label: str) -> list[str]:
    """What may be collector numbers: those with a `#`, else all that can't be a grade."""
    hashed = _HASHED.findall(label)
    words = [word for word in _WORD.findall(label) if _HAS_DIGIT.search(word)]
    return hashed or [word for word in words if not _GRADE.fullmatch(word)]


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
