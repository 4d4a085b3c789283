"""Where the catalogue's data comes from: TCGdex, the package registry, or what the user has."""
