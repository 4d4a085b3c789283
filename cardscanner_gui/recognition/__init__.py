"""The pipeline, frame to recognitions: the only room that knows the order of the others."""
