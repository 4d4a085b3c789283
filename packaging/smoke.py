"""Does the program do its job where there is nothing but the program? Standard library only.

python3 packaging/smoke.py FOLDER            a packaged folder, application or AppDir
python3 packaging/smoke.py --python PYTHON   the program installed for this Python

Run through `build_app.py smoke`. Every step is a process of its own with an empty home and with no
variable of the user's: what works here works for a stranger. A drawn card and a catalogue with its
printing come with the project, so nothing is fetched.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WINDOWS = os.name == "nt"
CARD = ROOT / "resources" / "samples" / "sample-1.jpg"
CARD_SIZE = 1000, 1250
CARD_ID, CARD_NAME = "sv02-012", "Sprigatito"
CATALOGUE = ROOT / "packaging" / "smoke_cards"
OLD_COLLECTION = ROOT / "tests" / "store" / "version_0_1.sql"
OLD_NAME = "Sproutle"
LONGEST_S = 120.0


class SmokeError(Exception):
    """A step went wrong: which, and what it said."""


@dataclass(frozen=True)
class Programs:
    """How the command line and the window are started."""

    command_line: tuple[str, ...]
    window: tuple[str, ...]

    @classmethod
    def in_folder(cls, folder: Path) -> Programs:
        """Those of a packaged folder.

        Raises:
            SmokeError: there are none.
        """
        suffix = ".exe" if WINDOWS else ""
        for place in (folder, folder / "usr/lib/cardscanner", folder / "Contents/MacOS"):
            names = [
                place.absolute() / f"{name}{suffix}" for name in ("cardscanner", "cardscanner-gui")
            ]
            if all(name.is_file() for name in names):
                return cls((str(names[0]),), (str(names[1]),))
        raise SmokeError(f"{folder} holds no packaged program (cardscanner and cardscanner-gui).")

    @classmethod
    def of_python(cls, python: Path) -> Programs:
        """Those that are installed for a Python."""
        start = (str(python.absolute()), "-P", "-m")
        return cls((*start, "cardscanner_gui.cli"), (*start, "cardscanner_gui.app"))


@dataclass(frozen=True)
class Stranger:
    """Somebody who has the program, an empty home, and nothing else."""

    programs: Programs
    folder: Path

    @property
    def home(self) -> Path:
        """Their home, in which the program makes its data folder."""
        return self.folder / "home"

    @property
    def data(self) -> Path:
        """The data folder that the program made."""
        return next(self.home.rglob("catalogue")).parent

    def environment(self) -> Mapping[str, str]:
        """What `env -i` leaves, and a screen that every machine has."""
        given = {"HOME": str(self.home), "QT_QPA_PLATFORM": "offscreen"}
        if WINDOWS:  # no process starts without these, and the home isn't told by a variable
            kept = ("SYSTEMROOT", "TEMP", "TMP")
            given |= {name: os.environ[name] for name in kept if name in os.environ}
            given["CARDSCANNER_DATA_DIR"] = str(self.home / "data")
        return given

    def run(self, program: Sequence[str], *arguments: object) -> str:
        """What the program writes on standard output.

        Raises:
            SmokeError: it took too long, or ended with another status than 0.
        """
        command = [*program, *map(str, arguments)]
        try:
            result = subprocess.run(
                command,
                cwd=self.folder,
                env=dict(self.environment()),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=LONGEST_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise SmokeError(str(error)) from error
        if result.returncode:
            said = f"{result.stdout[-2000:]}\n{result.stderr[-4000:]}".strip()
            raise SmokeError(f"status {result.returncode} from {' '.join(command)}\n{said}")
        return result.stdout

    def cli(self, *arguments: object) -> str:
        """What a command writes on standard output."""
        return self.run(self.programs.command_line, *arguments)


def starts(stranger: Stranger) -> str:
    """The command line starts and knows its version."""
    return stranger.cli("--version").strip()


def builds_a_catalogue(stranger: Stranger) -> str:
    """A catalogue is made from a folder of card files."""
    said = stranger.cli("catalogue", "update", "--from", CATALOGUE)
    (stranger.data / "settings.json").write_text('{"offline": true}', encoding="utf-8")
    return said.splitlines()[0]


def names_a_drawn_card(stranger: Stranger) -> str:
    """ONNX Runtime, the finder, the reader and the match: a drawn card is named."""
    return _named(stranger.cli("scan", "--offline", "--json", CARD))


def names_it_in_a_document(stranger: Stranger) -> str:
    """The process in which strangers' files are opened works too."""
    document = stranger.folder / "card.pdf"
    document.write_bytes(pdf_with(CARD.read_bytes(), *CARD_SIZE))
    return _named(stranger.cli("scan", "--offline", "--json", document))


def opens_an_old_collection(stranger: Stranger) -> str:
    """A collection of the first version is brought up to date, with a copy of it kept."""
    database = stranger.data / "collection.db"
    with sqlite3.connect(database) as old:
        old.executescript(OLD_COLLECTION.read_text(encoding="utf-8"))
    old.close()
    names = _exported(stranger, "before.csv")
    if OLD_NAME not in names:
        raise SmokeError(f"{OLD_NAME} isn't among what was exported: {names}")
    return f"{len(names)} rows"


def saves_and_exports(stranger: Stranger) -> str:
    """A scanned card reaches the collection and the export, beside what was there."""
    before = _exported(stranger, "before.csv")
    stranger.cli("scan", "--offline", "--add", CARD)
    after = _exported(stranger, "after.csv")
    if sorted(after) != sorted([*before, CARD_NAME]):
        raise SmokeError(f"exported {after} after {before}")
    return f"{len(after)} rows"


def opens_the_window(stranger: Stranger) -> str:
    """Qt: the window opens, paints and closes."""
    begun = time.perf_counter()
    said = stranger.run(stranger.programs.window, "--measure-first-paint")
    if "first paint" not in said:
        raise SmokeError(f"the window closed without a word: {said!r}")
    return f"{time.perf_counter() - begun:.1f} s from start to end"


def answers_over_http(stranger: Stranger) -> str:
    """The service starts, says where, shows its page and stops; where it is installed."""
    log = stranger.folder / "service.log"
    command = [*stranger.programs.command_line, "serve", "--offline", "--port", "0"]
    with log.open("wb") as output:
        service = subprocess.Popen(
            command,
            cwd=stranger.folder,
            env=dict(stranger.environment()),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        try:
            address = _address(service, log)
            if address is None:
                return "left out, the service isn't installed"
            with urllib.request.urlopen(address, timeout=LONGEST_S) as page:
                said = page.read().decode()
        finally:
            service.terminate()
            service.wait(LONGEST_S)
    if "names the exact printing" not in said:
        raise SmokeError(f"another page than ours: {said[:500]}")
    return "its page says what it is"


def _address(service: subprocess.Popen[bytes], log: Path) -> str | None:
    """Where the service says that it listens; None where it says that it has to be installed."""
    end = time.monotonic() + LONGEST_S
    while time.monotonic() < end:
        said = log.read_text(encoding="utf-8", errors="replace")
        if found := re.search(r"http://127\.0\.0\.1:\d+", said):
            return found[0]
        if service.poll() is not None:
            if "pip install" in said:
                return None
            raise SmokeError(f"the service ended with status {service.returncode}: {said}")
        time.sleep(0.1)
    raise SmokeError("the service doesn't start")


STEPS = (
    starts,
    builds_a_catalogue,
    names_a_drawn_card,
    names_it_in_a_document,
    opens_an_old_collection,
    saves_and_exports,
    opens_the_window,
    answers_over_http,
)


def smoke(programs: Programs) -> None:
    """Take every step, each on a line.

    Raises:
        SmokeError: a step went wrong; the others aren't taken.
    """
    with tempfile.TemporaryDirectory(prefix="cardscanner-smoke-") as name:
        stranger = Stranger(programs, Path(name))
        stranger.home.mkdir()
        for step in STEPS:
            what = step.__name__.replace("_", " ")
            try:
                found = step(stranger)
            except SmokeError as error:
                raise SmokeError(f"{what}: {error}") from error
            print(f"ok  {what}: {found}", flush=True)


def pdf_with(jpeg: bytes, width: int, height: int) -> bytes:
    """A document of one page with one picture, at 300 dots to the inch."""
    points = [side * 72 / 300 for side in (width, height)]
    box = "{:.2f} {:.2f}".format(*points)
    drawing = "q {:.2f} 0 0 {:.2f} 0 0 cm /Card Do Q".format(*points).encode()
    picture = (
        f"<< /Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /DeviceRGB"
        f" /BitsPerComponent 8 /Filter /DCTDecode /Length {len(jpeg)} >>"
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {box}] /Contents 4 0 R"
        " /Resources << /XObject << /Card 5 0 R >> >> >>".encode(),
        f"<< /Length {len(drawing)} >>\nstream\n".encode() + drawing + b"\nendstream",
        f"{picture}\nstream\n".encode() + jpeg + b"\nendstream",
    ]
    text, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(text))
        text += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    trailer = (
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(text)}\n%%EOF\n"
    )
    return text + (end + trailer).encode()


def _named(line: str) -> str:
    cards = json.loads(line)["cards"]
    named = [(card["status"], (card["card"] or {}).get("id")) for card in cards]
    if named != [("identified", CARD_ID)]:
        raise SmokeError(f"{named} where {CARD_ID} is to be seen")
    return f"{CARD_NAME}, {cards[0]['reason']}"


def _exported(stranger: Stranger, name: str) -> list[str]:
    """The names of the exported copies."""
    target = stranger.folder / name
    target.unlink(missing_ok=True)
    stranger.cli("export", "--format", "plain", "-o", target)
    with target.open(encoding="utf-8-sig", newline="") as file:
        return [row["name"] for row in csv.DictReader(file)]


def main(arguments: Sequence[str]) -> int:
    """Say on standard error what doesn't work; 1 if something doesn't."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("folder", nargs="?", type=Path, help="a packaged program")
    which.add_argument("--python", type=Path, help="where the program is installed")
    options = parser.parse_args(arguments)
    try:
        if options.python is not None:
            programs = Programs.of_python(options.python)
        else:
            programs = Programs.in_folder(options.folder)
        smoke(programs)
    except SmokeError as error:
        print(f"It doesn't work: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
