"""What one card shows, and the kinds of evidence that it is judged by."""

from __future__ import annotations

from collections.abc import Callable, Container, Hashable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Protocol, TypeVar, TypeVarTuple

from cardscanner_gui.core.catalogue import LookUps, MatchRow
from cardscanner_gui.core.types import Printing, Reading

_T = TypeVar("_T")
_Ts = TypeVarTuple("_Ts")
_UNKNOWN: Any = object()

NAME = "name"
NUMBER = "number"
ARTWORK = "artwork"


@dataclass(frozen=True, eq=False)
class Artwork:
    """What a card's picture says of printings, by their ids.

    Attributes:
        bearers: all that may bear the picture that this is, as far as fingerprints and catalogue
            know; the most alike first, none when it resembles no picture clearly.
        keys: of the bearers in the catalogue, in the same order.
        known: those of which it is known what they look like.
        unlike: those that it doesn't resemble at all.
        names: what the bearers are called in each region, as `(region, name)`.
        abroad: of other regions than the bearers, those that the catalogue describes as one of
            them: by the same illustrator, with the same facts and as many phrases.
        drawn_by_others: of other regions too, those by other illustrators.
    """

    bearers: tuple[str, ...] = ()
    keys: tuple[int, ...] = ()
    known: Container[str] = frozenset()
    unlike: frozenset[str] = frozenset()
    names: frozenset[tuple[str, str]] = frozenset()
    abroad: frozenset[str] = frozenset()
    drawn_by_others: frozenset[str] = frozenset()

    def is_called_otherwise(self, region: str, names: Iterable[str]) -> bool:
        """Whether a printing is of a bearer's region, and has no name of a bearer there."""
        regions = {one for one, _ in self.names}
        return region in regions and self.names.isdisjoint((region, name) for name in names)


@dataclass(frozen=True, eq=False)
class Observation:
    """What is judged: the text of a card and its picture.

    Terms bring it into the form that they compare, and keep that here: hundreds of printings are
    compared with one observation. Use one from one thread.

    Attributes:
        reading: the text.
        artwork: what the picture says; None where nobody looked, or nothing can be said.
        set_codes: every set code of the catalogue that is searched, upper case.
    """

    reading: Reading
    artwork: Artwork | None = None
    set_codes: frozenset[str] = frozenset()
    _known: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False)

    def with_artwork(self, artwork: Artwork | None) -> Observation:
        """The same with what the picture says; what terms have kept stays."""
        seen = replace(self, artwork=artwork)
        seen._known.update(self._known)
        return seen

    def once(self, compute: Callable[[Observation, *_Ts], _T], *args: *_Ts) -> _T:
        """`compute(self, *args)`, computed only the first time; `args` must be hashable."""
        key = (compute, args)
        known: _T = self._known.get(key, _UNKNOWN)
        if known is _UNKNOWN:
            known = self._known[key] = compute(self, *args)
        return known


class Compared(NamedTuple):
    """Two texts that were held against each other, as people read them; None: there is none."""

    read: str | None
    printed: str | None


class Term(Protocol):
    """One kind of evidence: name, number, artist, artwork …

    It keeps nothing of a card between two calls, so one is enough for all catalogues and threads.

    The scale of points was set by measuring which fields OCR gets wrong, and how: it misreads
    digits at full confidence, drops suffixes such as `ex`, and reads neighbouring text as a name.
    So no single field decides, a contradiction costs about as much as an agreement gives, and a
    field that wasn't read costs nothing.

    Attributes:
        name: under which points are kept and the rule asks for them.
        label: what people call it.
        cheap: quick enough to be compared for every candidate, not only for the likeliest.
    """

    name: str
    label: str
    cheap: bool

    def searches(self, seen: Observation, found: bool) -> bool:
        """Whether it has something to find printings by.

        Args:
            seen: the card.
            found: whether terms before this one have found any.
        """
        return False

    def candidates(self, seen: Observation, catalogue: LookUps) -> Iterable[tuple[int, float]]:
        """Keys of printings worth a look and how much, up to 100; a key may come several times."""
        return ()

    def points(self, seen: Observation, row: MatchRow) -> float | None:
        """How much speaks for this printing, or against it (negative); None says nothing."""

    def compared(self, reading: Reading, printing: Printing) -> Compared:
        """What was read and what is printed, of several hypotheses the one that came closest."""

    def fact(self, reading: Reading, printing: Printing) -> str:
        """How a sentence names this evidence: `HP`, `number 012/193`."""
        return self.label

    def against(self, reading: Reading, printing: Printing) -> str:
        """In a sentence of its own, that it speaks against this printing."""
        return f"{self.fact(reading, printing)} speaks against the best match"
