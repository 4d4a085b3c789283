"""SQLite: the collection, the scans and their photos, in a file that processes may share."""

from cardscanner_gui.store.collection import Collection
from cardscanner_gui.store.database import Database
from cardscanner_gui.store.scans import ScanLog
from cardscanner_gui.store.sessions import Sessions

__all__ = ["Collection", "Database", "ScanLog", "Sessions"]
