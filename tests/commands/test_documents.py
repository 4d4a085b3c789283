"""What the documents tell a reader to type is typed here, in a folder such as theirs."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cardscanner_gui.cli import cli
from cardscanner_gui.logs import set_up_logging

ROOT = Path(__file__).resolve().parents[2]
NOT_TYPED = {
    "serve": "runs until it is stopped; tests/service does that",
    "watch": "runs until it is stopped; tests/commands/test_batch.py does that",
    "catalogue update": "fetches; tests/catalogue does that from loopback",
    "catalogue pictures": "fetches; tests/commands/test_pictures.py does that from loopback",
    "models download": "fetches; tests/vlm does that from loopback",
    "models prepare": "needs a model; tests/vlm makes some",
    "models bench": "needs a model; tests/commands/test_bench_photos.py makes one",
    "batch pause": "needs a batch that runs; tests/commands/test_batch.py has one",
    "cluster": "starts other processes; tests/cluster does that",
    "values": "fetches; tests/valuing does that from loopback",
    "rescue": "needs a damaged collection; tests/store/test_salvage.py has some",
    "restore": "needs its backup; tests/store/test_backup.py does that",
}
FAILS = {"live --camera 'Desk camera'": "no camera"}
"""What can't work here, and the words that say so in one line."""
PLACES = {"FOLDER": "photos", "FILE": "card.jpg"}


def commands() -> list[str]:
    """Each command of the README and the guide once, in their order, without the program's name."""
    found = []
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = re.findall(r"^python3 build_app\.py run ([^.#\s/].*)$", readme, re.MULTILINE)
    for page in sorted((ROOT / "docs" / "guide").glob("*.md")):
        text = page.read_text(encoding="utf-8")
        lines += re.findall(r"(?:`|^    )cardscanner ([^`\n]+)", text, re.MULTILINE)
    for line in lines:
        words = [PLACES.get(word, word) for word in shlex.split(line.split("  #")[0])]
        if words and words[0] not in ("photos/",) and shlex.join(words) not in found:
            found.append(shlex.join(words))
    return found


def typed() -> list[str]:
    return [line for line in commands() if not any(line.startswith(no) for no in NOT_TYPED)]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, pictures: Path, shared_catalogue: Path) -> Path:
    """A reader's folder: some photos, and a data folder whose catalogue is there."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "photos").mkdir()
    (folder / "inbox").mkdir()
    good = next(pictures.glob("a *.jpg"))
    shutil.copy(good, folder / "card.jpg")
    shutil.copy(next(pictures.glob("b *.jpg")), folder / "photos" / "two.jpg")
    for data in ("data", "other-collection"):
        shutil.copytree(shared_catalogue, folder / data / "catalogue")
    return folder


@pytest.mark.parametrize("line", typed())
def test_it_does_what_the_document_says(
    desk: Path, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = shlex.split(line)
    monkeypatch.chdir(desk)
    monkeypatch.setenv("CARDSCANNER_DATA_DIR", str(desk / "data"))
    if "import" in words:
        run(["export", "--format", "collectr", "-o", "cards.csv"])
    if any("*" in word for word in words):
        shutil.copy(desk / "card.jpg", desk / "photos" / "three.heic")  # what it is counts

    done = run(words)

    if line in FAILS:
        assert done.exit_code == 1
        assert FAILS[line] in done.stderr.lower()
    else:
        assert done.exit_code == 0, done.stderr
    assert done.exception is None or isinstance(done.exception, SystemExit)


def run(words: list[str]) -> Result:
    """In this process: a new one for each would load all libraries anew."""
    try:
        return CliRunner().invoke(cli, words)
    finally:
        set_up_logging(None)


def test_the_documents_have_commands_of_every_kind() -> None:
    firsts = {shlex.split(line)[0] for line in typed()}

    assert {"scan", "batch", "export", "catalogue", "import", "stats", "backup"} <= firsts
    assert all(any(line.startswith(no) for line in commands()) for no in NOT_TYPED)
