"""The same engine on several machines: Ray starts, watches and feeds readers (extra `cluster`).

Nothing outside this room imports Ray, and this room imports it only inside functions: whoever has
one machine never loads it.
"""
