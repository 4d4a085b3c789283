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

# A module may need an optional dependency, never one that nobody declared.
declared = importlib.metadata.requires("cardscanner") or []
optional = {re.split(r"[^\w-]", line, maxsplit=1)[0] for line in declared if "extra ==" in line}
for module in pkgutil.walk_packages([str(package)], "cardscanner_gui."):
    try:
        importlib.import_module(module.name)
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in optional:
            raise

if not list(resource_dir().glob("finder/*.onnx")):
    sys.exit(f"the finder's network isn't in the wheel: {resource_dir()}")
