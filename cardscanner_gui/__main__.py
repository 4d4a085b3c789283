"""`python -m cardscanner_gui`: the command, where its folder isn't in the path."""

from cardscanner_gui.cli import main

if __name__ == "__main__":
    main()
