"""How Pokémon cards are told apart: their terms, and the rule that was measured with them."""

from __future__ import annotations

import re

from cardscanner_gui.catalogue.match.terms.artist import ArtistTerm
from cardscanner_gui.catalogue.match.terms.artwork import ArtworkTerm
from cardscanner_gui.catalogue.match.terms.code import CodeTerm
from cardscanner_gui.catalogue.match.terms.name import NameTerm
from cardscanner_gui.catalogue.match.terms.number import NumberTerm
from cardscanner_gui.catalogue.match.terms.phrases import PhrasesTerm
from cardscanner_gui.catalogue.match.terms.year import YearTerm
from cardscanner_gui.core.catalogue import MatchRow
from cardscanner_gui.core.evidence import Term
from cardscanner_gui.core.rule import Key, Rule
from cardscanner_gui.core.types import ASIA
from cardscanner_gui.games.pokemon.collector_numbers import CODED_NUMBER
from cardscanner_gui.games.pokemon.facts import attacks
from cardscanner_gui.games.pokemon.terms.evolution import EvolutionTerm
from cardscanner_gui.games.pokemon.terms.hp import HpTerm
from cardscanner_gui.games.pokemon.terms.script import ScriptTerm

_CODED = re.compile(CODED_NUMBER)
_SUFFIXES = ("lvx", "vmax", "vstar", "vunion", "break", "star", "gx", "ex", "v")
_READABLE_SUFFIXES = ("vmax", "vstar", "gx", "ex")
_FIRST_MARK_WITH_CODE = "G"
_ORIGINS = frozenset({1995, 1996, 1998})


def _prints_code(row: MatchRow) -> bool:
    """Only cards with a regulation mark print the set's code beside the number."""
    mark: str = row.facts.get("regulation_mark", "")
    return mark >= _FIRST_MARK_WITH_CODE or row.region == ASIA


def _prints_year(row: MatchRow) -> bool:
    """Asian sets are told apart by their own years, which the small print doesn't always give; and
    promos, which have no total, come out over several.
    """
    return row.region != ASIA and any("/" in form for form in row.number_forms)


def terms() -> tuple[Term, ...]:
    """Its kinds of evidence, in the order in which they find candidates and sentences name them."""
    return (
        NumberTerm(_CODED),
        NameTerm(_SUFFIXES, _READABLE_SUFFIXES),
        ScriptTerm(),
        HpTerm(),
        CodeTerm(_prints_code),
        PhrasesTerm("attacks", "attacks", attacks),
        ArtistTerm(),
        YearTerm(_prints_year, _ORIGINS),
        EvolutionTerm(),
        ArtworkTerm(),
    )


RULE = Rule(
    keys=(
        Key({"number": 10.0, "name": 6.0}),
        Key(
            {"number": 10.0, "name": 6.0}, sides=2, outvotes=frozenset({"hp", "attacks", "artist"})
        ),
        Key({"number": 10.0, "name": 1.0}, sides=2),
        # Without a name, two facts of this very card: code and year are the whole set's.
        Key({"number": 10.0, "hp": 3.0, "attacks": 3.0}),
        Key({"number": 10.0, "hp": 3.0, "artist": 3.0}),
        Key({"number": 10.0, "attacks": 3.0, "artist": 3.0}),
        Key({"number": 8.0, "name": 6.0}, sides=1),
        Key({"number": 3.0, "name": 6.0}, sides=2),
        # Without a number: other art of the card agrees in more, and the catalogue may lack it.
        Key({"name": 6.0, "attacks": 3.0, "artist": 3.0}, sides=3),
        Key({"name": 6.0}, sides=4),
        # A picture that this printing bears. Something must be read too: the same picture stands on
        # cards of other languages, whose printings are others. A clear number that isn't this
        # printing's takes the artwork's points away; what only looks like one has no say.
        Key({"artwork": 10.0, "name": 6.0}, outvotes=frozenset({"number"})),
        Key({"artwork": 10.0, "number": 10.0}),
        # Another region's printing by the illustrator of this very picture.
        Key({"artwork": 8.0, "name": 6.0, "hp": 3.0}),
    ),
    sides={"hp": 3.0, "code": 5.0, "attacks": 3.0, "artist": 3.0, "year": 1.5},
    contradictions=("number", "name", "hp", "code", "attacks", "artist", "year", "artwork"),
    contradicts=-2.0,
    # Measured: 4 gave no wrong answer over 520 varied reads and 0 gave three; one more is our
    # safety distance.
    margin=5.0,
    # Other art of the same card in the same set has the same name and HP, and a number that may be
    # a misreading away too.
    near_margin=8.0,
    # Two printings of one name that differ in one digit, as 054/106 and 064/106: two of 4,000
    # drawn readings were wrong where nothing else told them apart.
    nearly={"number": -2.0},
    nearly_margin=15.0,
    unreadable_below=3.0,
    # Number, name and HP.
    well_read=26.0,
)

STRIP_KEYS = (
    # The lowest lines of a card: a number is the whole set's only with its artist, and the set must
    # be told by its code, perhaps one letter of it misread, or by its year.
    Key({"number": 10.0, "artist": 3.0, "code": 1.0}),
    Key({"number": 10.0, "artist": 3.0, "year": 1.5}),
)
