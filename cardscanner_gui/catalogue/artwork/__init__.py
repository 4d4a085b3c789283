"""What printings look like: fingerprints of their pictures, and which of them a card resembles."""
