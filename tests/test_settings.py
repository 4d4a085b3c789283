"""Settings survive restarts, damage, and versions that know more of them."""

from __future__ import annotations

import dataclasses
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from cardscanner_gui.core.copies import Condition, CopyDefaults
from cardscanner_gui.core.errors import WorldError
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.games.pokemon.finishes import Finish
from cardscanner_gui.settings import Settings, ThemeChoice, load_settings, save_settings


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.json"


def test_without_a_file_there_are_defaults_and_no_file_appears(path: Path) -> None:
    assert load_settings(path) == Settings()
    assert not path.exists()


def test_every_choice_comes_back(path: Path) -> None:
    chosen = Settings(
        theme=ThemeChoice.DARK,
        language="ja",
        defaults=CopyDefaults(condition=Condition.PLAYED, finish=Finish.REVERSE, language="ja"),
        keep_identified=False,
        reading_mode=ReadingMode.THOROUGH,
        model="smolvlm-256m",
        models={"threads": 2, "pin": True, "lock_memory": True},
        model_offered="smolvlm-256m",
        patience=7.5,
        offline=True,
        export_folder="/home/é/カード",
        export_format="tcgplayer-app",
        live={"auto_capture": False},
        redis_url="redis://127.0.0.1:6379/1",
        open_folder="/home/é/Bilder",
        watched_folder="/home/é/inbox",
        searches={"カード": "set:PAL qty>1"},
        collection_grid=True,
        activity_figures=True,
        release_notice=True,
        release_address="https://example.org/newest.json",
        welcomed=True,
        backups=False,
        backup_folder="/home/é/保存",
        values=True,
        values_server="http://127.0.0.1:8080",
    )
    defaults = dataclasses.asdict(Settings())
    changed = {k for k, v in dataclasses.asdict(chosen).items() if v != defaults[k]}
    assert changed == set(defaults) - {"unknown"}, "a setting was added and isn't tried here"

    save_settings(path, chosen)

    assert load_settings(path) == chosen
    assert [file.name for file in path.parent.iterdir()] == ["settings.json"]


def test_what_a_newer_version_wrote_is_kept(path: Path) -> None:
    path.write_text('{"theme": "light", "camera": {"name": "Desk", "zoom": 2}}')

    save_settings(path, dataclasses.replace(load_settings(path), offline=True))

    content = json.loads(path.read_text(encoding="utf-8"))
    assert content["camera"] == {"name": "Desk", "zoom": 2}
    assert content["theme"] == "light"
    assert content["offline"] is True


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[1, 2]", b"null", b"\xff\xfe\x00", b"[" * 100_000]
)
def test_a_damaged_file_gives_defaults_and_is_kept_aside(
    path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path.write_bytes(content)

    assert load_settings(path) == Settings()

    assert path.with_name("settings.json.damaged").read_bytes() == content
    assert not path.exists()
    assert "damaged" in caplog.text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "purple"),
        ("theme", ["dark"]),
        ("default_condition", 3),
        ("default_language", "xx"),
        ("default_language", {}),
        ("offline", "yes"),
        ("offline", 1),
        ("export_folder", None),
    ],
)
def test_one_value_that_makes_no_sense_costs_only_itself(
    path: Path, name: str, value: object, caplog: pytest.LogCaptureFixture
) -> None:
    path.write_text(json.dumps({"default_finish": "reverse", name: value}))

    settings = load_settings(path)

    assert settings == Settings(defaults=CopyDefaults(finish=Finish.REVERSE))
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert name in caplog.text


def test_a_folder_in_place_of_the_file_gives_defaults_and_can_not_be_saved_to(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.mkdir()

    assert load_settings(path) == Settings()
    assert "can't be read" in caplog.text
    with pytest.raises(WorldError, match="can't be saved"):
        save_settings(path, Settings())
    assert [file.name for file in path.parent.iterdir()] == ["settings.json"]


def test_saves_at_the_same_moment_leave_one_whole_file(path: Path) -> None:
    choices = [Settings(watched_folder="x" * 1000 * n) for n in range(32)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(partial(save_settings, path), choices))

    assert load_settings(path) in choices
    assert [file.name for file in path.parent.iterdir()] == ["settings.json"]


def test_a_failed_save_leaves_the_old_settings(path: Path) -> None:
    save_settings(path, Settings(defaults=CopyDefaults(language="fr")))

    with pytest.raises(TypeError):
        save_settings(path, Settings(unknown={"x": object()}))

    assert load_settings(path).defaults.language == "fr"
