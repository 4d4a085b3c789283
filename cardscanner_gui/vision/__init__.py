"""From a picture to upright cards: find them, cut them out, judge them."""
