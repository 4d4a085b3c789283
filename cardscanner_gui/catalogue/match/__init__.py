"""From a reading to a printing: evidence in points, a margin, and a rule that never guesses."""
