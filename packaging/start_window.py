"""The packaged program's window."""

import sys

from cardscanner_gui.app import main

if __name__ == "__main__":
    sys.exit(main())
