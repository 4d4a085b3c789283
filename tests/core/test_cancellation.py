from __future__ import annotations

import pytest

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CancelledError


def test_check_raises_only_after_cancel():
    token = CancelToken()
    token.check()
    token.cancel()
    with pytest.raises(CancelledError):
        token.check()


def test_callbacks_run_once_and_late_ones_at_once():
    token = CancelToken()
    calls = []
    token.on_cancel(lambda: calls.append("early"))
    token.cancel()
    token.cancel()
    token.on_cancel(lambda: calls.append("late"))
    assert calls == ["early", "late"]


def test_wait_ends_as_soon_as_cancelled():
    token = CancelToken()
    assert not token.wait(0)
    token.cancel()
    assert token.wait(60)
