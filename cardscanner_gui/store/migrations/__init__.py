"""The shape of the database, step by step, one file a step.

A migration that was released is never edited: what it made exists on people's disks. To change the
shape, write the next file and append its function to `MIGRATIONS`.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlite_utils import Database as Connection

from cardscanner_gui.store.migrations.m001_collection import APPLICATION_ID, m001_collection
from cardscanner_gui.store.migrations.m002_sessions import m002_sessions
from cardscanner_gui.store.migrations.m003_recognitions import m003_recognitions
from cardscanner_gui.store.migrations.m004_batches import m004_batches
from cardscanner_gui.store.migrations.m005_metrics import m005_metrics
from cardscanner_gui.store.migrations.m006_last_run import m006_last_run
from cardscanner_gui.store.migrations.m007_games import m007_games
from cardscanner_gui.store.migrations.m008_contents import m008_contents
from cardscanner_gui.store.migrations.m009_finish_sure import m009_finish_sure
from cardscanner_gui.store.migrations.m010_own_facts import m010_own_facts
from cardscanner_gui.store.migrations.m011_stamps_imports_prices import (
    m011_stamps_imports_prices,
)
from cardscanner_gui.store.migrations.m012_looks import m012_looks
from cardscanner_gui.store.migrations.m013_model_share import m013_model_share
from cardscanner_gui.store.migrations.m014_cluster_batches import m014_cluster_batches
from cardscanner_gui.store.migrations.m015_names import m015_names
from cardscanner_gui.store.migrations.m016_language_sure import m016_language_sure

__all__ = ["APPLICATION_ID", "MIGRATIONS", "Migration"]

Migration = Callable[[Connection], None]

MIGRATIONS: tuple[Migration, ...] = (
    m001_collection,
    m002_sessions,
    m003_recognitions,
    m004_batches,
    m005_metrics,
    m006_last_run,
    m007_games,
    m008_contents,
    m009_finish_sure,
    m010_own_facts,
    m011_stamps_imports_prices,
    m012_looks,
    m013_model_share,
    m014_cluster_batches,
    m015_names,
    m016_language_sure,
)
