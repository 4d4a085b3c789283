"""What goes into the packaged program, and what the wheels bring that it never uses.

Used by `cardscanner.spec`. Everything left out here was measured (`docs/performance.md`) and is
missed by none of the steps of `build_app.py smoke`; whoever needs a part takes it off these lists.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, distribution, packages_distributions
from pathlib import Path, PurePosixPath

from cardscanner_gui.parts import licence_files

LEFT_OUT = (
    # Only its models are used, which go in as files.
    "rapidocr",
    # A model's files are fetched by our own code.
    "hf_xet",
    # Debuggers, builders and test tools that libraries reach for where they're installed.
    "tkinter",
    "pip",
    "setuptools",
    "pkg_resources",
    "IPython",
    "pytest",
    "_pytest",
    "hypothesis",
    "mypy",
    "unittest",
    "doctest",
    "pydoc_data",
    "lib2to3",
    # Terminals' and networks' of old.
    "curses",
    "nis",
    "readline",
    # The development's, which share the environment; pillow_heif would bring the GPL's x265.
    "pillow_heif",
    "schemathesis",
    "jsonschema_rs",
    "graphql",
    "werkzeug",
    "grimp",
    # What libraries offer and we don't ask for.
    "matplotlib",
    "scipy",
    "torch",
    "pandas",
    "pyarrow",
    "ray",
    "numpy.f2py",
    "numpy.testing",
    "numpy.distutils",
    "onnx.reference",
    "onnx.backend",
    "onnxruntime.quantization",
    "onnxruntime.tools",
    "onnxruntime.transformers",
    # The windows of terminals, for commands of theirs.
    "typer",
    "rich",
    "pygments",
    "markdown_it",
    "safetensors",
    "PIL._imagingft",
    "PIL.ImageTk",
    "PIL._imagingtk",
    "PIL.ImageQt",
    "PIL._avif",
    "PIL.AvifImagePlugin",
    "pyqtgraph.examples",
    "pyqtgraph.opengl",
    "pyqtgraph.console",
    "pyqtgraph.jupyter",
    "pyqtgraph.canvas",
    "pyqtgraph.flowchart",
    "pyqtgraph.multiprocess",
    "PySide6.QtOpenGL",
    "PySide6.QtOpenGLWidgets",
    "PySide6.QtQml",
    "PySide6.QtQuick",
    "PySide6.QtTest",
    "PySide6.QtPrintSupport",
    "PySide6.QtNetwork",
    "PySide6.QtDBus",
    "PySide6.QtUiTools",
    "PySide6.QtXml",
    "PySide6.QtConcurrent",
)

TRANSFORMERS_MODELS = ("auto", "encoder_decoder", "idefics3", "llama")
"""The models that a SmolVLM's configuration is made of, of some four hundred."""
_TRANSFORMERS_ROOMS = ("generation", "integrations", "models", "utils")
_TRANSFORMERS_NEVER = re.compile(
    r"modeling_(?!auto|rope_utils)|trainer|training_args|pipelines|testing_utils|convert_(?!slow_tok)"
    r"|dummy_(?!mistral|pt_|sentencepiece_and|torchvision)|modular_"
)

_QT_LIBRARIES = re.compile(
    r"Qt6?(Core|DBus|Gui|Svg|Widgets|XcbQpa|Wayland\w*|WlShellIntegration|OpenGL|EglFs\w*)\b"
)
_QT_PLUGINS = re.compile(
    r"platforms/.*(xcb|wayland|offscreen|minimal\.|windows|cocoa)"
    r"|(xcbglintegrations|wayland-[\w-]+|platforminputcontexts|styles)/"
    r"|platformthemes/.*portal"
    r"|(imageformats|iconengines)/.*svg"
    r"|permissions/.*camera"
)
_QT_NEVER = re.compile(r"virtualkeyboard|eglfs|vnc|linuxfb|vkkhr|minimalegl|directfb", re.I)
LANGUAGES = ("de", "fr", "ja")
"""Those of Qt's own words that go in, beside English."""
_OF_THIS_MACHINE = {"INSTALLER", "REQUESTED", "direct_url.json"}
_FONT = re.compile(r"qtawesome/fonts/materialdesignicons6")


def is_wanted(name: str) -> bool:
    """Whether a file goes in, by its place in the package.

    Args:
        name: the path in the package, on any system.
    """
    path = PurePosixPath(name.replace("\\", "/"))
    text = str(path)
    if "PySide6" in path.parts or path.name.startswith(("libQt6", "Qt6")):
        return _is_wanted_of_qt(path)
    if "qtawesome" in path.parts and path.suffix in {".ttf", ".json"}:
        return bool(_FONT.search(text))
    if "onnxruntime" in path.parts and path.name.startswith("libonnxruntime.so"):
        return False  # for programs in C; Python's module holds the whole library once more
    if "onnx" in path.parts and path.suffix in {".proto", ".h", ".cc", ".pyi"}:
        return False
    return not {"test", "tests", "testing"} & set(path.parts[1:])


def _is_wanted_of_qt(path: PurePosixPath) -> bool:
    text = str(path)
    if _QT_NEVER.search(text):
        return False
    if "translations" in path.parts:
        return path.stem in {f"qtbase_{language}" for language in LANGUAGES}
    if "plugins" in path.parts:
        return bool(_QT_PLUGINS.search(text))
    if path.name.startswith(("libQt6", "Qt6")) or ".framework" in text:
        return bool(_QT_LIBRARIES.search(text))
    return "qml" not in path.parts and "resources" not in path.parts


def unused_transformers(folder: Path) -> Iterator[str]:
    """The modules of transformers that preparing a model never imports.

    Args:
        folder: where the library lies.
    """
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        if parts[-1] == "__init__":
            parts = parts[:-1]
        if parts and not _is_used(parts):
            yield ".".join(("transformers", *parts))


def _is_used(parts: tuple[str, ...]) -> bool:
    if _TRANSFORMERS_NEVER.search(parts[-1]):
        return False
    if len(parts) > 1 and parts[0] == "models":
        return parts[1] in TRANSFORMERS_MODELS
    if parts[0] == "generation":
        return parts[-1] in {"generation", "configuration_utils"}
    if parts[0] == "integrations":
        return parts[1:2] in ((), ("heterogeneity",), ("mistral",))
    return len(parts) == 1 or parts[0] in _TRANSFORMERS_ROOMS


def own_modules(package: Path) -> Iterator[str]:
    """Every module of ours: some are found by name only."""
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def distributions(names: Iterable[str]) -> list[Distribution]:
    """The distributions that the modules and files in the package come from.

    Args:
        names: of modules, with dots, and places of files, with slashes.
    """
    tops = {re.split(r"[./\\\\]", name, maxsplit=1)[0] for name in names}
    known = packages_distributions()
    owners = {owner for top in tops for owner in known.get(top, ())}
    return [distribution(owner) for owner in sorted(owners)]


def about(one: Distribution) -> Iterator[tuple[str, str, str]]:
    """What a distribution says of itself, its licences first of all, as PyInstaller lists files."""
    licences = set(licence_files(one))
    for file in one.files or ():
        described = file.parts[0].endswith(".dist-info") and file.name not in _OF_THIS_MACHINE
        source = Path(str(one.locate_file(file)))
        if (described or file in licences) and source.is_file():
            yield str(file), str(source), "DATA"


def copy_system_licences(binaries: Iterable[tuple[str, str]], folder: Path) -> None:
    """Copy the copyright files of the libraries that come from Debian's packages.

    Elsewhere than on Debian and its like, nothing is copied, and a line says so.

    Args:
        binaries: each library's place in the package, and where it came from.
        folder: where the texts go, a file for each of Debian's packages.
    """
    system = sorted({source for _, source in binaries if "site-packages" not in Path(source).parts})
    if shutil.which("dpkg") is None:
        print(f"No licences are known of {len(system)} libraries of this system.")
        return
    folder.mkdir(parents=True, exist_ok=True)
    for source in system:
        # Debian's list may know a library by its place before /lib became /usr/lib.
        for name in (source, str(Path(source).resolve()), source.removeprefix("/usr")):
            found = subprocess.run(
                ["dpkg", "-S", name], capture_output=True, text=True, check=False
            ).stdout
            package = found.partition(":")[0]
            text = Path("/usr/share/doc") / package / "copyright"
            if package and text.is_file():
                shutil.copy(text, folder / f"{package}.txt")
                break


BUNDLE_ID = "app.cardscanner.cardscanner"
CAMERA_TEXT = (
    "Cardscanner looks at the cards that you lay under the camera. Pictures stay on this Mac."
)


def mac_info(version: str) -> dict[str, object]:
    """What a Mac wants to know of the application; without the camera's text it would be killed."""
    return {
        "CFBundleDisplayName": "Cardscanner",
        "CFBundleShortVersionString": version,
        "CFBundleVersion": version,
        "LSApplicationCategoryType": "public.app-category.utilities",
        "LSMinimumSystemVersion": "13.0",
        "NSCameraUsageDescription": CAMERA_TEXT,
        "NSHighResolutionCapable": True,
        "NSRequiresAquaSystemAppearance": False,
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": "Picture",
                "CFBundleTypeRole": "Viewer",
                "LSHandlerRank": "Alternate",
                "LSItemContentTypes": ["public.image", "com.adobe.pdf", "public.folder"],
            }
        ],
    }
