"""What cards are worth: asked for on the network, only where the user wants that."""
