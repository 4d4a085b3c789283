"""The log of decisions, counted again."""

from __future__ import annotations

from pathlib import Path

from cardscanner_gui.core.metrics import Metrics, Snapshot
from cardscanner_gui.recognition.decisions import count, read_decisions


def figures_from(file: Path) -> Snapshot:
    """All that was counted, from the log alone."""
    metrics = Metrics()
    for line in read_decisions(file):
        count(line, metrics)
    return metrics.snapshot()
