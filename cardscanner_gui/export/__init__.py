"""Entries as CSV files that other programs read: pure functions and one atomic write."""

from cardscanner_gui.export.formats import formats_of
from cardscanner_gui.export.model import ExportFormat, ExportReport, Preview, Skipped
from cardscanner_gui.export.writer import export_entries, preview_entries, write_entries

__all__ = [
    "ExportFormat",
    "ExportReport",
    "Preview",
    "Skipped",
    "export_entries",
    "formats_of",
    "preview_entries",
    "write_entries",
]
