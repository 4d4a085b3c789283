"""Makes the program that runs by itself: a folder, an archive of it, and on Linux an AppDir.

Run by `build_app.py package` with the environment of `requirements-package.lock`:

make.py                          everything, into dist/
make.py --with-catalogue         with the catalogue of printings in it, fetched now
make.py --with-catalogue FILE    the same from what `cardscanner catalogue update --from` takes
make.py --sizes                  only the table of sizes, of the folder that is there
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import appdir
import sizes

from cardscanner_gui import __version__
from cardscanner_gui.parts import as_text, parts
from cardscanner_gui.resources import resource_dir

ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / "dist"
BUILD = ROOT / "build"
FOLDER = DIST / "cardscanner"
CATALOGUE_VARIABLE = "CARDSCANNER_PACKAGED_CATALOGUE"
"""Tells the recipe where the catalogue lies that goes in."""


def main(arguments: Sequence[str]) -> int:
    """Make what the arguments ask for; a step that fails raises `CalledProcessError`."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--with-catalogue", nargs="?", const="", metavar="FILE")
    parser.add_argument("--sizes", action="store_true", help="build nothing, tell the sizes")
    options = parser.parse_args(arguments)
    if not options.sizes:
        build(options.with_catalogue)
    print(sizes.table(FOLDER))
    if not options.sizes:
        prepares_a_model()
        target = archive()
        print(f"{target.name}: {target.stat().st_size / 1e6:.0f} MB packed")
    return 0


def build(catalogue: str | None) -> None:
    """Make the folder.

    Args:
        catalogue: where the catalogue comes from, empty for its usual sources; None leaves it out.
    """
    environment = dict(os.environ)
    environment.pop(CATALOGUE_VARIABLE, None)
    if catalogue is not None:
        environment[CATALOGUE_VARIABLE] = str(built_catalogue(catalogue))
    recipe, work = ROOT / "packaging" / "cardscanner.spec", BUILD / "pyinstaller"
    options = ["--noconfirm", "--log-level=WARN", f"--distpath={DIST}", f"--workpath={work}"]
    run([sys.executable, "-m", "PyInstaller", *options, recipe], environment)
    if sys.platform == "linux":
        os.link(FOLDER / "cardscanner", FOLDER / "cardscanner-gui")
    text = as_text(parts(resource_dir() / "licences"))
    (FOLDER / "LICENCES.txt").write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "LICENSE", FOLDER / "LICENSE.txt")
    if sys.platform == "linux":
        appdir.make(FOLDER, DIST / "Cardscanner.AppDir", __version__)


def built_catalogue(origin: str) -> Path:
    """The catalogue as the program builds it from `origin`."""
    data = BUILD / "catalogue"
    shutil.rmtree(data, ignore_errors=True)
    given = ["--from", str(Path(origin).absolute())] if origin else []
    command = [sys.executable, "-m", "cardscanner_gui.cli", "--data-dir", data]
    run([*command, "catalogue", "update", *given])
    (catalogue,) = (data / "catalogue").glob("*.sqlite3")
    return catalogue


def prepares_a_model() -> None:
    """What only preparing a model needs is trimmed most, so it is tried with a tiny model.

    One that says that it is the smaller published one, of whose shape it has the width alone.
    """
    from training.tiny_vlm.cards import texts
    from training.tiny_vlm.folder import write_model
    from training.tiny_vlm.shapes import SMOLVLM_256M, TINY
    from training.tiny_vlm.tokenizer import train_tokenizer
    from training.tiny_vlm.weights import random_weights

    with tempfile.TemporaryDirectory(prefix="cardscanner-model-") as name:
        model = Path(name) / "model"
        model.mkdir()
        narrow = {"hidden": SMOLVLM_256M.hidden, "head_dim": SMOLVLM_256M.hidden // TINY.heads}
        shape = replace(TINY, **narrow)
        tokenizer = train_tokenizer(texts(), shape.vocabulary)
        write_model(model, shape, random_weights(shape), tokenizer)
        command = [FOLDER / "cardscanner", "--data-dir", Path(name) / "data", "models"]
        run([*command, "download", "smolvlm-256m", "--from", model, "--newest"], {"HOME": name})
    print("The packaged program prepares a model.")


def archive() -> Path:
    """The folder as one file for other people, everything in it owned by nobody in particular."""
    machine = platform.machine().lower()
    target = DIST / f"cardscanner-{__version__}-{sys.platform}-{machine}.tar.gz"

    def plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        return member

    with tarfile.open(target, "w:gz", compresslevel=9) as tar:
        tar.add(FOLDER, f"cardscanner-{__version__}", filter=plain)
    return target


def run(command: Sequence[object], environment: dict[str, str] | None = None) -> None:
    """Run a step that says for itself what goes wrong."""
    subprocess.run(list(map(str, command)), cwd=ROOT, env=environment, check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
