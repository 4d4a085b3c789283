"""Decoding in a process of its own, which may be stopped: what it opens may have been made to harm.

`pool` hands requests to `process`es, which run `child`; what goes between is in `wire`. See
docs/adr/0016-guarded-decoding.md.
"""
