"""Draws card-like faces and scenes with them: for training, tests and benchmarks.

Everything is drawn by code from a seed. No picture is read.
"""
