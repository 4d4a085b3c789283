"""What a person types to find entries: read here, and made SQL with parameters."""
