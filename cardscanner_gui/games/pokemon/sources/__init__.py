"""Where Pokémon printings come from."""
