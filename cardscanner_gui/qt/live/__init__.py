"""Live scanning on the Scan page."""
