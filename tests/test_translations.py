"""Every text can be translated, every language is complete, and programs read English."""

from __future__ import annotations

import json
import os
import re
import string
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

import pytest

from cardscanner_gui import languages
from cardscanner_gui.core import words
from cardscanner_gui.core.words import amount, count, said, tr
from cardscanner_gui.languages import read_translation, translation_file, use_language

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = [code for code in languages.NAMES if code != "en"]


@pytest.fixture(scope="module")
def texts() -> Iterator[ModuleType]:
    sys.path.insert(0, str(ROOT / "packaging"))
    import texts

    yield texts
    sys.path.remove(str(ROOT / "packaging"))


@pytest.fixture(scope="module")
def translate(texts: ModuleType) -> ModuleType:
    import translate

    return translate


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    words.use(words.English())


def placeholders(text: str) -> list[str]:
    return sorted(
        f"{name}!{conversion}:{spec}"
        for _, name, spec, conversion in string.Formatter().parse(text)
        if name is not None
    )


def test_every_text_that_is_shown_can_be_translated(texts: ModuleType) -> None:
    assert texts.unwrapped() == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_language_is_complete(texts: ModuleType, translate: ModuleType, code: str) -> None:
    known = translate.read_ts(translate.ts_file(code))

    missing = [one for one in texts.texts() if not translate.complete(known.get(one.source))]

    assert [f"{one.place}: {one.source}" for one in missing] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_translation_takes_the_same_values(translate: ModuleType, code: str) -> None:
    for source, forms in translate.read_ts(translate.ts_file(code)).items():
        for form in forms:
            assert placeholders(form) == placeholders(source), source


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_translation_keeps_accelerators_and_filters(translate: ModuleType, code: str) -> None:
    for source, (form, *_) in translate.read_ts(translate.ts_file(code)).items():
        if re.search("&[A-Za-z]", source):
            assert re.search(r"&\w|&\{", form), source
        assert re.findall(r"\*\.\w+", form) == re.findall(r"\*\.\w+", source), source


@pytest.mark.parametrize("code", LANGUAGES)
def test_what_is_shipped_is_what_was_translated(translate: ModuleType, code: str) -> None:
    shipped = {one.source: one.forms for one in read_translation(translation_file(code))}

    assert shipped == translate.read_ts(translate.ts_file(code))


def test_plural_forms_numbers_and_values_follow_the_language() -> None:
    assert use_language("de") == "de"
    assert (count(1, "card"), count(2310, "card")) == ("1 Karte", "2.310 Karten")
    assert amount(1234.5, ",.1f") == "1.234,5"
    assert tr("{unsure:,} to review", unsure=4321) == "4.321 zu prüfen"
    assert use_language("fr") == "fr"
    assert (count(0, "card"), count(2, "card")) == ("0 carte", "2 cartes")
    assert use_language("ja") == "ja"
    assert (count(1, "card"), count(2, "card")) == ("カード1枚", "カード2枚")


def test_the_games_own_words_are_those_on_its_cards() -> None:
    printed: Mapping[str, tuple[str, ...]] = {
        "de": ("KP", "Basis", "Phase 1", "Unlicht"),
        "fr": ("PV", "De base", "Niveau 1", "Obscurité"),
        "ja": ("HP", "たね", "1進化", "悪"),
    }
    for code, expected in printed.items():
        use_language(code)
        assert tuple(map(tr, ("HP", "Basic", "Stage1", "Darkness"))) == expected


@pytest.mark.parametrize(
    ("sentence", "translated"),
    [
        ("number and name agree", "Nummer und Name stimmen überein"),
        ("a.jpg: the file is empty", "a.jpg: die Datei ist leer"),
        ("HP: read “70”, printed 60", "KP: „70“ gelesen, 60 gedruckt"),
        ("Mew 1/2: seen before, number agree – 12 ms", None),
        ("Rosa and Cheren", "Rosa and Cheren"),
        ("", ""),
    ],
)
def test_what_other_rooms_say_is_translated_where_it_is_shown(
    sentence: str, translated: str | None
) -> None:
    use_language("de")

    told = said(sentence)

    assert told == translated if translated is not None else "schon gesehen" in told


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_sentence_is_known_again_with_its_values(texts: ModuleType, code: str) -> None:
    use_language(code)
    for text in texts.texts():
        if text.context == "said" and words._own_letters(text.source) > 20:
            filled = re.sub(r"\{\w+[^}]*\}", "7", text.source)
            assert said(filled) != filled, text.source


@pytest.mark.parametrize(
    ("environment", "code"),
    [
        ({"LANG": "de_AT.UTF-8"}, "de"),
        ({"LC_ALL": "C", "LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "tlh_KX.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LANGUAGE": "fr:en"}, "fr"),
        ({}, "en"),
        ({"LANG": "de_DE", "CARDSCANNER_LANGUAGE": "ja"}, "ja"),
        ({"LANG": "../../etc"}, "en"),
    ],
)
def test_the_system_says_which_language(
    environment: dict[str, str], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE", "CARDSCANNER_LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert use_language("") == code
    assert use_language("fr") == "fr", "the settings have the last word"


@pytest.mark.parametrize("damage", [b"", b"nonsense", None, "cut"])
def test_a_damaged_file_of_texts_leaves_english(damage: object, tmp_path: Path) -> None:
    file = tmp_path / "cardscanner_de.qm"
    whole = translation_file("de").read_bytes()
    if damage is not None:
        file.write_bytes(whole[: len(whole) // 2] if damage == "cut" else bytes(damage))  # type: ignore[call-overload]

    words.use(languages.Translated("de", file))

    assert tr("Nothing found") in ("Nothing found", "Nichts gefunden")
    assert said("the file is empty")


def command(*arguments: str, language: str, data: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"CARDSCANNER_LANGUAGE": language, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-m", "cardscanner_gui.cli", "--data-dir", str(data), *arguments],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def test_the_command_line_speaks_and_programs_get_english(tmp_path: Path) -> None:
    empty = command("batch", "list", language="de", data=tmp_path)
    help_ = command("scan", "--help", language="fr", data=tmp_path)
    missing = command("scan", "--offline", "--json", "none.jpg", language="de", data=tmp_path)

    assert empty.stdout.startswith("Es gibt noch keine Stapel")
    assert "Nomme les cartes sur des images" in help_.stdout
    answer = json.loads(missing.stdout.splitlines()[0])
    assert "there is no such file" in answer["error"]


def test_the_settings_choose_for_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"language": "ja"}')

    result = command("batch", "list", language="de", data=tmp_path)

    assert "バッチはまだありません" in result.stdout


def test_the_command_line_needs_no_qt_for_a_language(tmp_path: Path) -> None:
    script = (
        "import sys; from cardscanner_gui.languages import use_language;"
        "import cardscanner_gui.cli; print(use_language('de'), 'PySide6' in sys.modules)"
    )

    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True
    )

    assert result.stdout == "de False\n"
