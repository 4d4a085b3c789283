#!/usr/bin/env python3
"""Sets the project up and runs it: the only command a fresh clone needs, with Python alone.

python3 build_app.py run                the window
python3 build_app.py run PATH…          the window with these pictures and folders
python3 build_app.py run COMMAND…       the command line: `cardscanner COMMAND…`
python3 build_app.py test [ARGS…]       every check, then pytest with the arguments
python3 build_app.py bench [NAME…]      the benchmarks, or the named ones (--quick: a short run)
python3 build_app.py docs [KIND…]       the documents' pictures: plots, diagram, screenshots
python3 build_app.py package            wheel, source archive and a program that runs by itself
                                        (--with-catalogue [FILE]: with the card catalogue in it)
python3 build_app.py smoke [PATH]       does it work for somebody with an empty home? The checkout,
                                        a packaged program, or a wheel
"""

import sys

if sys.version_info < (3, 11):  # before anything that an older Python would trip over
    sys.exit(
        "Cardscanner needs Python 3.11 or newer; this is Python %d.%d (%s).\n"
        "Install a newer one and run it by its name, such as: python3.12 build_app.py run"
        % (sys.version_info[0], sys.version_info[1], sys.executable)
    )

import ctypes
import hashlib
import importlib.util
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"

COMMANDS = frozenset(
    [
        "backup",
        "batch",
        "catalogue",
        "cluster",
        "export",
        "import",
        "live",
        "models",
        "rescue",
        "restore",
        "scan",
        "serve",
        "stats",
        "values",
        "watch",
    ]
)
"""The command line's; a folder of one of these names is opened as ./NAME."""

# Shared libraries that the wheels expect from the system, and the Debian packages that hold them:
# what `objdump -p` says that Qt's libraries and plugins need, less what the wheels bring.
BASE_LIBRARIES = {"libstdc++.so.6": "libstdc++6", "libz.so.1": "zlib1g"}
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libzstd.so.1": "libzstd1",
}
X11_LIBRARIES = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
WAYLAND_LIBRARIES = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}


def main(arguments: Sequence[str]) -> int:
    commands = {
        "run": run,
        "test": test,
        "bench": bench,
        "docs": docs,
        "package": package,
        "smoke": smoke,
    }
    if not arguments or arguments[0] not in commands:
        print(__doc__, file=sys.stderr)
        return 0 if arguments[:1] in (["-h"], ["--help"]) else 2
    try:
        return commands[arguments[0]](list(arguments[1:]))
    except subprocess.CalledProcessError as error:
        # The command has said on standard error what was wrong.
        say(f"This failed with status {error.returncode}: {' '.join(map(str, error.cmd))}")
        return status_of(error.returncode)
    except subprocess.TimeoutExpired as error:
        say(f"This took longer than {error.timeout:.0f} s: {' '.join(map(str, error.cmd))}")
        return 1
    except KeyboardInterrupt:
        return 130


def run(arguments: list[str]) -> int:
    """The window, or the command line when there is a command. Stays in the user's folder."""
    window = not arguments or is_pictures(arguments)
    need_libraries(BASE_LIBRARIES | window_libraries() if window else BASE_LIBRARIES)
    python = set_up("requirements.lock")
    module = "cardscanner_gui.app" if window else "cardscanner_gui.cli"
    # -P: a `json.py` among the user's own files must not be imported in place of Python's.
    command = [str(python), "-P", "-m", module, *arguments]
    sys.stdout.flush()
    sys.stderr.flush()
    if not WINDOWS:
        os.execv(command[0], command)  # signals and the exit status pass without a word from us
    return subprocess.call(command)


def is_pictures(arguments: Sequence[str]) -> bool:
    """Whether these are pictures or folders to open, and not a command: a command has no path."""
    return arguments[0] not in COMMANDS and all(Path(name).exists() for name in arguments)


def test(arguments: list[str]) -> int:
    """Every check, also after one failed: who fixes wants to see all that is wrong."""
    need_libraries(BASE_LIBRARIES | QT_LIBRARIES)
    python = str(set_up("requirements-dev.lock"))
    checks = {
        "ruff check": [python, "-m", "ruff", "check"],
        "ruff format": [python, "-m", "ruff", "format", "--check"],
        "mypy": [python, "-m", "mypy"],
        "import-linter": [str(scripts(VENV) / "lint-imports")],
        "pytest": [python, "-m", "pytest", *arguments],
    }
    failed = {}
    for name, command in checks.items():
        say(f"== {name}")
        status = subprocess.call(command, cwd=ROOT, env=offscreen_environment())
        if status:
            failed[name] = status_of(status)
    if failed:
        say(f"== failed: {', '.join(failed)}")
    return next(iter(failed.values()), 0)


def bench(arguments: list[str]) -> int:
    """Runs `benchmarks/NAME.py`, one after the other; what follows the names goes to each."""
    names = list(itertools.takewhile(lambda argument: not argument.startswith("-"), arguments))
    options = arguments[len(names) :]
    known = sorted(path.stem for path in (ROOT / "benchmarks").glob("[!_]*.py"))
    unknown = sorted(set(names) - set(known))
    if unknown:
        say(f"No such benchmark: {', '.join(unknown)}. There are: {', '.join(known)}.")
        return 2
    need_libraries(BASE_LIBRARIES | QT_LIBRARIES)
    python = str(set_up("requirements-dev.lock"))
    statuses = []
    for name in names or known:
        say(f"== {name}")
        command = [python, "-m", f"benchmarks.{name}", *options]
        statuses.append(subprocess.call(command, cwd=ROOT, env=offscreen_environment()))
    return next((status_of(status) for status in statuses if status), 0)


def docs(arguments: list[str]) -> int:
    """Draws the documents' pictures anew: all, or those of the kinds that are named."""
    need_libraries(BASE_LIBRARIES | QT_LIBRARIES)
    python = set_up("requirements-dev.lock")
    command = [python, "-m", "docs.make", *arguments]
    return status_of(subprocess.call(command, cwd=ROOT, env=offscreen_environment()))


def package(arguments: list[str]) -> int:
    """Builds wheel, source archive and the program that runs by itself into `dist/`."""
    need_libraries(BASE_LIBRARIES | QT_LIBRARIES)
    python = set_up("requirements-package.lock")
    say("== wheel and source archive")
    call([python, "-m", "hatchling", "build", "-d", "dist"], cwd=ROOT)
    say("== a program that runs by itself")
    call(
        [python, ROOT / "packaging" / "make.py", *arguments], cwd=ROOT, env=offscreen_environment()
    )
    return 0


def smoke(arguments: list[str]) -> int:
    """Takes the steps of `packaging/smoke.py` with the checkout, a packaged program or a wheel."""
    need_libraries(BASE_LIBRARIES | QT_LIBRARIES)
    steps = ROOT / "packaging" / "smoke.py"
    if not arguments:
        call([sys.executable, steps, "--python", set_up("requirements.lock")])
    elif arguments[0].endswith(".whl"):
        smoke_wheel(Path(arguments[0]).absolute(), steps)
    else:
        call([sys.executable, steps, arguments[0]])
    say("It works.")
    return 0


def smoke_wheel(wheel: Path, steps: Path) -> None:
    """Installs the wheel into an environment of its own, far from the checkout."""
    with tempfile.TemporaryDirectory(prefix="cardscanner-smoke-") as name:
        folder = Path(name)
        say(f"== {wheel.name} in a fresh environment")
        call([sys.executable, "-m", "venv", folder / "venv"])
        python = venv_python(folder / "venv")
        pip_install(python, ["--no-deps", "-r", ROOT / "requirements.lock"])
        pip_install(python, ["--no-deps", wheel])
        call([python, ROOT / "packaging" / "smoke_imports.py"], cwd=folder)
        call([sys.executable, steps, "--python", python])


# --- the environment in .venv ---------------------------------------------------------------------


def set_up(lock: str) -> Path:
    """Make `.venv` hold what the lock file pins and this checkout; does nothing when it does.

    Returns:
        The environment's Python.
    """
    python = venv_python(VENV)
    stamp = VENV / f"{lock}.installed"
    wanted = fingerprint(lock)
    if python.exists() and stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    if not works(python):
        make_venv()
    say(f"Installing what {lock} lists into {VENV.name}; the first time takes some minutes …")
    pip_install(python, ["--no-deps", "-r", ROOT / lock])
    # The build tools are in the lock: nothing is fetched that isn't pinned.
    pip_install(python, ["--no-deps", "--no-build-isolation", "-e", ROOT])
    stamp.write_text(wanted, encoding="utf-8")
    return python


def fingerprint(lock: str) -> str:
    """What an installation depends on: a stamp with the same text means that nothing changed."""
    digest = hashlib.sha256()
    for name in (lock, "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    # A checkout that moved must be installed again: its path is written into the environment.
    return f"{digest.hexdigest()} {sys.version_info[:2]} {ROOT}\n"


def make_venv() -> None:
    say(f"Making the environment {VENV.name} …")
    call([sys.executable, "-m", "venv", "--clear", VENV])


def works(python: Path) -> bool:
    """Whether the environment has this Python's version and a pip that starts."""
    script = f"import sys, pip; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    quiet = subprocess.DEVNULL
    return python.exists() and not subprocess.call(
        [python, "-c", script], stdout=quiet, stderr=quiet
    )


def scripts(venv: Path) -> Path:
    return venv / ("Scripts" if WINDOWS else "bin")


def venv_python(venv: Path) -> Path:
    return scripts(venv) / ("python.exe" if WINDOWS else "python")


def pip_install(python: Path, arguments: Iterable[object]) -> None:
    """Where packages come from is the user's own pip configuration."""
    quiet = [] if sys.stderr.isatty() else ["--quiet"]
    options = ["--disable-pip-version-check", "--no-input", *quiet]
    call([python, "-m", "pip", "install", *options, *arguments])


# --- what the system must have --------------------------------------------------------------------


def window_libraries() -> dict[str, str]:
    if os.environ.get("QT_QPA_PLATFORM") in {"offscreen", "minimal"}:
        return QT_LIBRARIES
    wayland = WAYLAND_LIBRARIES if os.environ.get("WAYLAND_DISPLAY") else {}
    return QT_LIBRARIES | X11_LIBRARIES | wayland


def need_libraries(libraries: Mapping[str, str]) -> None:
    """Install the packages of what the system lacks, or say how to."""
    if sys.platform != "linux":
        return
    missing = {name: libraries[name] for name in libraries if not can_load(name)}
    if importlib.util.find_spec("ensurepip") is None and not venv_python(VENV).exists():
        # Debian keeps the part of Python that makes environments in a package of its own.
        missing["ensurepip"] = "python%d.%d-venv" % sys.version_info[:2]
    if missing:
        install_packages(
            sorted(set(missing.values())), f"The system lacks {', '.join(sorted(missing))}."
        )


def can_load(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def install_packages(packages: Sequence[str], why: str) -> None:
    """With apt-get when we may; otherwise end with the one line to run."""
    line = f"apt-get install -y {' '.join(packages)}"
    say(why)
    if shutil.which("apt-get") is None:
        sys.exit(
            "Install what holds that with your system's package manager, then run this again. "
            f"On Debian and Ubuntu it is: {line}"
        )
    if os.geteuid() != 0:
        sys.exit(f"Run this once, then try again: sudo {line}")
    say(f"Running, since you are root: {line}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    call(["apt-get", "update", "-q"], env=quiet)
    call(["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages], env=quiet)


# --- running commands -----------------------------------------------------------------------------


def offscreen_environment() -> dict[str, str]:
    """No screen needed, and the user's own collection out of reach."""
    environment = {k: v for k, v in os.environ.items() if k != "CARDSCANNER_DATA_DIR"}
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    return environment


def call(
    command: Sequence[object],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float | None = None,
) -> None:
    """Run a step; what it prints goes to standard error, which keeps our standard output clean."""
    words = [str(part) for part in command]
    subprocess.run(words, cwd=cwd, env=env, timeout=timeout, check=True, stdout=sys.stderr)


def status_of(returncode: int) -> int:
    """An exit status as shells give it: 128 + n for a process that signal n ended."""
    return returncode if returncode >= 0 else 128 - returncode


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
