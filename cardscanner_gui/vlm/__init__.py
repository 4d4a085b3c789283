"""SmolVLM on ONNX Runtime: download, preparation, tiles, prompt, decoder, drafting.

Everything here works on folder paths and core types. One thread owns an engine and its sessions.
"""
