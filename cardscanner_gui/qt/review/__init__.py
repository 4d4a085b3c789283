"""The Review page: one doubtful card at a time."""
