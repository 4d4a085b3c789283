"""A newcomer's path: a fresh clone, README's commands, the first card in the collection, an export.

python3 packaging/newcomer.py            with what the checkout's .venv holds, fetching nothing
python3 packaging/newcomer.py --fresh    installs everything anew, as a newcomer's machine would

Standard library only. The home is empty, the commands are README's own, letter by letter, and what
`build_app.py` does at first it does here. Two things are not as at a newcomer's: without `--fresh`
the packages lie in the clone's environment already, since CI has just installed them; and the
catalogue is made from the few cards in `packaging/smoke_cards`, offline.
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
START = "python3 build_app.py run"
CARD_NAME = "Sprigatito"
LONGEST_S = 1200.0
OPEN_S = 5.0
"""How long the window has to stay open."""


class NewcomerError(Exception):
    """A newcomer would be stuck here."""


class Newcomer:
    """Somebody in a fresh clone, who types what README says."""

    def __init__(self, folder: Path, *, fresh: bool) -> None:
        self.clone = folder / "cardscanner"
        self.home = folder / "home"
        self.home.mkdir()
        self._clone()
        if not fresh:
            self._take_environment()
        self._readme = (self.clone / "README.md").read_text(encoding="utf-8").splitlines()

    def type(self, line: str) -> str:
        """What a line of README's writes on standard output.

        Raises:
            NewcomerError: README doesn't say so, or it ended with another status than 0.
        """
        self._check_readme(line)
        return self.shell(line)

    def shell(self, line: str) -> str:
        """What a line writes on standard output."""
        print(f"$ {line}", flush=True)
        result = subprocess.run(
            line,
            shell=True,
            cwd=self.clone,
            env=dict(self._environment()),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=LONGEST_S,
            check=False,
        )
        if result.returncode:
            said = f"{result.stdout[-2000:]}\n{result.stderr[-4000:]}".strip()
            raise NewcomerError(f"status {result.returncode} from {line}\n{said}")
        return result.stdout

    def open_window(self) -> None:
        """The first command of all. It stays open, so it is ended from outside.

        Raises:
            NewcomerError: it closes by itself, or its data folder isn't there after a while.
        """
        self._check_readme(START)
        print(f"$ {START}", flush=True)
        log = self.clone.parent / "window.log"
        with log.open("wb") as output:
            # `build_app.py` becomes the program, so that ending this one ends the window.
            window = subprocess.Popen(
                START.split(),
                cwd=self.clone,
                env=dict(self._environment()),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            try:
                self._wait_for_window(window)
                time.sleep(OPEN_S)
                if window.poll() is not None:
                    said = log.read_text(encoding="utf-8", errors="replace")
                    raise NewcomerError(f"the window closed (status {window.returncode}): {said}")
            finally:
                window.kill()
                window.wait()

    def _wait_for_window(self, window: subprocess.Popen[bytes]) -> None:
        end = time.monotonic() + LONGEST_S
        while not list(self.home.rglob("collection.db")) and window.poll() is None:
            if time.monotonic() > end:
                raise NewcomerError("the window doesn't open")
            time.sleep(0.2)

    def _check_readme(self, line: str) -> None:
        if line not in self._readme:
            raise NewcomerError(f"README doesn't say: {line}")

    def _clone(self) -> None:
        command = ["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(self.clone)]
        # Who owns the checkout doesn't matter here, and the home with git's settings is empty.
        trust = {
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "safe.directory",
            "GIT_CONFIG_VALUE_0": "*",
        }
        subprocess.run(command, check=True, env={**os.environ, **trust})

    def _take_environment(self) -> None:
        """What is installed in the checkout, but not that it is: `build_app.py` sets up itself."""
        target = self.clone / ".venv"
        shutil.copytree(ROOT / ".venv", target, symlinks=True, copy_function=_link)
        for stamp in target.glob("*.installed"):
            stamp.unlink()

    def _environment(self) -> Mapping[str, str]:
        """An empty home; where packages come from is the machine's own affair."""
        kept = ("PATH", "SYSTEMROOT", "TEMP", "TMP")
        given = {
            name: value
            for name, value in os.environ.items()
            if name in kept or name.startswith("PIP_") or name.lower().endswith("_proxy")
        }
        return {**given, "HOME": str(self.home), "QT_QPA_PLATFORM": "offscreen"}


def walk(newcomer: Newcomer) -> None:
    """From the first command to a file with the first card in it.

    Raises:
        NewcomerError: it doesn't go on.
    """
    # As somebody without a connection has it, who got the catalogue on a stick.
    data = newcomer.home / ".local" / "share" / "cardscanner"
    data.mkdir(parents=True)
    (data / "settings.json").write_text('{"offline": true}', encoding="utf-8")
    newcomer.open_window()
    newcomer.shell(f"{START} catalogue update --from packaging/smoke_cards")
    newcomer.type(f"{START} catalogue info")

    sample = newcomer.clone / "resources" / "samples" / "sample-1.jpg"
    photos = newcomer.clone / "photos"
    photos.mkdir()
    for target in (newcomer.clone / "card.jpg", photos / "first.jpg"):
        shutil.copy(sample, target)
    for line in ("scan card.jpg", "scan --json photos/", "scan photos/ --add"):
        said = newcomer.type(f"{START} {line}")
        if CARD_NAME not in said:
            raise NewcomerError(f"{line} doesn't name {CARD_NAME}: {said}")
    newcomer.type(f"{START} export --format plain -o collection.csv")
    with (newcomer.clone / "collection.csv").open(encoding="utf-8-sig", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    if names != [CARD_NAME]:
        raise NewcomerError(f"the collection should hold {CARD_NAME}, and holds {names}")


def _link(source: str, target: str) -> str:
    """The same file under another name, which pip replaces rather than writes into."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


def main(arguments: Sequence[str]) -> int:
    """Say on standard error where a newcomer would be stuck; 1 then."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--fresh", action="store_true", help="install everything anew")
    options = parser.parse_args(arguments)
    build = ROOT / "build"
    build.mkdir(exist_ok=True)  # on the same disk, so that linking works
    begun = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="newcomer-", dir=build) as name:
            walk(Newcomer(Path(name), fresh=options.fresh))
    except NewcomerError as error:
        print(f"A newcomer is stuck: {error}", file=sys.stderr)
        return 1
    print(f"From the clone to the export in {time.monotonic() - begun:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
