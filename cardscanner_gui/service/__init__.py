"""The same engine behind HTTP; needs the extra `service`."""
