"""The programs whose files are read. A new one is a function and one line at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from cardscanner_gui.core.copies import Condition, Copy, copy_of
from cardscanner_gui.core.errors import ImportFileError
from cardscanner_gui.core.game import Games
from cardscanner_gui.core.text import fold
from cardscanner_gui.core.values import CARDMARKET, TCGPLAYER
from cardscanner_gui.export import cardmarket, plain
from cardscanner_gui.importing.cells import Cells
from cardscanner_gui.importing.model import ImportFormat, Row
from cardscanner_gui.importing.table import TableFile

_LANGUAGES = {number: code for code, number in cardmarket.LANGUAGE_NUMBERS.items()}
_GRADES = {number: grade for grade, number in cardmarket.GRADE_NUMBERS.items()}
_DECKBOX = {"played": Condition.GOOD, "goodlightlyplayed": Condition.EXCELLENT}
_OURS = "Cardscanner"
"""The folder that we write where an entry lies in none."""


def _plain(facts: Mapping[str, type], line: int, cells: Mapping[str, str]) -> Row:
    try:
        entry = plain.entry_of_cells(cells, facts)
    except (ValueError, TypeError, KeyError) as error:
        name, number = cells.get("name", ""), cells.get("printed_number", "")
        doubt = f"it is not as it was exported ({error})"
        return Row(line, name=name, number=number, doubts=(doubt,))
    printing = entry.printing
    return Row(
        line,
        copy_of(entry),
        printing.name,
        printing.printed_number,
        printing.set_name,
        printing.set_code or "",
        printing_id=printing.id,
        finish=entry.finish,
        entry=entry,
        scanned_at=entry.scanned_at,
    )


def _tcgplayer_app(line: int, values: Mapping[str, str]) -> Row:
    cells = Cells(values)
    copy = Copy(
        quantity=cells.quantity("Quantity"),
        condition=cells.condition("Condition"),
        language=cells.language("Language"),
    )
    sku = cells.text("SKU")
    return Row(
        line,
        copy,
        cells.text("Name") or cells.text("Simple Name"),
        cells.text("Card Number"),
        cells.text("Set"),
        cells.text("Set Code"),
        _market(TCGPLAYER, cells.market_id("Product ID")),
        finish=cells.text("Printing"),
        kept={"sku": sku} if sku.isdecimal() else {},
        doubts=tuple(cells.doubts),
    )


def _collectr(line: int, values: Mapping[str, str]) -> Row:
    cells = Cells(values)
    grader, _, grade = cells.text("Grade").partition(" ")
    graded = fold(grader) not in ("", "ungraded")
    folder = cells.text("Portfolio Name")
    copy = Copy(
        quantity=cells.quantity("Quantity"),
        condition=cells.condition("Card Condition"),
        note=cells.text("Notes"),
        folder="" if folder == "Main" else folder,
        grader=grader if graded else "",
        grade=grade.strip() if graded else "",
        **cells.price("Average Cost Paid", "USD"),
    )
    return Row(
        line,
        copy,
        cells.text("Product Name"),
        cells.text("Card Number"),
        cells.text("Set"),
        finish=cells.text("Variance"),
        game=cells.text("Category"),
        scanned_at=cells.seconds("Date Added"),
        doubts=tuple(cells.doubts),
    )


def _dragon_shield(line: int, values: Mapping[str, str]) -> Row:
    cells = Cells(values)
    folder = cells.text("Folder Name")
    copy = Copy(
        quantity=cells.quantity("Quantity"),
        condition=cells.condition("Condition"),
        language=cells.language("Language"),
        folder="" if folder == _OURS else folder,
        purchased_on=cells.day("Date Bought"),
        **cells.price("Price Bought", "USD"),
    )
    return Row(
        line,
        copy,
        cells.text("Card Name"),
        cells.text("Card Number"),
        cells.text("Set Name"),
        cells.text("Set Code"),
        finish=cells.text("Printing"),
        doubts=tuple(cells.doubts),
    )


def _deckbox(line: int, values: Mapping[str, str]) -> Row:
    cells = Cells(values)
    tags = (tag.strip() for tag in cells.text("Tags").split(","))
    marks = [mark for mark in ("Signed", "Altered Art", "Misprint") if cells.text(mark)]
    copy = Copy(
        quantity=cells.quantity("Count"),
        condition=cells.condition("Condition", _DECKBOX),
        language=cells.language("Language"),
        tags=tuple(dict.fromkeys(tag for tag in (*tags, *map(str.lower, marks)) if tag)),
        **cells.price("My Price", "USD"),
    )
    return Row(
        line,
        copy,
        cells.text("Name"),
        cells.text("Card Number"),
        cells.text("Edition"),
        cells.text("Edition Code"),
        finish=cells.text("Printing Note") or cells.text("Foil"),
        doubts=tuple(cells.doubts),
    )


def _tcg_collector(line: int, values: Mapping[str, str]) -> Row:
    cells = Cells(values)
    copy = Copy(
        quantity=cells.quantity("Quantity"),
        condition=cells.condition("Card condition"),
        language=cells.language("Card language"),
        note=cells.text("Note"),
    )
    return Row(
        line,
        copy,
        cells.text("Card name"),
        cells.text("Card number"),
        cells.text("Expansion"),
        finish=cells.text("Card variant"),
        doubts=tuple(cells.doubts),
    )


def _cardmarket(line: int, values: Mapping[str, str]) -> Row:
    cells = Cells(values)
    language, grade = cells.text("idLanguage"), cells.text("condition")
    if language not in _LANGUAGES:
        cells.doubts.append(f"the language “{language}” isn't known")
    if grade not in _GRADES and fold(grade).upper() not in _GRADES.values():
        cells.doubts.append(f"the condition “{grade}” isn't known")
    marks = {"isSigned": "signed", "isAltered": "altered"}
    copy = Copy(
        quantity=cells.quantity("groupCount"),
        condition=_GRADES.get(grade, Condition.NEAR_MINT),
        language=_LANGUAGES.get(language, "en"),
        tags=tuple(tag for column, tag in marks.items() if _is(cells, column)),
    )
    product = cells.market_id("idProduct")
    if product is None:
        cells.doubts.append(f"“{cells.text('idProduct')}” is no product of Cardmarket")
    return Row(
        line,
        copy,
        market_ids=_market(CARDMARKET, product),
        finishes=_cardmarket_finishes(cells),
        doubts=tuple(cells.doubts),
    )


def _cardmarket_finishes(cells: Cells) -> tuple[str, ...]:
    """Only reverse and first edition are said; whether the rest shines, the product says."""
    if _is(cells, "isReverseHolo"):
        return ("reverse",)
    if _is(cells, "isFirstEd"):
        return ("firstEdition", "firstEditionHolo")
    shining, matt = ("holo", "unlimitedHolo"), ("normal", "unlimited")
    return shining if _is(cells, "isFoil") else (*matt, *shining)


def _is(cells: Cells, column: str) -> bool:
    return cells.text(column).casefold() in ("1", "true", "yes", "x")


def _market(name: str, number: int | None) -> Mapping[str, int]:
    return {} if number is None else {name: number}


def import_formats(games: Games) -> Sequence[ImportFormat]:
    """All of them, for cards of these games; what is most particular first."""
    return (
        ImportFormat(
            plain.ID,
            "Cardscanner",
            ("printing_id", "quantity"),
            partial(_plain, plain.facts_of(games)),
        ),
        ImportFormat(
            "cardmarket",
            "Cardmarket stock",
            ("idProduct", "groupCount", "idLanguage", "condition"),
            _cardmarket,
        ),
        ImportFormat(
            "collectr",
            "Collectr",
            ("Portfolio Name", "Product Name", "Card Number", "Variance", "Quantity"),
            _collectr,
        ),
        ImportFormat(
            "dragon-shield",
            "Dragon Shield",
            ("Folder Name", "Quantity", "Card Name", "Card Number", "Printing"),
            _dragon_shield,
        ),
        ImportFormat(
            "tcg-collector",
            "TCG Collector",
            ("Card name", "Card number", "Expansion", "Card variant", "Quantity"),
            _tcg_collector,
        ),
        ImportFormat(
            "tcgplayer-app",
            "TCGplayer app",
            ("Quantity", "Name", "Set", "Card Number", "Printing", "Condition"),
            _tcgplayer_app,
        ),
        ImportFormat(
            "deckbox",
            "Deckbox",
            ("Count", "Name", "Edition", "Card Number", "Condition", "Foil"),
            _deckbox,
        ),
    )


def format_of(table: TableFile, formats: Sequence[ImportFormat], chosen: str = "") -> ImportFormat:
    """Which program wrote a file, by its columns; or the one that the user chose.

    Raises:
        ImportFileError: none of them, or the chosen one needs columns that aren't there.
    """
    missing = {one.id: [c for c in one.needed if c not in table.header] for one in formats}
    for one in formats:
        if one.id == chosen or (not chosen and not missing[one.id]):
            if missing[one.id]:
                raise _lacking(table, one, missing[one.id])
            return one
    closest = min(formats, key=lambda one: len(missing[one.id]) / len(one.needed))
    if len(missing[closest.id]) * 3 <= len(closest.needed):
        raise _lacking(table, closest, missing[closest.id])
    raise ImportFileError(
        f"“{table.path.name}” isn't a file of a program that is known here. Its columns are "
        f"{', '.join(table.header[:8])}."
    )


def _lacking(table: TableFile, one: ImportFormat, columns: Sequence[str]) -> ImportFileError:
    names = ", ".join(f"“{column}”" for column in columns)
    noun = "the column" if len(columns) == 1 else "the columns"
    return ImportFileError(f"“{table.path.name}” looks like {one.title}, but lacks {noun} {names}.")
