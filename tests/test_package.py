"""The recipes of the packaged program: what goes in, and what each system is told of it."""

from __future__ import annotations

import importlib
import io
import os
import plistlib
import re
import shutil
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pypdfium2
import pytest
from PIL import Image

import build_app
from cardscanner_gui.capture.decoder.start import START_ARGUMENT

ROOT = Path(build_app.__file__).parent
RECIPES = ROOT / "packaging"
NAMES = ("contents", "icons", "appdir", "lighter", "sizes", "smoke", "start")
posix = pytest.mark.skipif(sys.platform == "win32", reason="starts a shell's scripts")


@pytest.fixture(scope="module")
def recipes(qapp: object) -> Iterator[types.SimpleNamespace]:
    """The modules of `packaging/`, which lie beside the library of that name.

    Drawing icons begins an application without widgets where there is none, and later tests of the
    window would be left with that.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(RECIPES))
        yield types.SimpleNamespace(**{name: importlib.import_module(name) for name in NAMES})
        for name in NAMES:
            sys.modules.pop(name, None)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("PySide6/Qt/lib/libQt6Widgets.so.6", True),
        ("PySide6/Qt/lib/libQt6Quick.so.6", False),
        ("PySide6/Qt6Gui.dll", True),
        ("PySide6\\Qt6Qml.dll", False),
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6/Qt/plugins/platforms/libqoffscreen.so", True),
        ("PySide6\\plugins\\platforms\\qwindows.dll", True),
        ("PySide6/Qt/plugins/platforms/libqvnc.so", False),
        ("PySide6/Qt/plugins/imageformats/libqsvg.so", True),
        ("PySide6/Qt/plugins/imageformats/libqtiff.so", False),
        ("PySide6/Qt/translations/qtbase_ja.qm", True),
        ("PySide6/Qt/translations/qtbase_ko.qm", False),
        ("PySide6/Qt/translations/assistant_de.qm", False),
        ("PySide6/Qt/qml/QtQuick/libx.so", False),
        ("qtawesome/fonts/materialdesignicons6-webfont-6.9.96.ttf", True),
        ("qtawesome/fonts/phosphor-1.3.0.ttf", False),
        ("onnxruntime/capi/onnxruntime_pybind11_state.so", True),
        ("onnxruntime/capi/libonnxruntime.so.1.32.0", False),
        ("numpy/tests/data.npy", False),
        ("cardscanner_gui/_resources/finder/corners.onnx", True),
    ],
)
def test_what_is_never_used_stays_out(
    recipes: types.SimpleNamespace, name: str, wanted: bool
) -> None:
    assert recipes.contents.is_wanted(name) is wanted


def test_of_transformers_only_what_prepares_a_model_goes_in(
    recipes: types.SimpleNamespace,
) -> None:
    import transformers

    folder = Path(transformers.__file__).parent
    everything = set(recipes.contents.own_modules(folder))
    unused = set(recipes.contents.unused_transformers(folder))

    assert "transformers.models.idefics3.processing_idefics3" in everything - unused
    assert "transformers.models.idefics3.modeling_idefics3" in unused
    assert "transformers.models.bert" in unused
    assert len(everything - unused) < 0.1 * len(everything)


def build_on(system: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> dict[str, Any]:
    """What the recipe asks of PyInstaller on a system: its calls by name, the last of each."""
    import PySide6.QtSvg  # noqa: F401 - before the system is another

    import cardscanner_gui

    calls: dict[str, Any] = {}

    def call(name: str) -> Any:
        def record(*arguments: Any, **options: Any) -> types.SimpleNamespace:
            calls[name] = types.SimpleNamespace(arguments=arguments, **options)
            return types.SimpleNamespace(
                pure=[("cardscanner_gui.app", "", "PYMODULE"), ("click.core", "", "PYMODULE")],
                binaries=[("cv2/cv2.abi3.so", str(Path(cardscanner_gui.__file__)), "BINARY")],
                datas=[("qtawesome/fonts/phosphor-1.3.0.ttf", "", "DATA")],
                scripts=[],
            )

        return record

    bindepend = types.ModuleType("PyInstaller.depend.bindepend")
    bindepend.get_imports = lambda _: set()  # type: ignore[attr-defined]
    hooks = types.ModuleType("PyInstaller.utils.hooks")
    hooks.collect_data_files = lambda package, **_: [(package, package)]  # type: ignore[attr-defined]
    for name in ("PyInstaller", "PyInstaller.utils", "PyInstaller.depend"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    for module in (hooks, bindepend):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(sys, "path", list(sys.path))
    recipe = RECIPES / "cardscanner.spec"
    code = compile(recipe.read_text(encoding="utf-8"), str(recipe), "exec")
    given = {name: call(name) for name in ("Analysis", "PYZ", "EXE", "COLLECT", "BUNDLE")}
    with monkeypatch.context() as patch:
        patch.setattr(sys, "platform", system)
        exec(code, {**given, "SPECPATH": str(RECIPES), "workpath": str(folder)})
    return calls


def test_on_linux_it_is_a_folder_with_licences_and_without_other_fonts(
    recipes: types.SimpleNamespace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls = build_on("linux", monkeypatch, tmp_path)

    datas = {entry[0] for entry in calls["COLLECT"].arguments[-1]}
    assert any(re.fullmatch(r"click-[\d.]+\.dist-info/METADATA", name) for name in datas)
    assert any("opencv" in name and "LICENSE-3RD-PARTY" in name for name in datas)
    assert not any(name.endswith(".ttf") for name in datas)
    assert not any("direct_url" in name for name in datas)  # it names this checkout
    assert "BUNDLE" not in calls
    assert calls["EXE"].name == "cardscanner"


def test_windows_gets_an_icon_of_every_size(
    recipes: types.SimpleNamespace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls = build_on("win32", monkeypatch, tmp_path)

    with Image.open(calls["EXE"].icon) as icon:
        assert icon.format == "ICO"
        assert {(16, 16), (32, 32), (48, 48), (256, 256)} <= icon.info["sizes"]


def test_a_mac_gets_an_application_that_says_why_it_wants_the_camera(
    recipes: types.SimpleNamespace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls = build_on("darwin", monkeypatch, tmp_path)

    bundle = calls["BUNDLE"]
    assert bundle.name == "Cardscanner.app"
    assert "camera" in bundle.info_plist["NSCameraUsageDescription"]
    assert plistlib.loads(plistlib.dumps(bundle.info_plist)) == bundle.info_plist
    with Image.open(bundle.icon) as icon:
        assert icon.format == "ICNS"
    rights = plistlib.loads((RECIPES / "macos" / "entitlements.plist").read_bytes())
    assert rights["com.apple.security.device.camera"] is True
    assert "com.apple.security.app-sandbox" not in rights  # it couldn't read the user's folders


LINUX_TOOLS = ("icupkg", "objcopy", "objdump", "ld", "strip")
linux_tools = pytest.mark.skipif(
    sys.platform != "linux" or not all(map(shutil.which, LINUX_TOOLS)),
    reason="needs icu-devtools and binutils",
)
SORTING = """
import sys
from PySide6.QtCore import QCollator, QLocale
words = sys.argv[1:]
for language in ("de", "fr", "ja", "sv", "tr"):
    print(sorted(words, key=QCollator(QLocale(language)).sortKey), QLocale(language).toUpper("i"))
"""


@linux_tools
def test_qt_sorts_by_the_trimmed_data_as_by_the_whole(
    recipes: types.SimpleNamespace, tmp_path: Path
) -> None:
    import PySide6

    (whole,) = (Path(PySide6.__file__).parent / "Qt" / "lib").glob("libicudata.so.*")
    trimmed = tmp_path / whole.name
    assert recipes.lighter.trim_icu(whole, trimmed)
    assert trimmed.stat().st_size < 0.2 * whole.stat().st_size

    def sorted_with(library: Path) -> str:
        words = ["zebra", "Ärger", "apfel", "Öl", "い", "ア", "漢", "ı"]
        result = subprocess.run(
            [sys.executable, "-c", SORTING, *words],
            env=os.environ | {"LD_PRELOAD": str(library), "PYTHONUTF8": "1"},
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        assert result.stderr == ""  # a library that can't be used is told of here
        return result.stdout

    assert sorted_with(trimmed) == sorted_with(whole)


def test_of_the_systems_libraries_only_those_stay_that_are_asked_for_and_no_desktop_has(
    recipes: types.SimpleNamespace,
) -> None:
    wheels = "/venv/site-packages"
    asks = {
        f"{wheels}/cv2.so": {"libzstd.so.1", "libstdc++.so.6"},
        "/usr/lib/libgtk.so": {"libcairo.so.2"},
    }
    binaries = [
        ("cv2/cv2.so", f"{wheels}/cv2.so", "EXTENSION"),
        ("_miniaudio.abi3.so", f"{wheels}/_miniaudio.abi3.so", "EXTENSION"),
        ("libpython3.11.so.1.0", "/usr/lib/libpython3.11.so.1.0", "BINARY"),
        ("libzstd.so.1", "/usr/lib/libzstd.so.1", "BINARY"),
        ("libstdc++.so.6", "/usr/lib/libstdc++.so.6", "BINARY"),
        ("libgtk.so", "/usr/lib/libgtk.so", "BINARY"),
        ("libcairo.so.2", "/usr/lib/libcairo.so.2", "BINARY"),
    ]

    needed = recipes.lighter.needed(binaries, lambda source: asks.get(source, set()))

    assert [entry[0] for entry in needed] == [entry[0] for entry in binaries[:4]]


@linux_tools
def test_a_library_without_its_tables_still_loads(
    recipes: types.SimpleNamespace, tmp_path: Path
) -> None:
    import xxhash._xxhash

    source = Path(xxhash._xxhash.__file__)
    entry = (f"xxhash/{source.name}", str(source), "EXTENSION")
    rewritten = (f"numpy.libs/{source.name}", str(source), "BINARY")
    light, same = recipes.lighter.lighter([entry, rewritten], tmp_path / "w", lambda _: set())

    assert same == rewritten
    assert Path(light[1]).stat().st_size < source.stat().st_size
    shutil.copy(light[1], tmp_path / source.name)
    program = "import _xxhash; print(_xxhash.xxh64_hexdigest(b'card'))"
    found = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == xxhash.xxh64_hexdigest(b"card")


@pytest.mark.parametrize(
    ("name", "started"),
    [("cardscanner", "command line"), ("cardscanner-gui", "window"), ("decode", "decoder 7")],
)
def test_a_packaged_program_knows_by_its_name_what_it_is(
    recipes: types.SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    name: str,
    started: str,
) -> None:
    seen = []
    monkeypatch.setattr("cardscanner_gui.app.main", lambda: seen.append("window"))
    monkeypatch.setattr("cardscanner_gui.cli.main", lambda: seen.append("command line"))
    decoder = "cardscanner_gui.capture.decoder.child.main"
    monkeypatch.setattr(decoder, lambda memory: seen.append(f"decoder {memory}"))
    decodes = name == "decode"
    program = tmp_path / ("cardscanner" if decodes else name)
    arguments = [START_ARGUMENT, "7"] if decodes else ["card.jpg"]
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setattr(sys, "argv", [str(program), *arguments])

    recipes.start.main()

    assert seen == [started]


def test_the_scripts_have_no_fault_that_shellcheck_knows() -> None:
    if shutil.which("shellcheck") is None:
        pytest.skip("shellcheck isn't installed")
    scripts = [*RECIPES.rglob("*.sh"), ROOT / ".ci" / "run"]
    subprocess.run(["shellcheck", *map(str, scripts)], check=True)


@posix
def test_two_macs_programs_become_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lipo = tmp_path / "bin" / "lipo"
    lipo.parent.mkdir()
    # Code is what begins with CODE and the processors, as far as this lipo knows.
    lipo.write_text(
        "#!/bin/sh\n"
        'if [ "$1" = -archs ]; then read -r first rest <"$2"; [ "$first" = CODE ] || exit 1\n'
        'echo "$rest"; else cat "$2" "$3" >"$5"; fi\n'
    )
    lipo.chmod(0o755)
    for machine, files in {
        "arm64": {"both": "CODE arm64\n", "fat": "CODE x86_64 arm64\n", "text": "a\n", "same": "s"},
        "x86_64": {"both": "CODE x86_64\n", "fat": "CODE x86_64\n", "text": "i\n", "same": "s"},
    }.items():
        folder = tmp_path / f"{machine}.app" / "Contents with space"
        folder.mkdir(parents=True)
        for name, text in files.items():
            (folder / name).write_text(text)
    (tmp_path / "x86_64.app" / "Contents with space" / "only").write_text("CODE x86_64\n")
    monkeypatch.setenv("PATH", str(lipo.parent), prepend=":")

    apps = [str(tmp_path / name) for name in ("arm64.app", "x86_64.app", "made.app")]
    subprocess.run(["sh", str(RECIPES / "macos" / "universal2.sh"), *apps], check=True)

    made = {
        path.name: path.read_text() for path in (tmp_path / "made.app").rglob("*") if path.is_file()
    }
    assert made == {
        "both": "CODE arm64\nCODE x86_64\n",
        "fat": "CODE x86_64 arm64\n",
        "text": "a\n",
        "same": "s",
        "only": "CODE x86_64\n",
    }


# What Inno Setup 6 knows, of what the recipe uses; a word that isn't here is looked up before it is
# added.
INNO_SECTIONS = {
    "Setup": None,
    "Languages": {"Name", "MessagesFile"},
    "CustomMessages": None,
    "Tasks": {"Name", "Description", "GroupDescription", "Flags"},
    "InstallDelete": {"Type", "Name"},
    "Files": {"Source", "DestDir", "Flags"},
    "Icons": {"Name", "Filename", "AppUserModelID", "Tasks"},
    "Registry": {"Root", "Subkey", "ValueType", "ValueName", "ValueData", "Tasks", "Check"},
    "Run": {"Filename", "Description", "Flags"},
    "Code": None,
}


def inno_sections() -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {"": []}
    current = ""
    text = (RECIPES / "windows" / "cardscanner.iss").read_text(encoding="utf-8")
    for line in text.splitlines():
        if match := re.fullmatch(r"\[(\w+)\]", line):
            current = match[1]
            sections[current] = []
        elif line.strip() and (current == "Code" or not line.startswith(";")):
            sections[current].append(line)
    return sections


def test_the_windows_recipe_says_only_what_inno_setup_knows() -> None:
    sections = inno_sections()

    assert set(sections) - {""} == set(INNO_SECTIONS)
    for name, allowed in INNO_SECTIONS.items():
        for line in sections[name] if allowed is not None else []:
            found = re.findall(r"(\w+): (?:\"[^\"]*\"|[^;]+)(?:; |$)", line)
            assert found, line
            assert set(found) <= allowed, line
    for line in sections["Setup"]:
        assert re.match(r"\w+=\S", line), line


def test_the_windows_recipe_names_files_that_will_be_there() -> None:
    sections = inno_sections()
    setup = dict(line.split("=", 1) for line in sections["Setup"])
    folder = RECIPES / "windows"

    licence = folder.joinpath(*setup["LicenseFile"].split("\\")).resolve()
    assert licence == ROOT / "LICENSE"
    assert (
        setup["SetupIconFile"]
        .replace("\\", "/")
        .endswith("build/pyinstaller/cardscanner/cardscanner.ico")
    )
    assert '#define Folder "..\\..\\dist\\cardscanner"' in sections[""]
    programs = set(
        re.findall(
            r"\{app\}\\([\w-]+)\.exe", (RECIPES / "windows" / "cardscanner.iss").read_text("utf-8")
        )
    )
    assert programs == {"cardscanner-gui"}
    assert re.fullmatch(r"\{\{[0-9A-F-]{36}\}", setup["AppId"])
    code = "\n".join(sections["Code"])
    called = re.findall(r"\{code:(\w+)\}|Check: (\w+)", "\n".join(sections["Registry"]))
    assert {one or other for one, other in called} == {"EnvironmentKey", "IsMissingFromPath"}
    for name in ("EnvironmentKey", "IsMissingFromPath"):
        assert f"function {name}(" in code
    assert code.count("begin") == code.count("end;")


@pytest.fixture
def packaged(tmp_path: Path) -> Path:
    """A folder as PyInstaller makes it, with programs that say who they are."""
    folder = tmp_path / "cardscanner"
    (folder / "_internal" / "numpy.libs").mkdir(parents=True)
    (folder / "_internal" / "numpy.libs" / "blas.so").write_bytes(bytes(3_000_000))
    (folder / "_internal" / "small").write_bytes(bytes(1000))
    for name in ("cardscanner", "cardscanner-gui"):
        (folder / name).write_text(f'#!/bin/sh\necho {name} "$@"\n')
        (folder / name).chmod(0o755)
    return folder


@posix
def test_an_appdir_starts_the_window_or_a_command(
    recipes: types.SimpleNamespace, packaged: Path, tmp_path: Path
) -> None:
    target = tmp_path / "Cardscanner.AppDir"
    recipes.appdir.make(packaged, target, "0.1.0")

    def run(*arguments: str) -> str:
        start = [str(target / "AppRun"), *arguments]
        return subprocess.run(start, capture_output=True, text=True, check=True).stdout

    assert run() == "cardscanner-gui\n"
    assert run("a card.jpg") == "cardscanner-gui a card.jpg\n"
    assert run("scan", "a card.jpg") == "cardscanner scan a card.jpg\n"
    assert (target / "cardscanner.desktop").is_file()
    assert (target / ".DirIcon").is_file()
    library = Path("usr/lib/cardscanner/_internal/numpy.libs/blas.so")
    assert (target / library).stat().st_ino == (
        packaged / library.relative_to("usr/lib/cardscanner")
    ).stat().st_ino


def test_what_desktops_are_told_agrees_with_itself(recipes: types.SimpleNamespace) -> None:
    metainfo = ElementTree.parse(RECIPES / "linux" / "cardscanner.metainfo.xml").getroot()
    entry = (RECIPES / "linux" / "cardscanner.desktop").read_text(encoding="utf-8")
    application = (ROOT / "cardscanner_gui/qt/window/application.py").read_text(encoding="utf-8")

    assert metainfo.findtext("id") == recipes.appdir.ID == recipes.contents.BUNDLE_ID
    assert metainfo.findtext("launchable") == f"{recipes.appdir.DESKTOP}.desktop"
    assert metainfo.findtext("project_license") == "MIT"
    assert f'setDesktopFileName("{recipes.appdir.DESKTOP}")' in application
    assert f"\nIcon={recipes.appdir.DESKTOP}\n" in entry


def test_sizes_are_told_by_library(recipes: types.SimpleNamespace, packaged: Path) -> None:
    table = recipes.sizes.table(packaged)

    assert "| NumPy with its libraries | 3.0 |" in table
    assert "| **all** | **3.0** |" in table


@posix
def test_smoke_says_which_step_failed(
    recipes: types.SimpleNamespace, packaged: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (packaged / "cardscanner").write_text(
        "#!/bin/sh\n[ $1 = --version ] || { echo broken >&2; exit 3; }\n"
    )

    status = recipes.smoke.main([str(packaged)])

    said = capsys.readouterr()
    assert status == 1
    assert "ok  starts" in said.out
    assert "builds a catalogue: status 3" in said.err
    assert "broken" in said.err
    assert recipes.smoke.main([str(packaged / "_internal")]) == 1


@posix
def test_smoke_starts_with_an_empty_home_and_nothing_of_ours(
    recipes: types.SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARDSCANNER_DATA_DIR", "/nowhere")
    stranger = recipes.smoke.Stranger(recipes.smoke.Programs(("env",), ()), tmp_path)
    names = {line.partition("=")[0] for line in stranger.run(["/usr/bin/env"]).splitlines()}

    assert names - {"PWD", "SHLVL", "_"} == {"HOME", "QT_QPA_PLATFORM"}


def test_smokes_document_holds_the_picture(recipes: types.SimpleNamespace) -> None:
    smoke = recipes.smoke
    with Image.open(smoke.CARD) as card:
        assert card.size == smoke.CARD_SIZE

    document = pypdfium2.PdfDocument(
        io.BytesIO(smoke.pdf_with(smoke.CARD.read_bytes(), *card.size))
    )
    assert len(document) == 1
    assert document[0].get_size() == (240.0, 300.0)
    assert len(list(document[0].get_objects())) == 1
    document.close()
