from __future__ import annotations

import pytest

from cardscanner_gui.core.text import file_name, fold, is_credit, normalise_number, without_credit
from cardscanner_gui.core.types import in_language


@pytest.mark.parametrize(
    ("printed", "folded"),
    [
        ("Farfetch’d", "farfetchd"),
        ("Flabébé", "flabebe"),
        ("Mr. Mime", "mrmime"),
        ("Ethan's Ho-Oh ex", "ethanshoohex"),
        ("ライチュウ", "ライチュウ"),
        ("ピカチュウ", "ピカチュウ"),
        ("Évoli", "evoli"),
        ("皮卡丘", "皮卡丘"),
        ("피카츄", "피카츄"),
        ("", ""),
        (None, ""),
    ],
)
def test_fold_keeps_letters_of_every_script(printed, folded):
    assert fold(printed) == folded


def test_fold_tells_both_nidoran_apart():
    assert fold("Nidoran♀") != fold("Nidoran♂")


def test_fold_does_not_merge_voiced_kana():
    assert fold("バ") != fold("ハ")


def test_full_width_letters_fold_like_plain_ones():
    assert fold("ＥＸ") == "ex"


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("012", "12"),
        ("TG03", "TG3"),
        ("swsh174", "SWSH174"),
        ("4", "4"),
        ("10a", "10A"),
        ("?", "?"),
        (None, ""),
    ],
)
def test_normalise_number(printed, number):
    assert normalise_number(printed) == number


@pytest.mark.parametrize("line", ["Illus. Ada Quill", "lllus. Ada Quill", "©llus, Ada Quill"])
def test_the_artist_s_name_without_the_word_before_it(line):
    assert is_credit(line)
    assert without_credit(line) == "Ada Quill"


def test_other_small_print_credits_nobody():
    assert not is_credit("Weakness")


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("/cards/new box/a.jpg", "a.jpg"),
        ("C:\\Cards\\b.jpg", "b.jpg"),
        ("album.pdf#3", "album.pdf#3"),
        ("/cards/shoebox/", "shoebox"),
        ("Desk camera", "Desk camera"),
        ("", ""),
    ],
)
def test_a_file_is_called_by_the_last_part_of_its_path(source: str, name: str) -> None:
    assert file_name(source) == name


def test_a_text_is_shown_in_the_wanted_language_else_english_else_the_first() -> None:
    texts = {"ja": "スプラウトル", "en": "Sproutle", "fr": "Pousséclair"}
    assert in_language(texts) == "Sproutle"
    assert in_language(texts, "fr") == "Pousséclair"
    assert in_language(texts, "de") == "Sproutle"
    assert in_language({"ja": "スプラウトル", "fr": "Pousséclair"}) == "スプラウトル"
    assert in_language({}) == ""


def test_of_asian_texts_the_japanese_one_stands_in() -> None:
    promo = {"id": "Kartu Promo", "th": "การ์ดโปรโม", "zh-tw": "特典卡", "ja": "プロモカード"}
    assert in_language(promo) == "プロモカード"
    assert in_language(promo, "id") == "Kartu Promo"
    assert in_language(promo, "ko") == "プロモカード"
    assert in_language({"id": "Kartu Promo"}, "ja") == "Kartu Promo"  # nothing else is known
