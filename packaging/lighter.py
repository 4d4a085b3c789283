"""Makes the libraries in a Linux package lighter, without taking away what the program does.

- Of the system's libraries only those stay that a library in the package asks for: PyInstaller also
  takes what plugins ask for that were left out afterwards. And those don't that every desktop has
  and that must be its own, such as the one that reads its fonts' settings.
- Tables for debuggers go (`strip`), but not from libraries that a wheel's maker has rewritten:
  those may not survive it.
- ICU's data, with which Qt sorts and converts, comes for every language and for the character sets
  of mainframes: 32 MB, of which sorting is kept (`icupkg`).
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

Entry = tuple[str, str, str]
"""A file's place in the package, where it comes from, and what PyInstaller calls its kind."""

Imports = Callable[[str], set[str]]
"""The names of the libraries that a library loads, and they in turn."""

LEAST = 200_000
"""Bytes of a library below which it isn't worth while."""
DESKTOPS_OWN = re.compile(
    r"(libmvec|libstdc\+\+|libgcc_s|libX11|libX11-xcb|libfontconfig|libfreetype|libexpat|libgpg-error"
    r"|libuuid|libz)\.so(\.\d+)*$"
)
"""As those who make AppImages have found: https://github.com/AppImageCommunity/pkg2appimage."""
_REWRITTEN = re.compile(r"\.libs/|^cv2/")
_ICU = re.compile(r"libicudata\.so\.(\d+)$")
_KEPT_OF_ICU = re.compile(
    r"coll/.*|(root|res_index|pool|en|de|fr|ja|zoneinfo64|timezoneTypes|supplementalData"
    r"|numberingSystems|keyTypeData|likelySubtags|metadata)\.res|(cnvalias|uemoji|ulayout)\.icu"
)


def lighter(
    binaries: Iterable[Entry], work: Path, imports: Callable[[str], set[str]]
) -> list[Entry]:
    """The same libraries, some from copies that are lighter, and without those nobody asks for.

    Args:
        binaries: as PyInstaller lists them.
        work: where copies are made.
        imports: tells what a library loads.
    """
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    return [_light(entry, work) for entry in needed(binaries, imports)]


def needed(binaries: Iterable[Entry], imports: Imports) -> list[Entry]:
    """Without the system's libraries that none of the others asks for, or that desktops have."""
    listed = list(binaries)
    asked = {
        name
        for place, source, _ in listed
        if not is_systems(place, source)
        for name in imports(source)
    }
    return [
        (place, source, kind)
        for place, source, kind in listed
        if not is_systems(place, source) or (place in asked and not DESKTOPS_OWN.match(place))
    ]


def is_systems(place: str, source: str) -> bool:
    """Whether a library is this system's own, and neither a wheel's nor Python."""
    return (
        "/" not in place
        and "site-packages" not in Path(source).parts
        and ".so" in place
        and not place.startswith("libpython")
    )


def _light(entry: Entry, work: Path) -> Entry:
    place, source, kind = entry
    if kind == "SYMLINK" or not Path(source).is_file() or Path(source).stat().st_size < LEAST:
        return entry
    copy = work / place
    copy.parent.mkdir(parents=True, exist_ok=True)
    if _ICU.search(place):
        if not trim_icu(Path(source), copy):
            return entry
    elif _REWRITTEN.search(place) or not _strip(Path(source), copy):
        return entry
    return (place, str(copy), kind)


def _strip(source: Path, target: Path) -> bool:
    command = ["strip", "--strip-unneeded", "-o", str(target), str(source)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def trim_icu(source: Path, target: Path) -> bool:
    """Write ICU's data once more with what Qt sorts by; False where the tool is missing.

    Raises:
        CalledProcessError: a tool doesn't understand the library.
    """
    if shutil.which("icupkg") is None:
        print(f"icupkg isn't installed (Debian: icu-devtools), so {source.name} stays whole.")
        return False
    version = _ICU.search(source.name)
    assert version is not None
    source, target = source.absolute(), target.absolute()
    symbol, work = f"icudt{version[1]}_dat", target.parent / "icu"
    shutil.rmtree(work, ignore_errors=True)
    (work / "less").mkdir(parents=True)
    # The tool writes the file's name into each entry, so both bear the name that ICU looks for.
    whole, less = work / f"icudt{version[1]}l.dat", work / "less" / f"icudt{version[1]}l.dat"

    def run(*command: object) -> str:
        words = list(map(str, command))
        return subprocess.run(words, cwd=work, check=True, capture_output=True, text=True).stdout

    run("objcopy", "-O", "binary", "--only-section=.rodata", source, whole)
    names = run("icupkg", "-l", whole).split()
    unused = work / "unused.txt"
    unused.write_text("\n".join(n for n in names if not _KEPT_OF_ICU.fullmatch(n)) + "\n")
    run("icupkg", "-r", unused, whole, less)
    shutil.copy(less, work / symbol)
    renamed = [
        *("--rename-section", ".data=.rodata,alloc,load,readonly,data,contents"),
        *("--set-section-alignment", ".data=16"),
        *("--redefine-sym", f"_binary_{symbol}_start={symbol}"),
        *("--strip-symbol", f"_binary_{symbol}_end", "--strip-symbol", f"_binary_{symbol}_size"),
    ]
    told = run("objdump", "-f", source)
    form, machine = re.search(r"format (\S+)", told), re.search(r"architecture: ([^,\s]+)", told)
    assert form is not None
    assert machine is not None
    run("objcopy", "-I", "binary", "-O", form[1], "-B", machine[1], *renamed, symbol, "i.o")
    run("ld", "-shared", "-soname", source.name, "-z", "noexecstack", "-o", target, "i.o")
    return True
