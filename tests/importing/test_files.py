"""Files as they come: encodings, delimiters, quotes, columns, and what waits for the user."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cardscanner_gui.core.collection import EntryQuery
from cardscanner_gui.core.copies import CopyDefaults
from cardscanner_gui.core.errors import ImportFileError
from cardscanner_gui.games import ALL as GAMES
from cardscanner_gui.importing.importer import Importer
from cardscanner_gui.store import Collection, Database, ScanLog

HEADER = "Quantity,Name,Simple Name,Set,Card Number,Set Code,Printing,Condition,Language,Product ID"
CARD = "2,Leafkita,Leafkita,Meadow Tales,001/193,MDT,Normal,Near Mint,English,1010"


def written(folder: Path, *rows: str, encoding: str = "utf-8", header: str = HEADER) -> Path:
    path = folder / "cards.csv"
    path.write_bytes("\r\n".join((header, *rows, "")).encode(encoding))
    return path


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters(
    encoding: str, delimiter: str, importer: Importer, tmp_path: Path
) -> None:
    rows = [text.replace(",", delimiter) for text in (HEADER, CARD.replace("Leafkita", "Léafkita"))]
    preview = importer.preview(written(tmp_path, rows[1], encoding=encoding, header=rows[0]))
    assert (preview.cards, preview.copies, preview.waiting) == (1, 2, 0)


def test_umlauts_of_windows_are_read(
    importer: Importer, collection: Collection, tmp_path: Path
) -> None:
    path = tmp_path / "cards.csv"
    header = "Portfolio Name,Category,Set,Product Name,Card Number,Variance,Card Condition,Quantity"
    row = "Größe – 2 €,Pokemon,Meadow Tales,Leafkita,001/193,Normal,Near Mint,1"
    path.write_bytes(f"{header}\n{row}\n".encode("cp1252"))
    importer.run(importer.preview(path))
    (entry,) = collection.entries(EntryQuery())
    assert entry.folder == "Größe – 2 €"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"  \r\n", "is empty"),
        (b"PK\x03\x04rest", "packed file, perhaps a spreadsheet"),
        (b"%PDF-1.7", "PDF"),
        (b"SQLite format 3\0", "database"),
        (b"\x01\x02\0\0\x03", "no text|no columns"),
        (b"just a letter\nto somebody\n", "no columns"),
        (b"a,b,c\n1,2,3\n", "isn't a file of a program that is known"),
        (b"Quantity,Name,Name,Set\n", "the column “Name” twice"),
        (b"Quantity,,,Set,x\n", "a column without a name twice"),
        (
            b"Quantity,Name,Simple Name,Set,Printing,Condition\n1,a,a,b,c,d\n",
            "looks like TCGplayer app, but lacks the column “Card Number”",
        ),
        (HEADER.encode() + b'\n2,"Leafkita,never closed\n' + b"x" * (1 << 21), "quote missing"),
    ],
)
def test_what_is_no_table_is_one_clear_line(
    content: bytes, words: str, importer: Importer, tmp_path: Path
) -> None:
    path = tmp_path / "cards.csv"
    path.write_bytes(content)
    with pytest.raises(ImportFileError, match=words) as caught:
        importer.preview(path)
    assert "\n" not in str(caught.value)
    assert "cards.csv" in str(caught.value)


def test_a_chosen_format_says_what_it_lacks(importer: Importer, tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match=r"Deckbox, but lacks the columns “Count”"):
        importer.preview(written(tmp_path, CARD), "deckbox")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("many,Leafkita,,Meadow Tales,001/193,,Normal,Near Mint,English,", "no number of copies"),
        ("1.5,Leafkita,,Meadow Tales,001/193,,Normal,Near Mint,English,", "no number of copies"),
        ("3,Leafkita,,Meadow Tales,001/193,,Normal,Chewed,English,", "condition “Chewed”"),
        ("3,Leafkita,,Meadow Tales,001/193,,Normal,Near Mint,Klingon,", "language “Klingon”"),
        ("3,Leafkitb,,Meadow Tales,001/193,,Normal,Near Mint,English,", "the name|the number"),
        ("3,Nobody,,Nowhere,999,,Normal,Near Mint,English,", "no card of the catalogue"),
        ("3,Leafkita,,,,,Normal,Near Mint,English,", "too little"),
        ("3,Leafkita,,Meadow Tales,001/193,,Normal,Near Mint,English,,x,y", "2 cells more"),
        ("3,Leafkita,,Other Set,001,,Normal,Near Mint,English,", "in another set"),
        ("3,Leafkitb,,Meadow Tales,002/193,,Normal,Near Mint,English,1010", "the name|number"),
    ],
)
def test_what_is_not_sure_waits_with_all_it_says(
    row: str, reason: str, importer: Importer, database: Database, tmp_path: Path
) -> None:
    path = written(tmp_path, row)
    preview = importer.preview(path)
    assert (preview.cards, preview.waiting) == (0, 1)
    importer.run(preview)
    (scan,) = ScanLog(database).pending()
    assert scan.wanted is not None
    if row.startswith("3"):
        assert scan.wanted.quantity == 3
    assert "cards.csv, line 2" in scan.source
    assert re.search(reason, scan.reason)


def test_a_waiting_row_is_kept_with_its_quantity_and_condition(
    importer: Importer, database: Database, collection: Collection, tmp_path: Path
) -> None:
    row = "3,Leafkita,,,,,Reverse Holofoil,Lightly Played,German,"
    importer.run(importer.preview(written(tmp_path, row)))
    scans = ScanLog(database)
    (scan,) = scans.pending()
    printing = scan.candidates[0][0]
    scans.accept(scan.id, printing, scan.starting_copy(printing, CopyDefaults()))
    (entry,) = collection.entries(EntryQuery())
    assert (entry.quantity, entry.finish, entry.condition) == (3, "reverse", "EX")
    assert entry.language == "de"


def test_cards_and_waiting_rows_are_taken_back_together(
    importer: Importer, database: Database, collection: Collection, tmp_path: Path
) -> None:
    change = importer.run(importer.preview(written(tmp_path, CARD, "1,Nobody,,,999,,Normal,,,")))
    assert change.label == "Import 2 rows of “cards.csv”"
    assert (collection.count(EntryQuery()), ScanLog(database).pending_count()) == (1, 1)
    collection.undo()
    assert (collection.count(EntryQuery()), ScanLog(database).pending_count()) == (0, 0)


def test_rows_without_copies_and_blank_lines_are_counted(
    importer: Importer, tmp_path: Path
) -> None:
    preview = importer.preview(written(tmp_path, CARD, "", " , ,", CARD.replace("2,", "0,", 1)))
    assert (preview.cards, preview.waiting, preview.none) == (1, 0, 1)
    assert preview.doubtful[0].reason == "it says that there is no copy"


def test_the_same_file_again_is_noticed_until_it_is_taken_back(
    importer: Importer, collection: Collection, tmp_path: Path
) -> None:
    path = written(tmp_path, CARD)
    assert importer.preview(path).before is None
    importer.run(importer.preview(path))
    before = importer.preview(path).before
    assert before is not None
    assert before.kept == 1
    collection.undo()
    assert importer.preview(path).before is None


def test_a_file_that_changes_after_its_preview_is_not_imported(
    importer: Importer, collection: Collection, tmp_path: Path
) -> None:
    path = written(tmp_path, CARD)
    preview = importer.preview(path)
    written(tmp_path, CARD, CARD)
    with pytest.raises(ImportFileError, match="changed meanwhile"):
        importer.run(preview)
    assert collection.count(EntryQuery()) == 0


def test_without_a_catalogue_every_row_waits(database: Database, tmp_path: Path) -> None:
    bare = Importer({}, GAMES, database)
    preview = bare.preview(written(tmp_path, CARD))
    assert preview.waiting == 1
    assert preview.doubtful[0].reason == "there is no card catalogue yet"
