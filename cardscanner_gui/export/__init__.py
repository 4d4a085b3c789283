"""Entries as CSV files that other programs read: pure functions and one atomic write."""

from cardscanner_gui.export.formats import formats_of
from cardscanner_gui.export.model import ExportFormat, ExportReport, Skipped
from cardscanner_gui.export.writer import export_entries, write_entries

__all__ = [
    "ExportFormat",
    "ExportReport",
    "Skipped",
    "export_entries",
    "formats_of",
    "write_entries",
]
