"""Run by `build_app.py smoke` inside an installed wheel: is everything there that it needs?"""

import importlib
import importlib.metadata
import pkgutil
import re
import sys
from pathlib import Path

import cardscanner_gui
from cardscanner_gui.resources import resource_dir

package = Path(cardscanner_gui.__file__).parent
if "site-packages" not in package.parts:
    sys.exit(f"the checkout was imported, not the wheel: {package}")

ROOT = Path(__file__).resolve().parents[1]


def name_of(requirement: str) -> str:
    """The name of what a line requires, as modules are written."""
    return re.split(r"[^\w-]", requirement, maxsplit=1)[0].lower().replace("-", "_")


def pinned(lock: str) -> set[str]:
    """What a lock file names."""
    return {name_of(line) for line in (ROOT / lock).read_text(encoding="utf-8").splitlines()}


# A module may need what an extra brings, be it by way of others, never what nobody declared.
declared = importlib.metadata.requires("cardscanner") or []
optional = {name_of(line) for line in declared if "extra ==" in line}
optional |= pinned("requirements-package.lock") - pinned("requirements.lock")
for module in pkgutil.walk_packages([str(package)], "cardscanner_gui."):
    try:
        importlib.import_module(module.name)
    except ModuleNotFoundError as error:
        if name_of((error.name or "").split(".")[0]) not in optional:
            raise

if not list(resource_dir().glob("finder/*.onnx")):
    sys.exit(f"the finder's network isn't in the wheel: {resource_dir()}")
