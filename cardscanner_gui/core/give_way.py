"""Threads that may finish a little later give way to those that may not."""

from __future__ import annotations

import os
import sys
import threading

_NICER = 2
"""Two thirds of the others' share while all want the cores, and all there is otherwise."""


def give_way() -> None:
    """Let the threads of this and other programs go first when there are too few cores.

    For the calling thread and those it starts from now on, such as ONNX Runtime's. Only Linux
    weighs threads one by one; Windows favours the window in front by itself.
    """
    if sys.platform == "linux":
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + _NICER)
