"""The packaged program's command line, and the process that decodes what may do harm."""

import sys

from cardscanner_gui.capture.decoder.start import START_ARGUMENT

if __name__ == "__main__":
    if sys.argv[1:2] == [START_ARGUMENT]:
        from cardscanner_gui.capture.decoder.child import main as decode

        decode(int(sys.argv[2]))
    else:
        from cardscanner_gui.cli import main

        main()
