"""Models of SmolVLM's architecture and file layout that we make ourselves, random or trained."""
