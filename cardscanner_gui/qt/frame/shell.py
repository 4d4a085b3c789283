"""The window's frame as a page sees it."""

from __future__ import annotations

from dataclasses import dataclass

from cardscanner_gui.qt.frame.actions import Actions
from cardscanner_gui.qt.frame.notice import Notice
from cardscanner_gui.qt.frame.pages import PageStack
from cardscanner_gui.qt.style.icons import IconSet


@dataclass(frozen=True)
class Shell:
    """Handed to every page, which connects itself.

    Attributes:
        actions: those of the menus.
        notice: a line over the page, for what just happened.
        pages: which page is shown, and what an action does there.
    """

    icons: IconSet
    actions: Actions
    notice: Notice
    pages: PageStack
