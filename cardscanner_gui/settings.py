"""The user's choices, kept as one small JSON file."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from cardscanner_gui.core.batches import BatchOptions
from cardscanner_gui.core.copies import LANGUAGES, Condition, CopyDefaults
from cardscanner_gui.core.errors import WorldError
from cardscanner_gui.core.leftovers import remove_leftovers
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.patience import DEFAULT_PATIENCE_S, LONGEST_PATIENCE_S
from cardscanner_gui.languages import NAMES

log = logging.getLogger(__name__)


MOST_THREADS = 64
"""Of a model. More than there are cores help nobody."""


class ThemeChoice(StrEnum):
    """Colours of the window; `SYSTEM` follows the desktop."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True)
class Settings:
    """Every choice with its default; change one with `dataclasses.replace`.

    Attributes:
        language: what the program speaks, as `languages.NAMES` has it; empty for the system's.
        defaults: what new copies start as.
        keep_identified: identified cards go to the collection at once, without a question.
        reading_mode: whether a model reads too, where one is installed.
        model: id of that model.
        models: how models use this computer: `threads` (0: one for each core), `pin` each of them
            to a core, `lock_memory` so that they are never swapped out.
        model_offered: id of the model that was offered to be asked where text is unsure.
        patience: seconds that a card may be read before what is known is the answer.
        offline: fetch nothing, ever.
        redis_url: of a Redis that several desks share; empty for none.
        export_folder: where the last export went, empty before the first.
        export_format: name of the last export's format.
        open_folder: where pictures were opened last, empty before the first time.
        live: the choices of live scanning, as `qt.live_settings` reads them.
        backups: a backup is made every day on which the collection was changed.
        backup_folder: where the user's last own backup went, empty before the first.
        values: prices of the collection's cards are asked for on the network.
        values_server: whom they are asked of; empty for TCGdex.
        release_notice: the user wants to be told of new versions.
        release_address: whom to ask for them; empty for the one that this build names, if any.
        searches: saved ones of the collection, by the user's names for them.
        collection_grid: the collection is shown as photos instead of a table.
        activity_figures: the Activity page shows times, caches and curves too.
        welcomed: the user has seen what a new one should know.
        watched_folder: the window scans what arrives in this folder; empty for none.
        unknown: what a newer version left in the file, kept when it is saved again.
    """

    theme: ThemeChoice = ThemeChoice.SYSTEM
    language: str = ""
    defaults: CopyDefaults = field(default_factory=CopyDefaults)
    keep_identified: bool = True
    reading_mode: ReadingMode = ReadingMode.FAST
    model: str = "smolvlm-500m"
    models: Mapping[str, Any] = field(default_factory=dict)
    model_offered: str = ""
    patience: float = DEFAULT_PATIENCE_S
    offline: bool = False
    redis_url: str = ""
    export_folder: str = ""
    export_format: str = "plain"
    open_folder: str = ""
    live: Mapping[str, Any] = field(default_factory=dict)
    backups: bool = True
    backup_folder: str = ""
    values: bool = False
    values_server: str = ""
    release_notice: bool = False
    release_address: str = ""
    searches: Mapping[str, str] = field(default_factory=dict)
    collection_grid: bool = False
    activity_figures: bool = False
    welcomed: bool = False
    watched_folder: str = ""
    unknown: Mapping[str, Any] = field(default_factory=dict)

    @property
    def keep_as(self) -> CopyDefaults | None:
        """What identified cards start as; None where they wait for the user's word."""
        return self.defaults if self.keep_identified else None

    def batch_options(self, watched: str = "") -> BatchOptions:
        """What a batch does with its cards; `watched` names the folder that they arrive in."""
        return BatchOptions(self.keep_identified, self.defaults, watched, skip_counted=True)


def load_settings(path: Path) -> Settings:
    """Read the settings; never fails.

    A missing file gives the defaults. A damaged one too: it is renamed to `*.damaged` beside itself
    and a warning is logged. One value that makes no sense gives that value's default and a warning.
    """
    try:
        content = _read_object(path)
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        log.warning("The settings in %s can't be read (%s); using the defaults.", path, error)
        return Settings()
    except (ValueError, TypeError, RecursionError) as error:
        kept = _set_aside(path)
        log.warning(
            "The settings in %s are damaged (%s); using the defaults. The old file is %s.",
            path,
            error,
            kept or "still there",
        )
        return Settings()
    known = _parsed(content, _PARSERS)
    defaults = CopyDefaults(**_parsed(content, _COPY_PARSERS, _COPY_PREFIX))
    return Settings(**known, defaults=defaults, unknown=content)


def save_settings(path: Path, settings: Settings) -> None:
    """Write the settings in one step: a crash leaves the old file or the new one, never half.

    Raises:
        WorldError: the file can't be written.
    """
    content = dict(settings.unknown)
    content |= {name: getattr(settings, name) for name in _PARSERS}
    content |= {_COPY_PREFIX + name: getattr(settings.defaults, name) for name in _COPY_PARSERS}
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    draft: Path | None = None
    remove_leftovers(path.parent, f"{path.name}.*.new")
    try:
        # A name of its own: another thread or program may be saving at this moment.
        descriptor, name = tempfile.mkstemp(".new", f"{path.name}.", path.parent)
        draft = Path(name)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        if draft is not None:
            draft.unlink(missing_ok=True)
        reason = error.strerror or error
        raise WorldError(f"The settings can't be saved to {path} ({reason}).") from error


def _parsed(
    content: dict[str, Any], parsers: Mapping[str, Callable[[Any], Any]], prefix: str = ""
) -> dict[str, Any]:
    """The values of these names, taken out of the file's content; a bad one is left out."""
    known: dict[str, Any] = {}
    for name in parsers:
        key = prefix + name
        if key not in content:
            continue
        value = content.pop(key)
        try:
            known[name] = parsers[name](value)
        except (ValueError, TypeError):
            log.warning("The setting %s can't be %r; using its default.", key, value)
    return known


def _read_object(path: Path) -> dict[str, Any]:
    content = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise TypeError("not a JSON object")
    return content


def _set_aside(path: Path) -> Path | None:
    kept = path.with_name(f"{path.name}.damaged")
    try:
        return path.replace(kept)
    except OSError:
        return None


def _bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("not true or false")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise TypeError("not an object")
    return value


def _model_use(value: Any) -> Mapping[str, Any]:
    use = _object(value)
    threads = use.get("threads", 0)
    if (
        isinstance(threads, bool)
        or not isinstance(threads, int)
        or not 0 <= threads <= MOST_THREADS
    ):
        raise ValueError("not a number of threads")
    for name in ("pin", "lock_memory"):
        _bool(use.get(name, False))
    return use


def _texts(value: Any) -> Mapping[str, str]:
    return {_text(name): _text(text) for name, text in _object(value).items()}


def _language(value: Any) -> str:
    if value not in LANGUAGES:
        raise ValueError("not a language of cards")
    return str(value)


def _speech(value: Any) -> str:
    if value not in ("", *NAMES):
        raise ValueError("not a language that the program speaks")
    return str(value)


def _patience(value: Any) -> float:
    if isinstance(value, bool) or not 0 < float(value) <= LONGEST_PATIENCE_S:
        raise ValueError("not a time to wait")
    return float(value)


_PARSERS: Mapping[str, Callable[[Any], Any]] = {
    "theme": ThemeChoice,
    "language": _speech,
    "keep_identified": _bool,
    "reading_mode": ReadingMode,
    "model": _text,
    "models": _model_use,
    "model_offered": _text,
    "patience": _patience,
    "offline": _bool,
    "redis_url": _text,
    "export_folder": _text,
    "export_format": _text,
    "open_folder": _text,
    "live": _object,
    "backups": _bool,
    "backup_folder": _text,
    "values": _bool,
    "values_server": _text,
    "release_notice": _bool,
    "release_address": _text,
    "searches": _texts,
    "collection_grid": _bool,
    "activity_figures": _bool,
    "welcomed": _bool,
    "watched_folder": _text,
}
_COPY_PREFIX = "default_"
# What a new copy starts as, by the names of `CopyDefaults`; the note belongs to a session.
_COPY_PARSERS: Mapping[str, Callable[[Any], Any]] = {
    "condition": Condition,
    "finish": _text,
    "language": _language,
}
