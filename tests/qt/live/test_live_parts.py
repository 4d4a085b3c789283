"""Parts of live scanning: pace, sounds, remembered choices, words."""

from __future__ import annotations

import itertools
import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cardscanner_gui.app import _parse
from cardscanner_gui.capture.source import CameraSettings
from cardscanner_gui.core.copies import CopyDefaults
from cardscanner_gui.core.live import DeskState, SourceState
from cardscanner_gui.core.sessions import Session, SessionState
from cardscanner_gui.qt.live.pace import CardPace
from cardscanner_gui.qt.live.settings import LiveSettings
from cardscanner_gui.qt.live.sounds import RATE, Sound, Sounds, _stream, waveform
from cardscanner_gui.qt.live.words import DESK_WORDS, OUTLINE_WORDS, session_line, source_words
from cardscanner_gui.settings import Settings, load_settings, save_settings


def test_the_pace_counts_the_last_minute_and_leaves_out_breaks() -> None:
    pace = CardPace()
    assert pace.per_minute(0.0) is None
    for at in (0.0, 10.0, 40.0, 42.0, 44.0, 46.0):
        pace.note(at)
    assert pace.per_minute(46.0) == pytest.approx(30.0)
    assert pace.per_minute(103.0) is None
    pace.forget()
    assert pace.per_minute(46.0) is None


def test_sounds_are_short_and_told_apart() -> None:
    waves = {sound: waveform(sound) for sound in Sound}
    assert len(waves[Sound.CLICK]) / RATE < 0.05
    lengths = sorted(len(wave) for wave in waves.values())
    assert all(later > 2 * earlier for earlier, later in itertools.pairwise(lengths))
    for wave in waves.values():
        assert np.abs(wave).max() < 0.6 * 32767
        assert abs(int(wave[0])) < 200
        assert abs(int(wave[-1])) < 2000


def test_what_is_played_comes_out_whole_between_silences() -> None:
    from collections import deque

    queue: deque[bytes] = deque()
    stream = _stream(queue)
    next(stream)
    assert stream.send(64) == bytes(128)
    wave = bytes(range(200))
    queue.append(wave)
    out = b"".join(stream.send(64) for _ in range(3))
    assert out == wave + bytes(384 - 200)


def test_without_a_sound_device_it_is_silent_and_says_so_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import miniaudio

    def no_device(*_: object, **__: object) -> None:
        raise miniaudio.MiniaudioError("no device", -1)

    monkeypatch.setattr(miniaudio, "PlaybackDevice", no_device)
    caplog.set_level(logging.INFO)
    sounds = Sounds()
    for _ in range(3):
        sounds.open()
        sounds.play(Sound.CLICK)
    sounds.close()
    assert len([r for r in caplog.records if "silent" in r.getMessage()]) == 1


def test_choices_come_back_as_they_were_kept(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    defaults = CopyDefaults(condition="LP", finish="reverse", language="de", note="box 3")
    turned = CameraSettings(1280, 720, -6.0, 1, True)
    live = LiveSettings("1234:5678", "Desk camera", False, False, defaults, {"1234:5678": turned})
    save_settings(path, live.put_into(Settings()))
    kept = LiveSettings.of(load_settings(path))
    assert kept == live
    assert kept.device == turned
    assert replace(kept, source="other").device == CameraSettings()


def test_a_first_session_starts_with_the_programs_defaults() -> None:
    settings = replace(Settings(), defaults=CopyDefaults(language="fr"))
    assert LiveSettings.of(settings).defaults == CopyDefaults(language="fr")


@pytest.mark.parametrize(
    "live",
    [
        {"defaults": {"condition": "?"}},
        {"devices": []},
        {"devices": {"a": {"width": "wide"}}},
        {"defaults": 3},
    ],
)
def test_choices_that_make_no_sense_give_the_defaults(
    live: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    assert LiveSettings.of(replace(Settings(), live=live)) == LiveSettings()
    assert "make no sense" in caplog.text


def test_every_state_has_words() -> None:
    assert set(DESK_WORDS) == set(DeskState)
    assert set(OUTLINE_WORDS) == set(DeskState) - {DeskState.EMPTY}
    for state in set(SourceState) - {SourceState.LIVE}:
        words = source_words(state, "Desk camera")
        assert words is not None
        assert words.title
        assert words.advice.endswith((".", "…"))
    assert source_words(SourceState.LIVE, "Desk camera") is None


def test_the_session_in_one_line() -> None:
    session = Session(1, "Desk camera", 0.0, SessionState.OPEN, cards=37, identified=34, copies=40)
    assert session_line(session, 41.2) == "37 cards this session · 40 copies · 41 a minute"
    unsure = replace(session, copies=34, unsure=3)
    assert session_line(unsure, None) == "37 cards this session · 3 to review"


def test_a_camera_can_be_named_on_the_command_line() -> None:
    assert _parse(["--camera", "0"]).camera == "0"
    assert _parse([]).camera is None
