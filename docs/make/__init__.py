"""Draws the documents' pictures: plots, the diagram of the rooms, screenshots.

`python3 build_app.py docs` draws all of them, `… docs plots` those alone. Nothing here is shipped.
"""
