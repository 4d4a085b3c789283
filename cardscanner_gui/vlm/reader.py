"""A prepared model as a reader of cards: core types in, fields and a reading out."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from pathlib import Path

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.core.types import WHOLE_CARD, CardImage, Field, Printing, Reading, TextLine
from cardscanner_gui.vlm.engine import Engine
from cardscanner_gui.vlm.events import FieldRead, RecordRead
from cardscanner_gui.vlm.layouts import STRIPS, Layout
from cardscanner_gui.vlm.record import ALL_FIELDS, Vocabularies, expected_values
from cardscanner_gui.vlm.tuning import Tuning

WORTH_TELLING = 0.2
"""Values that the model itself gives less than this are not passed on."""


class ModelReader:
    """Reads cards with SmolVLM. Belongs to the thread that makes it.

    Args:
        folder: the model's folder, prepared.
        known: gives the values that the catalogue has; called once, while the model is opened.
        layout: which tiles are made of a card.
        metrics: counts `model_looks_total{outcome=done|known}` and
            `model_pictures_total{outcome=hit|miss}`: was a picture that is read looked at before?

    Raises:
        ModelError: the model isn't prepared, or a file is missing, damaged or doesn't fit.

    Attributes:
        id: the model's id, which becomes the reader of its readings.
    """

    def __init__(
        self,
        folder: Path,
        known: Callable[[], Vocabularies] = Vocabularies,
        layout: Layout = STRIPS,
        tuning: Tuning | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self._engine = Engine(folder, known, tuning)
        self._layout = layout
        self._metrics = metrics or Metrics()
        self.id = self._engine.plan.model

    def warm_up(self) -> None:
        self._engine.warm_up()

    def look(
        self,
        card: CardImage,
        token: CancelToken | None = None,
        fingerprint: Hashable | None = None,
    ) -> None:
        """Compute ahead what depends on the picture only; `read` of the same pixels is quick then.

        Args:
            card: as it will be read.
            token: cancels from any thread, within a few hundredths of a second.
            fingerprint: equal for equal pictures, if the caller knows; `read` needs the same then.

        Raises:
            CancelledError: the token was cancelled.
            ModelError: the model failed.
        """
        computed = self._engine.look(card, self._layout, token, fingerprint)
        self._count("model_looks_total", "done" if computed else "known")

    def _count(self, name: str, outcome: str) -> None:
        self._metrics.count(name, reader=self.id, outcome=outcome)

    def read(
        self,
        card: CardImage,
        expected: Printing | None = None,
        language: str | None = None,
        token: CancelToken | None = None,
        fingerprint: Hashable | None = None,
    ) -> Iterator[tuple[str, Field]]:
        """Fields as they are read, under their names in a reading; empty ones are left out.

        Args:
            card: where tiles are cut from.
            language: in which the expected printing is taken to be.
            token: cancels from any thread.
            expected: the printing it probably is, whose values the model checks in one go.
            fingerprint: as `look` was given it.

        Raises:
            CancelledError: the token was cancelled.
            ModelError: the model failed.
        """
        values = expected_values(expected, language or "en") if expected else None
        events = self._engine.read(
            card,
            ALL_FIELDS,
            self._layout,
            values,
            token,
            fingerprint,
            english=language in (None, "en"),
        )
        for event in events:
            if isinstance(event, RecordRead):
                self._count("model_pictures_total", "hit" if event.reused else "miss")
            if isinstance(event, FieldRead) and event.text and event.confidence > WORTH_TELLING:
                yield event.name, Field(event.text, event.confidence)

    def reading(self, fields: Sequence[tuple[str, Field]]) -> Reading:
        """Fields that were read, as a reading; its lines hold every value as it was written."""
        found = dict(fields)

        def one(name: str) -> tuple[Field, ...]:
            return (found[name],) if name in found else ()

        attacks = found.get("attacks")
        each = attacks.text.split(", ") if attacks else []
        return Reading(
            reader=self.id,
            lines=tuple(TextLine(f.text, f.confidence, WHOLE_CARD) for _, f in fields),
            names=one("name"),
            numbers=one("number"),
            hps=one("hp"),
            set_codes=one("set_code"),
            attacks=tuple(Field(a, attacks.confidence) for a in each) if attacks else (),
            artists=one("artist"),
            years=one("year"),
        )
