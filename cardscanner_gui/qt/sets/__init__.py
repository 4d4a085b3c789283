"""The Sets page: what is complete and what is missing."""
