"""What works for the pages on threads of its own."""
