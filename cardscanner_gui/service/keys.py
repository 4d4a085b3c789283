"""The key that a service's clients must present."""

from __future__ import annotations

import os
from pathlib import Path

from cardscanner_gui.core.errors import WorldError

KEY_VARIABLE = "CARDSCANNER_API_KEY"
_SHORTEST_KEY = 16


def read_key(file: Path | None) -> str | None:
    """The key from the file, else from the environment; None without either.

    Raises:
        WorldError: the file can't be read, or the key is too short.
    """
    if file is None:
        key = os.environ.get(KEY_VARIABLE, "").strip()
    else:
        try:
            key = file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise WorldError(f"The key in {file} can't be read ({error}).") from error
    if not key and file is None:
        return None
    if len(key) < _SHORTEST_KEY or any(c.isspace() for c in key):
        raise WorldError(f"The key must be one word of at least {_SHORTEST_KEY} characters.")
    return key
