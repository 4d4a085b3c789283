"""The packaged program's command line."""

from cardscanner_gui.cli import main

if __name__ == "__main__":
    main()
