"""The Scan page: pictures in, answers out."""
