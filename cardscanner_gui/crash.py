"""What is said of an error that nobody caught: a report to copy, with nothing personal in it."""

from __future__ import annotations

import getpass
import platform
import re
import sys
import traceback
from contextlib import suppress
from pathlib import Path

from cardscanner_gui import __version__
from cardscanner_gui.core.addresses import hide_secrets


def crash_report(error: BaseException, places: dict[str, Path] | None = None) -> str:
    """The error with its traceback, versions and system; names of folders and users taken out.

    Args:
        error: what was raised; its traceback is used.
        places: folders of the user's and what to write for each, such as the data folder.
    """
    lines = [
        f"Cardscanner {__version__}, Python {platform.python_version()}",
        f"{platform.system()} {platform.release()}, {platform.machine()}",
        *_library_versions(),
        "",
        "".join(traceback.format_exception(error)).rstrip(),
    ]
    return _impersonal("\n".join(lines), places or {}) + "\n"


def _library_versions() -> list[str]:
    """Of what is loaded; importing more now would be asking for trouble."""
    found = []
    for name in ("PySide6", "onnxruntime", "cv2", "numpy"):
        module = sys.modules.get(name)
        if module is not None:
            found.append(f"{name} {getattr(module, '__version__', '?')}")
    return [", ".join(found)] if found else []


def _impersonal(text: str, places: dict[str, Path]) -> str:
    text = hide_secrets(text)
    folders = {
        **{str(path): f"<{words}>" for words, path in places.items()},
        str(Path(__file__).resolve().parents[1]): "<program>",
        sys.prefix: "<python>",
        sys.base_prefix: "<python>",
    }
    with suppress(RuntimeError):
        folders[str(Path.home())] = "~"
    # The longest first: the data folder lies in the home folder.
    for folder in sorted(folders, key=len, reverse=True):
        if len(folder) > 1:
            text = text.replace(folder, folders[folder])
    # Pictures lie where the user keeps them; which one it was can be told by its ending.
    text = re.sub(r"(?<![\w<>~.])(?:/[^\s/'\":]+){2,}/([^\s/'\":]+)", r"…/\1", text)
    with suppress(Exception):  # no name is known, or it is too short to be told from words
        name = getpass.getuser()
        if len(name) > 3:
            text = re.sub(rf"\b{re.escape(name)}\b", "<user>", text)
    return text
