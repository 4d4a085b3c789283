"""The tables of a game's catalogue. It is built once, in one go, and never changed after."""

from __future__ import annotations

SCHEMA_VERSION = 3
"""Raised with every change of a table or of what is written into it; older files are rebuilt."""

APPLICATION_ID = 0x43534341  # "CSCA" in the file's header: a database of ours, and a catalogue

LIST_SEPARATOR = "\n"
"""Between the entries of a list kept in one text column: much quicker to split than JSON."""
INNER_SEPARATOR = "\t"
"""Between the entries of a list inside such a list."""

TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE card_set (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    names TEXT NOT NULL,          -- JSON, by language
    folded TEXT NOT NULL,         -- list of folded names
    region TEXT NOT NULL,
    series TEXT,
    codes TEXT NOT NULL,          -- list, the printed one first
    printed_total INTEGER,
    released TEXT,
    years TEXT NOT NULL,          -- list
    promo INTEGER NOT NULL,
    asset_path TEXT
);
CREATE TABLE set_code (
    code TEXT, card_set INTEGER, PRIMARY KEY (code, card_set)
) WITHOUT ROWID;

-- What `core.types.Printing` holds.
CREATE TABLE printing (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    card_set INTEGER NOT NULL REFERENCES card_set (key),
    number TEXT NOT NULL,
    printed_total INTEGER,
    names TEXT NOT NULL,          -- JSON, by language
    rarity TEXT,
    illustrator TEXT,
    variants TEXT NOT NULL,       -- JSON
    facts TEXT NOT NULL           -- JSON: what only this game's cards have
);

-- The same printing as the matcher wants it: folded, flat, all in one place, quick to read by the
-- hundred.
CREATE TABLE match_row (
    key INTEGER PRIMARY KEY REFERENCES printing (key),
    id TEXT NOT NULL,
    card_set INTEGER NOT NULL REFERENCES card_set (key),
    names TEXT NOT NULL,          -- list
    number_forms TEXT NOT NULL,   -- list
    number_norm TEXT NOT NULL,
    phrases TEXT NOT NULL,        -- list of lists: one phrase in all its languages
    artist TEXT NOT NULL,
    languages TEXT NOT NULL,      -- list
    facts TEXT NOT NULL           -- JSON: what the game's own terms compare
);

CREATE TABLE number_form (
    form TEXT, printing INTEGER, PRIMARY KEY (form, printing)
) WITHOUT ROWID;

CREATE TABLE name (key INTEGER PRIMARY KEY, folded TEXT NOT NULL UNIQUE);
CREATE TABLE name_printing (
    name INTEGER, printing INTEGER, PRIMARY KEY (name, printing)
) WITHOUT ROWID;
CREATE TABLE phrase (key INTEGER PRIMARY KEY, folded TEXT NOT NULL UNIQUE);
CREATE TABLE phrase_printing (
    phrase INTEGER, printing INTEGER, PRIMARY KEY (phrase, printing)
) WITHOUT ROWID;
"""

FINISH = """
CREATE INDEX printing_of_set ON printing (card_set, number);
CREATE INDEX row_of_number ON match_row (number_norm);
ANALYZE;
"""
