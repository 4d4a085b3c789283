"""Finds the texts that people read in the program's source, for its translations and their test.

The window and the command line wrap theirs: `tr("…")`, `mark("…")`, `Words({…})`, `count(n, "…")`.
Other rooms say theirs in English, and `core.words.said` translates them where they are shown: here
they are found by where they stand, as an error's sentence, a line of progress or one of `SAYING`.
"""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "cardscanner_gui"
WRAPPING = ("qt", "commands", "app.py", "cli.py")
"""What wraps its texts."""

NOT_SPOKEN = ("service", "languages.py", "core/words.py", "store/migrations", "vision")
"""Rooms whose sentences only programs and developers read."""

SAYING = (
    "catalogue/compare.py",
    "catalogue/database.py",
    "catalogue/match",
    "catalogue/pictures",
    "core/evidence.py",
    "core/model_share.py",
    "core/rule.py",
    "games/pokemon/terms",
    "games/pokemon/finishes.py",
    "importing/importer.py",
    "importing/matching.py",
    "importing/table.py",
    "recognition/batches.py",
    "recognition/card_progress.py",
    "recognition/cache/confirmed.py",
    "recognition/decision_words.py",
    "recognition/guard.py",
    "recognition/inference.py",
    "recognition/judge.py",
    "recognition/live/votes.py",
    "recognition/live/scanner.py",
    "recognition/outline_reader.py",
    "recognition/routing.py",
    "recognition/second_opinion.py",
    "recognition/slab.py",
    "capture/health.py",
    "capture/reader.py",
    "capture/limits.py",
    "capture/pdf.py",
    "capture/decoder/pool.py",
    "capture/decoder/process.py",
    "capture/cameras.py",
    "capture/files.py",
    "capture/watched_folder.py",
    "store/collection.py",
    "store/scan_edits.py",
    "store/sessions.py",
    "store/errors.py",
    "store/backup_words.py",
    "store/salvage.py",
    "store/damage.py",
    "store/imports.py",
    "store/search/fields.py",
    "vlm/upkeep.py",
    "vlm/models.py",
    "vlm/prepare.py",
    "vlm/installed.py",
    "export/writer.py",
    "export/line.py",
    "core/card_fields.py",
    "games/pokemon/game.py",
    "games/pokemon/words.py",
)
"""Rooms below whose sentences are shown, besides their errors and their progress."""

_BUILT_IN = {name for name in dir(__builtins__) if name.endswith("Error")} | {
    name for name in (dir(__import__("builtins"))) if name.endswith("Error")
}
_WRAPPERS = {"tr", "mark", "Words", "said", "count"}
_CALLS_WITHOUT = """
    setObjectName setProperty property setStyleSheet substitute setStyle Template QKeySequence
    Stage Thread Lane startswith endswith strftime split find PlaybackDevice compile getattr
    TypeVar findChild findChildren execute executescript beginGroup cast removesuffix removeprefix
    partition setApplicationName setOrganizationName setDesktopFileName Choice option argument
    command group labels take_back version_option select _select read get pop setdefault ModelField
    Path open format_map fetchone pragma exec replace text quantity condition language day price
    seconds _market ImportFormat format Question print
"""
_NO_TEXTS = frozenset(_CALLS_WITHOUT.split())
_NO_NAMES = {"role", "metavar", "name", "type", "encoding", "mode", "kind", "key", "end", "prog"}
_KEYS = {"Del", "Return", "Enter", "PgDown", "PgUp", "Backspace", "Space", "Esc", "Home", "End"}
_NAMES = {
    "Fusion",
    "PNG",
    "CSV",
    "Cardscanner",
    "Redis",
    "Cardmarket",
    "TCGplayer",
    "Lab",
    "Backspace",
}
_SQL = re.compile(
    r"\b(SELECT|INSERT|UPDATE|DELETE|PRAGMA|WHERE|JOIN|BETWEEN|ORDER BY|EXISTS|instr|CAST|IS NOT"
    r"|IN$|IS \?|OR \{)|(!=|=|\}) '?\?|!= '|NOT \(|= 'pending"
)
_NEVER_SHOWN = (
    "SmolVLM",
    "This picture shows",
    "rebuild the",
    "malformed",
    "Could not decode",
    "no such",
    "{} and {}",
)


@dataclass(frozen=True)
class Text:
    """A text of the source.

    Attributes:
        source: the English text, `{name}` where a value stands.
        context: `window`, `command line` or `said`.
        place: `qt/scan/page.py:12`.
        one: the form of one, where `source` is that of many.
    """

    source: str
    context: str
    place: str
    one: str = ""


JOINT = Text(" and ", "window", "core/words.py:1")
"""What joins the parts of a sentence; where it is used is no place of another text."""


def texts() -> list[Text]:
    """Every text once, in the order of the files; a sentence of another room is `said`."""
    found = {JOINT.source: JOINT}
    for path in sorted(PACKAGE.rglob("*.py")):
        for text in _Source(path).texts():
            known = found.get(text.source)
            if known is None or (text.context == "said" and known.context != "said"):
                found[text.source] = text
    return list(found.values())


def unwrapped() -> list[str]:
    """Texts of the window and the command line that nobody could translate, with their places."""
    paths = [one for one in sorted(PACKAGE.rglob("*.py")) if _Source.wraps(one)]
    return [line for path in paths for line in _Source(path).unwrapped()]


class _Source:
    def __init__(self, path: Path) -> None:
        self.name = path.relative_to(PACKAGE).as_posix()
        self.tree = ast.parse(path.read_text(encoding="utf-8"))
        self.parents = {
            child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)
        }

    @staticmethod
    def wraps(path: Path) -> bool:
        return path.relative_to(PACKAGE).parts[0] in WRAPPING

    def texts(self) -> Iterator[Text]:
        if self.name.split("/")[0] in WRAPPING:
            context = "command line" if self.name.startswith(("commands", "cli")) else "window"
            yield from self._wrapped(context)
            yield from self._helps() if context == "command line" else self._enums()
        elif not self.name.startswith(NOT_SPOKEN):
            yield from self._wrapped("said")
            yield from self._said()

    def unwrapped(self) -> Iterator[str]:
        for node in self._strings():
            if _is_text(own_text(node)) and not self._denied(node):
                yield f"{self.name}:{node.lineno}: {own_text(node)!r}"

    def _wrapped(self, context: str) -> Iterator[Text]:
        for node in ast.walk(self.tree):
            if not isinstance(node, ast.Call) or _name(node.func) not in _WRAPPERS - {"said"}:
                continue
            name, place = _name(node.func), f"{self.name}:{node.lineno}"
            if name == "count" and isinstance(node.func, ast.Name) and len(node.args) > 1:
                words = [one.value for one in node.args[1:] if isinstance(one, ast.Constant)]
                if words:
                    many = words[1] if len(words) > 1 else words[0] + "s"
                    yield Text("{n} " + many, context, place, "{n} " + words[0])
            elif name == "Words" and node.args and isinstance(node.args[0], ast.Dict):
                for value in node.args[0].values:
                    if isinstance(value, ast.Constant) and re.search("[A-Za-z]", str(value.value)):
                        yield Text(str(value.value), context, place)
            elif name in ("tr", "mark") and node.args and isinstance(node.args[0], ast.Constant):
                yield Text(str(node.args[0].value), context, place)

    def _enums(self) -> Iterator[Text]:
        """The values of an Enum in the window are words beside a shape, or in a list."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ClassDef) and any("Enum" in _name(b) for b in node.bases):
                for line in node.body:
                    value = line.value if isinstance(line, ast.Assign) else None
                    if isinstance(value, ast.Constant) and _is_text(str(value.value)):
                        yield Text(str(value.value), "window", f"{self.name}:{line.lineno}")

    def _helps(self) -> Iterator[Text]:
        """What `commands.language.speak` translates: docstrings and `help=`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef) and _is_command(node):
                text = ast.get_docstring(node)
                if text:
                    yield Text(text, "command line", f"{self.name}:{node.lineno}")
            elif _is_help(node):
                context = "said" if isinstance(node.value, ast.JoinedStr) else "command line"
                yield Text(template(node.value), context, f"{self.name}:{node.value.lineno}")

    def _said(self) -> Iterator[Text]:
        says = self.name.startswith(SAYING)
        for node in self._strings():
            text = own_text(node)
            own = text.replace("{}", "")
            if not re.search("[A-Za-z]{2,}", own) or _SQL.search(text):
                continue
            if text.startswith(_NEVER_SHOWN):
                continue
            place = f"{self.name}:{node.lineno}"
            if self._is_error(node) or self._is_progress(node):
                yield Text(template(node), "said", place)
            elif self._is_label(node):
                yield Text(text, "said", place)
                yield Text(text + " {value}", "said", place)
            elif says and not self._denied(node, said=True) and _is_sentence(text):
                yield Text(template(node), "said", place)

    def _strings(self) -> Iterator[ast.Constant | ast.JoinedStr]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.JoinedStr) or (
                isinstance(node, ast.Constant) and isinstance(node.value, str)
            ):
                above = self.parents[node]
                if not isinstance(above, ast.Expr) and not any(
                    isinstance(one, ast.JoinedStr) for one in self._up(node)
                ):
                    yield node

    def _up(self, node: ast.AST) -> Iterator[ast.AST]:
        while node in self.parents:
            node = self.parents[node]
            yield node

    def _is_error(self, node: ast.AST) -> bool:
        for above in self._up(node):
            if isinstance(above, ast.Call) and node in above.args:
                name = _name(above.func)
                if name.endswith("Error") or name == "Stopped":
                    return name not in _BUILT_IN
            if isinstance(above, ast.Call | ast.Compare | ast.FunctionDef):
                return False
        return False

    def _is_progress(self, node: ast.AST) -> bool:
        above = self.parents[node]
        return isinstance(above, ast.Call) and _name(above.func) in ("progress", "report", "_step")

    def _is_label(self, node: ast.AST) -> bool:
        above = self.parents[node]
        if isinstance(above, ast.Call) and _name(above.func) == "FieldKind":
            return above.args[:1] == [node]
        if not isinstance(above, ast.Assign) or not isinstance(self.parents[above], ast.ClassDef):
            return False
        return _name(above.targets[0]) == "label"

    def _denied(self, node: ast.AST, *, said: bool = False) -> bool:
        below = node
        for above in self._up(node):
            if isinstance(above, ast.FunctionDef):
                return below in above.decorator_list or below is above.returns
            if self._denies(above, below, said):
                return True
            below = above
        return False

    def _denies(self, above: ast.AST, below: ast.AST, said: bool) -> bool:
        if isinstance(above, ast.Call):
            return below is not above.func and self._call_denies(above, below, said)
        if isinstance(above, ast.keyword):
            of_parser = _name(getattr(self.parents[above], "func", above)) == "add_argument"
            return above.arg in _NO_NAMES or (above.arg == "action" and of_parser)
        if isinstance(above, ast.Subscript):
            return below is above.slice
        if isinstance(above, ast.Dict):
            return below in above.keys
        if isinstance(above, ast.AnnAssign):
            return below is above.annotation
        if isinstance(above, ast.ClassDef):
            return not said and any("Enum" in _name(base) for base in above.bases)
        return isinstance(above, ast.Compare | ast.arg | ast.match_case)

    def _call_denies(self, call: ast.Call, below: ast.AST, said: bool) -> bool:
        name = _name(call.func)
        of_log = isinstance(call.func, ast.Attribute) and _name(call.func.value) in ("log", "re")
        if name in _WRAPPERS or of_log or name in _BUILT_IN:
            return True
        if name in ("get", "pop", "setdefault"):
            return below is call.args[0]
        return name in _NO_TEXTS and not (name == "replace" and said)


def own_text(node: ast.Constant | ast.JoinedStr) -> str:
    """The text of a literal, `{}` where it takes a value in."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    parts = (one.value if isinstance(one, ast.Constant) else "{}" for one in node.values)
    return "".join(map(str, parts))


def template(node: ast.Constant | ast.JoinedStr) -> str:
    """The same with the values' names, each once unless it is the same value."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    parts: list[str] = []
    values: dict[str, str] = {}
    for one in node.values:
        if isinstance(one, ast.Constant):
            parts.append(str(one.value).replace("{", "{{").replace("}", "}}"))
        elif isinstance(one, ast.FormattedValue):
            name, code = _value_name(one.value), ast.unparse(one.value)
            base, number = name, 2
            while values.get(name, code) != code:
                name, number = f"{base}{number}", number + 1
            values[name] = code
            parts.append("{" + name + "}")
    return "".join(parts)


def _is_text(text: str) -> bool:
    """Whether people would read it: several words, or one that begins as a sentence does."""
    bare = text.strip()
    own = bare.replace("{}", "")
    if bare in _KEYS | _NAMES or not re.search("[A-Za-z]{2,}", own) or _SQL.search(bare):
        return False
    if re.match(r"(Ctrl\+|tile \{|color: |scan \{|cardscanner \{|https?://\S+$|%)", bare):
        return False
    if (
        ".md#" in bare
        or bare in ("first paint", "by hand", "{} (cluster)")
        or "%(levelname)" in bare
        or re.search("%[YmdHM]", bare)
    ):
        return False
    if "</" in bare and not re.search(">[^<{]*[A-Za-z]{3}", bare):
        return False
    if " " in bare:
        return not re.fullmatch(r"[\w-]+[;:] ?[#\w]+;?", bare)
    return bool(re.fullmatch(r"\W*&?[A-Z][a-z&’']*[a-z&]+(-[a-z]+)?[….:?!]*", bare))


def _is_sentence(text: str) -> bool:
    return " " in text.strip() or _is_text(text)


def _is_command(node: ast.FunctionDef) -> bool:
    marks = (one.func if isinstance(one, ast.Call) else one for one in node.decorator_list)
    return any(_name(one) in ("command", "group") for one in marks)


def _is_help(node: ast.AST) -> bool:
    helps = isinstance(node, ast.keyword) and node.arg in ("help", "short_help")
    return helps and isinstance(node.value, ast.Constant | ast.JoinedStr)


def _name(node: ast.AST) -> str:
    return getattr(node, "id", "") or getattr(node, "attr", "")


def _value_name(node: ast.expr) -> str:
    bare = re.sub(r"\W+", "_", _name_within(node)).strip("_").lower()
    return bare if bare and not bare[0].isdigit() and not keyword.iskeyword(bare) else "value"


def _name_within(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        inner = node.args[:1] if _name(node.func) in ("len", "str", "round", "join", "max") else []
        return _name_within(inner[0]) if inner else _name_within(node.func)
    for field in ("value", "left", "operand", "body"):
        if not _name(node) and isinstance(getattr(node, field, None), ast.expr):
            return _name_within(getattr(node, field))
    return _name(node)
