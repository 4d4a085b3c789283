"""Whether the cards of a file are counted already."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlite_utils import Database as Connection

# What the user rejected or deleted isn't counted: it may be scanned again.
_COUNTED = """
    SELECT DISTINCT scans.content FROM scans LEFT JOIN entries ON entries.id = scans.entry_id
    WHERE scans.content IN (SELECT value FROM json_each(?)) AND (
        scans.decision = 'pending'
        OR (scans.decision = 'accepted' AND entries.id IS NOT NULL AND entries.deleted_at IS NULL)
    )
"""


def counted(connection: Connection, contents: Iterable[str]) -> set[str]:
    """Those of these hashes of files whose cards are in the collection or wait in Review."""
    rows = connection.execute(_COUNTED, [json.dumps(list(contents))]).fetchall()
    return {content for (content,) in rows}
