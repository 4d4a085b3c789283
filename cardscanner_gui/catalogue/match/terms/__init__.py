"""The kinds of evidence, each by itself."""
