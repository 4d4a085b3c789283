"""What a copy starts as, whoever asks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cardscanner_gui.core.copies import Copy, CopyDefaults, changed_alike, copy_of, starting_copy
from cardscanner_gui.core.types import Printing, Variant
from tests.store.cards import EMBERIX, SPROUTLE, entry, recognition

TOLD_NOTHING = replace(recognition(), finish=None, language=None)
GERMAN_REVERSE = CopyDefaults(finish="reverse", condition="LP", language="de", note="box 3")


def in_finishes(*finishes: str) -> Printing:
    return replace(SPROUTLE, variants=tuple(Variant(finish) for finish in finishes))


def test_what_the_picture_told_counts_more_than_the_defaults() -> None:
    told = replace(recognition(), finish="normal", language="fr")
    copy = starting_copy(SPROUTLE, told, GERMAN_REVERSE)
    wanted = Copy(finish="normal", condition="LP", language="fr", note="box 3", finish_sure=False)
    assert copy == wanted, "a picture only suggests which of several finishes it is"


def test_where_the_picture_told_nothing_the_defaults_count() -> None:
    wanted = Copy(finish="reverse", condition="LP", language="de", note="box 3", finish_sure=False)
    without_a_picture = starting_copy(SPROUTLE, None, GERMAN_REVERSE)
    assert without_a_picture == wanted, "its user knows in which language it is"
    assert starting_copy(SPROUTLE, TOLD_NOTHING, GERMAN_REVERSE) == replace(
        wanted, language_sure=False
    )


@pytest.mark.parametrize(
    ("names", "told", "sure"),
    [
        ({"en": "Sproutle", "it": "Sproutle"}, None, False),
        ({"en": "Sproutle", "it": "Sproutle"}, "it", True),
        ({"en": "Sproutle"}, None, True),
        ({"ja": "スプラウトル", "x": "?"}, None, True),
    ],
)
def test_a_language_that_nothing_tells_is_not_sure(
    names: dict[str, str], told: str | None, sure: bool
) -> None:
    printing = replace(SPROUTLE, names=names)
    seen = replace(recognition(), language=told)
    assert starting_copy(printing, seen, CopyDefaults()).language_sure is sure


@pytest.mark.parametrize(
    ("finishes", "told", "wanted", "starts"),
    [
        (("holo", "reverse"), None, "normal", "holo"),
        (("holo", "reverse"), None, "reverse", "reverse"),
        (("holo", "reverse"), "normal", "reverse", "holo"),
        (("normal", "reverse"), "reverse", "normal", "reverse"),
        ((), None, "firstEdition", "firstEdition"),
    ],
)
def test_a_finish_that_does_not_exist_gives_way_to_the_first_that_does(
    finishes: tuple[str, ...], told: str | None, wanted: str, starts: str
) -> None:
    seen = replace(recognition(), finish=told)
    copy = starting_copy(in_finishes(*finishes), seen, CopyDefaults(finish=wanted))
    assert copy.finish == starts


def test_without_a_printing_the_form_shows_what_is_wanted() -> None:
    assert starting_copy(None, TOLD_NOTHING, GERMAN_REVERSE).finish == "reverse"


def test_the_copy_of_an_entry_is_what_is_the_users_own() -> None:
    own = Copy(quantity=2, finish="holo", condition="PO", language="ja", note="signed")
    kept = entry(EMBERIX, quantity=2, finish="holo", condition="PO", language="ja", note="signed")
    assert copy_of(kept) == own


@pytest.mark.parametrize(
    ("names", "region", "read", "default", "language"),
    [
        ({"en": "Sproutle"}, "international", "fr", "en", "fr"),
        ({"en": "Sproutle"}, "international", None, "de", "de"),  # the catalogue may lack it
        ({"en": "Sproutle"}, "international", "ja", "de", "de"),  # read of another candidate
        ({"ja": "スプラウトル", "zh-tw": "新芽"}, "asia", "zh-tw", "en", "zh-tw"),
        ({"ja": "スプラウトル", "zh-tw": "新芽"}, "asia", None, "en", "ja"),
        ({"zh-tw": "新芽"}, "asia", "fr", "en", "zh-tw"),
        ({"ja": "スプラウトル"}, "asia", None, "ko", "ko"),
    ],
)
def test_the_language_is_one_that_the_printing_may_be_of(
    names: dict[str, str], region: str, read: str | None, default: str, language: str
) -> None:
    printing = replace(SPROUTLE, names=names, region=region)
    told = replace(recognition(), language=read)
    assert starting_copy(printing, told, CopyDefaults(language=default)).language == language


def test_what_the_user_changed_on_one_copy_is_changed_on_another_and_nothing_else() -> None:
    before = Copy(finish="normal", condition="NM", language="en")
    after = replace(before, condition="LP", quantity=2)
    other = Copy(finish="holo", condition="NM", language="it", note="mine")
    assert changed_alike(other, before, after) == replace(other, condition="LP", quantity=2)
