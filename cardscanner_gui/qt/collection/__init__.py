"""The Collection page and the export."""
