"""Cardscanner: names the exact printing of a trading card from a picture, offline."""

__version__ = "0.1.0"
