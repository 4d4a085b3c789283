"""Drawing scenes of cards and training the finder's networks on them; not part of the program."""
