"""Tests of finding, cutting out and judging cards."""
