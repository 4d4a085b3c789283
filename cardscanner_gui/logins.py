"""The logins of network cameras: in the system's keyring, or in memory where there is none."""

from __future__ import annotations

import logging
import threading

from cardscanner_gui.core.addresses import hide_secrets, lacks_secret

log = logging.getLogger(__name__)

_SERVICE = "cardscanner"


class Logins:
    """Gives addresses without their secrets, and the whole ones back. Safe from any thread.

    A keyring may ask the user to unlock it: `store` and `complete` belong off the GUI thread.
    """

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._lock = threading.Lock()

    def note(self, address: str) -> str:
        """Remember a whole address until the program ends; the same without its secrets."""
        shown = hide_secrets(address)
        if shown != address:
            with self._lock:
                self._known[shown] = address
        return shown

    def store(self, shown: str) -> bool:
        """Keep what was noted in the keyring; False where there is none, or nothing was noted."""
        with self._lock:
            address = self._known.get(shown)
        if address is None:
            return False
        import keyring  # takes a while to find its backend

        try:
            keyring.set_password(_SERVICE, shown, address)
        except Exception as error:  # each system's backend raises errors of its own
            log.info("No keyring keeps the login of %s (%s).", shown, type(error).__name__)
            return False
        return True

    def complete(self, shown: str) -> str | None:
        """The whole address; None where it had secrets that nobody knows any more."""
        if not lacks_secret(shown):
            return shown
        with self._lock:
            address = self._known.get(shown)
        if address is not None:
            return address
        import keyring

        try:
            address = keyring.get_password(_SERVICE, shown)
        except Exception as error:
            log.info("No keyring has the login of %s (%s).", shown, type(error).__name__)
            return None
        if address is not None:
            self.note(address)
        return address
