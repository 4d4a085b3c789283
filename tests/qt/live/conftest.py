from __future__ import annotations

import pytest

from tests.qt.conftest import Harness
from tests.qt.live.live_table import LiveTable, make_table


@pytest.fixture
def table(harness: Harness) -> LiveTable:
    return make_table(harness)
