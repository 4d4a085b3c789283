"""What the counts and times mean: the figures that the window, the command line and tests show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cardscanner_gui.core.metrics import Distribution, Snapshot

STAGES = ("decode", "cache", "find", "rectify", "verify", "read", "match", "model")
"""In the order in which a card goes through them; others follow by name."""
TIERS = ("l1", "redis", "sqlite")
KINDS = ("exact", "near")
_BEFORE = ("exact", "near")
"""What `answers_total` calls an answer that was known before the card was read."""


@dataclass(frozen=True)
class StepTimes:
    """How long one step takes, in milliseconds.

    Attributes:
        stage: a step of the pipeline; `scan` is a picture from beginning to end.
        reader: who did it, empty where only one can.
        times: how often it was done.
    """

    stage: str
    reader: str = ""
    times: int = 0
    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0

    @classmethod
    def of(cls, stage: str, reader: str, observed: Distribution) -> StepTimes:
        percentiles = (round(observed.percentile(percent), 3) for percent in (50, 95, 99))
        return cls(stage, reader, observed.count, *percentiles)


@dataclass(frozen=True)
class TierHits:
    """How often one cache tier knew the answer.

    Attributes:
        kind: `exact` for the same picture again, `near` for the same card in another picture.
        errors: how often the tier couldn't be asked.
    """

    tier: str
    kind: str
    hits: int = 0
    misses: int = 0
    errors: int = 0

    @property
    def asked(self) -> int:
        return self.hits + self.misses + self.errors

    @property
    def rate(self) -> float:
        """Hits of all that was asked, 0 to 1."""
        return self.hits / self.asked if self.asked else 0.0


@dataclass(frozen=True)
class ModelFigures:
    """Cards by what models had to do with their answers; one card may count under several.

    Attributes:
        asked: read by a model.
        added: with values that nobody had read before.
        agreed: with values that the answer has.
        contradicted: with values that speak against the answer.
        settled: unsure without the model, identified with it.
        refused: with values that are no evidence, since a blank card gets them too.
        looked: pictures that were looked at before they were read, 0 to 1; None without any.
        threads: that the model works with; None where none is open, as for the past.
        pinned: each to a core of its own.
        locked: whether its memory is never swapped out; None where that isn't wanted.
        lock_limit: bytes that the system lets this program lock, where that is what refused it.
    """

    asked: int = 0
    added: int = 0
    agreed: int = 0
    contradicted: int = 0
    settled: int = 0
    refused: int = 0
    looked: float | None = None
    threads: int | None = None
    pinned: bool = False
    locked: bool | None = None
    lock_limit: int | None = None


@dataclass(frozen=True)
class Figures:
    """Everything that is shown of a snapshot.

    Attributes:
        scans: pictures, and presentations of live scanning, by how they ended.
        cards: by status.
        answers: by who gave them: `exact`, `near`, `ocr`, a model's id.
        known_before: answers from a cache, of all answers, 0 to 1; None without any.
        model: what models had to do with the answers.
        cards_a_minute: in the time that scans took; None without any.
        prior_rate: how often the expected card came, 0 to 1; None when none was expected.
        memory_bytes, cpu_percent, queue_length: the last known; None for the past.
    """

    scans: Mapping[str, int] = field(default_factory=dict)
    cards: Mapping[str, int] = field(default_factory=dict)
    answers: Mapping[str, int] = field(default_factory=dict)
    whole: StepTimes = field(default_factory=lambda: StepTimes("scan"))
    steps: tuple[StepTimes, ...] = ()
    tiers: tuple[TierHits, ...] = ()
    known_before: float | None = None
    cards_a_minute: float | None = None
    model: ModelFigures = field(default_factory=ModelFigures)
    model_switches: int = 0
    speculation_adopted: int = 0
    speculation_dropped: int = 0
    speculation_saved_ms: float = 0.0
    prior_rate: float | None = None
    memory_bytes: int | None = None
    cpu_percent: float | None = None
    queue_length: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain values under the same names; times in milliseconds."""
        values = dict(vars(self))
        values["whole"] = vars(self.whole)
        values["model"] = vars(self.model)
        values["steps"] = [vars(step) for step in self.steps]
        values["tiers"] = [{**vars(tier), "rate": round(tier.rate, 4)} for tier in self.tiers]
        for name in ("scans", "cards", "answers"):
            values[name] = dict(values[name])
        return values


def figures_of(snapshot: Snapshot) -> Figures:
    """The figures of everything that was counted in a snapshot."""
    cards = _by(snapshot, "cards_total", "status")
    answers = _by(snapshot, "answers_total", "by")
    whole = snapshot.distribution("scan_ms")
    memory, cpu, queue = (
        _gauge(snapshot, name) for name in ("memory_bytes", "cpu_percent", "queue_length")
    )
    answered = sum(answers.values())
    expected = snapshot.count("prior_total")
    return Figures(
        scans=_by(snapshot, "scans_total", "status"),
        cards=cards,
        answers=answers,
        whole=StepTimes.of("scan", "", whole),
        steps=_steps(snapshot),
        tiers=_tiers(snapshot),
        known_before=_part(sum(answers.get(name, 0) for name in _BEFORE), answered),
        cards_a_minute=round(sum(cards.values()) * 60_000 / whole.total, 1)
        if whole.total
        else None,
        model=_model(snapshot),
        model_switches=snapshot.count("model_switches_total"),
        speculation_adopted=snapshot.count("speculation_total", outcome="adopted"),
        speculation_dropped=snapshot.count("speculation_total", outcome="dropped"),
        speculation_saved_ms=round(snapshot.distribution("speculation_saved_ms").total, 1),
        prior_rate=_part(snapshot.count("prior_total", outcome="hit"), expected),
        memory_bytes=None if memory is None else round(memory),
        cpu_percent=None if cpu is None else round(cpu, 1),
        queue_length=None if queue is None else round(queue),
    )


def _model(snapshot: Snapshot) -> ModelFigures:
    outcomes = ("asked", "added", "agreed", "contradicted", "settled", "refused")
    counts = {name: snapshot.count("model_cards_total", outcome=name) for name in outcomes}
    read = snapshot.count("model_pictures_total")
    looked = _part(snapshot.count("model_pictures_total", outcome="hit"), read)
    threads, pinned, locked, limit = (
        _gauge(snapshot, f"model_{name}")
        for name in ("threads", "pinned", "memory_locked", "lock_limit_bytes")
    )
    return ModelFigures(
        **counts,
        looked=looked,
        threads=round(threads) if threads else None,
        pinned=bool(pinned),
        locked=locked > 0 if locked else None,
        lock_limit=round(limit) if limit else None,
    )


def _by(snapshot: Snapshot, name: str, label: str) -> dict[str, int]:
    counts = {
        value: snapshot.count(name, **{label: value}) for value in snapshot.values_of(name, label)
    }
    return {value: count for value, count in counts.items() if count}


def _steps(snapshot: Snapshot) -> tuple[StepTimes, ...]:
    found: dict[tuple[str, str], Distribution] = {}
    for (name, labels), observed in snapshot.distributions.items():
        if name == "stage_ms":
            label = dict(labels)
            key = (label.get("stage", ""), label.get("reader", ""))
            found[key] = found.get(key, Distribution()).plus(observed)
    order = {stage: place for place, stage in enumerate(STAGES)}
    keys = sorted(found, key=lambda key: (order.get(key[0], len(order)), *key))
    return tuple(StepTimes.of(*key, found[key]) for key in keys)


def _tiers(snapshot: Snapshot) -> tuple[TierHits, ...]:
    name = "cache_requests_total"
    found = []
    for tier in snapshot.values_of(name, "tier"):
        for kind in snapshot.values_of(name, "kind"):
            hits, misses, errors = (
                snapshot.count(name, tier=tier, kind=kind, outcome=outcome)
                for outcome in ("hit", "miss", "error")
            )
            if hits or misses or errors:
                found.append(TierHits(tier, kind, hits, misses, errors))
    order = {word: place for place, word in enumerate((*TIERS, *KINDS))}
    found.sort(key=lambda one: (order.get(one.tier, 9), order.get(one.kind, 9)))
    return tuple(found)


def _gauge(snapshot: Snapshot, name: str) -> float | None:
    return snapshot.gauges.get((name, ()))


def _part(part: int, whole: int) -> float | None:
    return part / whole if whole else None
