"""Every printing there is: its sources, the database made of them, look-ups and search."""
