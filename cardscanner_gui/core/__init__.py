"""Plain types, events, errors, cancellation, scheduler: standard library and numpy only."""
