"""What can go wrong with a model, in words for the user."""

from __future__ import annotations

from cardscanner_gui.core.errors import WorldError


class ModelError(WorldError):
    """A model is missing, damaged, the wrong one, too large for this machine, or fails to run."""
