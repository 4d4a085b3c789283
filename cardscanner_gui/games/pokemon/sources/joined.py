"""Several sources as one: the first counts, the others fill what it lacks.

International cards pass as they come. Asian ones wait until all sources were read, since a source
may add to the sets of those before it, and since a card's Japanese name may follow from others.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from cardscanner_gui.catalogue.sources.built import BuiltCatalogue
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.catalogue import CardSet, Progress, Source, SourceDescription
from cardscanner_gui.core.errors import CatalogueError
from cardscanner_gui.core.types import ASIA, Printing
from cardscanner_gui.games.pokemon.sources.asian_sets import AsianSets
from cardscanner_gui.games.pokemon.sources.japanese import JapaneseNames

log = logging.getLogger(__name__)

Pair = tuple[CardSet, Printing]


def joined(sources: Sequence[Source]) -> Source:
    """These sources as one; a catalogue that was built before is complete already."""
    if len(sources) == 1 and isinstance(sources[0], BuiltCatalogue):
        return sources[0]
    return JoinedSources(sources)


class JoinedSources:
    """The first source must be readable; what is wrong with another is noted, and it is left out.

    Attributes:
        version: of each that was read.
        skipped: what was left out, with the reason where a whole source was.
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        """At least one, the one that counts most first."""
        self._first, *self._others = sources
        self._read = [self._first]
        self.version = ""
        self.skipped: list[str] = []

    def describe(self) -> SourceDescription:
        """What was read; before that, the first."""
        told = [source.describe() for source in self._read]
        return SourceDescription(
            ", ".join(one.name for one in told),
            ", ".join(one.where for one in told),
            ", ".join(dict.fromkeys(one.licence for one in told)),
            all(one.reduced for one in told),
        )

    def read(self, scratch: Path, progress: Progress, token: CancelToken) -> Iterator[Pair]:
        names, asian = JapaneseNames(), AsianSets()
        first = self._first.read(scratch, progress, token)
        yield from _international(first, names, asian.start, asian.international)
        self._note(self._first)
        for source in self._others:
            try:
                pairs = list(source.read(scratch, progress, token))
            except CatalogueError as error:
                self._leave_out(source, error, progress)
                continue
            yield from _international(pairs, names, asian.add, asian.international)
            self._read.append(source)
            self._note(source)
        self.skipped += asian.left_out
        names.conclude()
        for position, (card_set, printing) in enumerate(asian.pairs()):
            if position % 500 == 0:
                token.check()
                progress("Adding the Asian cards", position / asian.size)
            yield card_set, names.fill(printing)

    def _note(self, source: Source) -> None:
        self.version = ", ".join(part for part in (self.version, source.version) if part)
        self.skipped += source.skipped

    def _leave_out(self, source: Source, error: CatalogueError, progress: Progress) -> None:
        name = source.describe().name
        log.warning("Left out %s: %s", name, error)
        self.skipped.append(f"{name} ({error})")
        progress(f"{error} Going on without {name}", None)


def _international(
    pairs: Iterable[Pair],
    names: JapaneseNames,
    keep: Callable[[CardSet, Sequence[Printing]], None],
    taken: set[str],
) -> Iterator[Pair]:
    """Give what is international; `keep` is handed Asian sets, `taken` gets the others' ids."""
    for _, group in groupby(pairs, key=lambda pair: pair[0].id):
        of_set = list(group)
        card_set, printings = of_set[0][0], [printing for _, printing in of_set]
        for printing in printings:
            names.learn(printing)
        if card_set.region == ASIA:
            keep(card_set, printings)
        else:
            taken.add(card_set.id.casefold())
            yield from ((card_set, printing) for printing in printings)
