"""Live scanning: which card lies under the camera, once for each time it is laid down."""
