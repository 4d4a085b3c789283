"""Files of other programs, and our own, as cards of the collection."""
