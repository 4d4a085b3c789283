"""The commands of `cardscanner`, one file each; `cli.py` puts them together."""
