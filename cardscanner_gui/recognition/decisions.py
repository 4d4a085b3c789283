"""The log of decisions, and the figures that follow from it.

Each decision is one JSON object on one line of the logger `cardscanner.decisions`. The figures are
counted from these very objects, so that they can be computed again from the log:

* `decode`: a picture was opened;
* `route`: what was chosen, and why; for caches also which tiers were asked;
* `model`: a model has read a card;
* `scan`: a picture, or one card of a video, from beginning to end.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.core.model_share import ModelShare
from cardscanner_gui.logs import DECISIONS

_STAGE_READERS = {"find": "finder", "rectify": "finder", "read": "ocr", "match": "catalogue"}


class Journal:
    """Notes decisions: into the log, and into the metrics."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._log = logging.getLogger(DECISIONS)
        self._model: str | None = None

    def decode(self, request_id: str, milliseconds: float) -> None:
        """A picture was opened."""
        self._note("decode", request_id, {"ms": round(milliseconds, 1)})

    def route(
        self,
        request_id: str,
        choice: str,
        reason: str,
        *,
        index: int | None = None,
        kind: str = "",
        asked: Mapping[Any, Any] | None = None,
    ) -> None:
        """A decision on what answers a picture, or a card of it; `kind` and `asked` for caches."""
        line: dict[str, Any] = {"choice": str(choice), "reason": str(reason)}
        if index is not None:
            line["index"] = index
        if asked:
            line["kind"] = kind
            line["asked"] = {str(tier): str(outcome) for tier, outcome in asked.items()}
        self._note("route", request_id, line)

    def model(
        self,
        request_id: str,
        index: int,
        model: str,
        milliseconds: float,
        share: ModelShare | None = None,
        *,
        together: int = 1,
    ) -> None:
        """A model has read a card, one of so many together; `share` is None where it failed."""
        switched = self._model is not None and model != self._model
        self._model = model
        line = {"index": index, "model": model, "ms": round(milliseconds, 1), "switched": switched}
        if together > 1:
            line["together"] = together
        if share is not None:
            line["share"] = {
                "agreed": list(share.agreed),
                "added": list(share.added),
                "contradicted": list(share.contradicted),
                "refused": list(share.refused),
                "settled": share.settled,
            }
        self._note("model", request_id, line)

    def scan(
        self,
        request_id: str,
        status: str,
        mode: str,
        milliseconds: float,
        cards: list[dict[str, Any]],
        stages: Mapping[str, float],
    ) -> None:
        """The end of a scan; each card with `by`, `status` and `stages` in milliseconds.

        `name` and `reason` of a card are for people.
        """
        line = {"status": status, "mode": mode, "ms": round(milliseconds, 2), "cards": cards}
        self._note("scan", request_id, {**line, "stages": dict(stages)})

    def _note(self, what: str, request_id: str, facts: dict[str, Any]) -> None:
        line = {"at": round(time.time(), 3), "what": what, "request": request_id, **facts}
        count(line, self._metrics)
        if self._log.isEnabledFor(logging.INFO):
            self._log.info("%s", json.dumps(line))


def count(line: Mapping[str, Any], metrics: Metrics) -> None:
    """Count one line of the log."""
    what = line["what"]
    if what == "route":
        metrics.count("routing_total", choice=line["choice"], reason=line["reason"])
        for tier, outcome in line.get("asked", {}).items():
            metrics.count("cache_requests_total", tier=tier, kind=line["kind"], outcome=outcome)
    elif what == "decode":
        metrics.observe("stage_ms", line["ms"], stage="decode")
    elif what == "model":
        metrics.observe("stage_ms", line["ms"], stage="model", reader=line["model"])
        _count_share(line, metrics)
    elif what == "scan":
        metrics.count("scans_total", status=line["status"])
        metrics.observe("scan_ms", line["ms"], mode=line["mode"])
        _observe_stages(line["stages"], metrics)
        for card in line["cards"]:
            metrics.count("answers_total", by=card["by"])
            metrics.count("cards_total", status=card["status"])
            _observe_stages(card["stages"], metrics)


def _count_share(line: Mapping[str, Any], metrics: Metrics) -> None:
    """Cards, by what the model had to do with them: one may count under several outcomes."""
    if line["switched"]:
        metrics.count("model_switches_total")
    reader, share = line["model"], line.get("share", {})
    outcomes = ["asked"]
    outcomes += [name for name in ("added", "agreed", "contradicted") if share.get(name)]
    outcomes += ["settled"] if share.get("settled") else []
    for outcome in outcomes:
        metrics.count("model_cards_total", reader=reader, outcome=outcome)
    refused = len(share.get("refused", ()))
    if refused:
        metrics.count("model_cards_total", reader=reader, outcome="refused")
        metrics.count("model_refused_values_total", refused, reader=reader)


def read_decisions(file: Path) -> Iterator[dict[str, Any]]:
    """The decisions in a log and in the older parts of it, oldest first; spoilt lines are skipped.

    A missing file has none.
    """
    older = sorted(file.parent.glob(f"{file.name}.*"), key=lambda path: -_age(path))
    for path in (*older, file):
        try:
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            continue
        for text in lines:
            try:
                line = json.loads(text)
            except ValueError:
                continue
            if isinstance(line, dict) and "what" in line:
                yield line


def _observe_stages(stages: Mapping[str, float], metrics: Metrics) -> None:
    for stage, milliseconds in stages.items():
        reader = _STAGE_READERS.get(stage, "")
        metrics.observe("stage_ms", milliseconds, stage=stage, reader=reader)


def _age(path: Path) -> int:
    """`decisions.jsonl.2` is older than `decisions.jsonl.1`."""
    number = path.suffix.removeprefix(".")
    return int(number) if number.isdigit() else 0
