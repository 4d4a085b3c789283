"""What the documents tell a reader to type exists, and what they point at is there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

import build_app
from cardscanner_gui.cli import cli

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = ["README.md", "CONTRIBUTING.md"]
ALL_DOCUMENTS = [
    str(path.relative_to(ROOT))
    for path in (*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md")))
]
RUN = "python3 build_app.py run"


def shell_lines(document: str) -> list[str]:
    text = (ROOT / document).read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    lines = [line.split("  #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


README_COMMANDS = [line for line in shell_lines("README.md") if line.startswith(f"{RUN} ")]


def parse(
    command: click.Command, name: str, words: list[str], parent: click.Context | None
) -> None:
    """Parse the words as the command line would, without doing anything."""
    try:
        context = command.make_context(name, words, parent=parent)
    except click.exceptions.Exit:  # --version and --help end here
        return
    if isinstance(command, click.Group):
        name, found, rest = command.resolve_command(
            context, [*context._protected_args, *context.args]
        )
        assert found is not None
        parse(found, name or "", rest, context)


@pytest.mark.parametrize("line", README_COMMANDS)
def test_the_readmes_commands_are_understood(line: str) -> None:
    parse(cli, "cardscanner", shlex.split(line.removeprefix(RUN)), None)


def test_a_command_that_is_wrong_would_be_noticed() -> None:
    with pytest.raises(click.UsageError):
        parse(cli, "cardscanner", ["scan", "--jsno", "x.jpg"], None)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_build_apps_commands_exist(document: str) -> None:
    assert build_app.__doc__ is not None
    known = set(re.findall(r"build_app\.py (\w+)", build_app.__doc__))
    used = set(re.findall(r"build_app\.py (\w+)", "\n".join(shell_lines(document))))

    assert used
    assert used <= known


@pytest.mark.parametrize("document", ALL_DOCUMENTS)
def test_what_the_documents_point_at_is_there(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^):]+)\)", text)

    assert [target for target in targets if not leads_somewhere(ROOT / document, target)] == []


def leads_somewhere(document: Path, target: str) -> bool:
    name, _, anchor = target.partition("#")
    path = document.parent / name if name else document
    if not path.exists() or not anchor:
        return path.exists()
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return anchor in {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in headings}


def test_a_link_to_nothing_would_be_noticed() -> None:
    assert leads_somewhere(ROOT / "README.md", "docs/guide/live.md#sessions")
    assert not leads_somewhere(ROOT / "README.md", "docs/guide/live.md#no-such-part")
    assert not leads_somewhere(ROOT / "README.md", "docs/guide/lives.md")


def test_the_readme_has_the_two_commands() -> None:
    lines = shell_lines("README.md")

    assert RUN in lines
    assert "python3 build_app.py test" in lines
