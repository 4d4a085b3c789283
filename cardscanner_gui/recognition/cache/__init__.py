"""What was recognised before, in memory, in a shared Redis and in the store."""
