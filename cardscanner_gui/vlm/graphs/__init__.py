"""ONNX graphs: opening and running them, and rewriting them once at preparation."""
