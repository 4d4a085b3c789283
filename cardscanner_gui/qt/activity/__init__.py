"""The Activity page: figures, batches, the log."""
