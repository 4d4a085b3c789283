"""Opening a desk's fingerprints while another run of the program adds to them."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardscanner_gui.catalogue.pictures.opening import open_index
from cardscanner_gui.catalogue.pictures.store import FingerprintStore
from cardscanner_gui.core.look import FINGERPRINT_BYTES


def test_what_comes_while_the_index_is_made_is_in_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FingerprintStore(tmp_path) as store:
        store.keep("base1-4", bytes(FINGERPRINT_BYTES))
        store.commit()
    read = FingerprintStore.fingerprints

    def read_and_lose_the_race(reader: FingerprintStore) -> list[tuple[str, bytes]]:
        pairs = read(reader)
        monkeypatch.setattr(FingerprintStore, "fingerprints", read)
        with FingerprintStore(tmp_path) as other:
            other.keep("base1-5", bytes(FINGERPRINT_BYTES))
            other.commit()
        return pairs

    with FingerprintStore(tmp_path) as store:
        store._connection.execute("PRAGMA journal_mode = WAL")
    monkeypatch.setattr(FingerprintStore, "fingerprints", read_and_lose_the_race)
    assert open_index(tmp_path) is not None
    after = open_index(tmp_path)
    assert after is not None
    assert set(after.printings) == {"base1-4", "base1-5"}
