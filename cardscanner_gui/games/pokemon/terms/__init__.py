"""The kinds of evidence that only Pokémon cards give."""
