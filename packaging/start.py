"""Where the packaged programs start: by its name each knows which of them it is.

They are one file where a file may have two names, which saves all Python code once more.
"""

import sys
from pathlib import Path

from cardscanner_gui.capture.decoder.start import START_ARGUMENT


def main() -> int | None:
    """The window, the command line, or the process that decodes what may do harm."""
    if Path(sys.executable).stem == "cardscanner-gui":
        from cardscanner_gui.app import main as window

        return window()
    if sys.argv[1:2] == [START_ARGUMENT]:
        from cardscanner_gui.capture.decoder.child import main as decode

        return decode(int(sys.argv[2]))
    from cardscanner_gui.cli import main as command_line

    return command_line()


if __name__ == "__main__":
    sys.exit(main())
