"""What `serve run` is told is checked before anything starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardscanner_gui.cluster.application import build
from cardscanner_gui.core.errors import WorldError
from cardscanner_gui.service.keys import KEY_VARIABLE


def test_a_cluster_without_a_key_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    with pytest.raises(WorldError, match="api_key_file"):
        build({"data_dir": str(tmp_path)})


def test_a_misspelt_argument_is_named(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("a-key-of-some-length")
    with pytest.raises(WorldError, match="raeders"):
        build({"data_dir": str(tmp_path), "api_key_file": str(key), "raeders": 4})
