"""Small pictures of printings, fetched by consent, of which the fingerprints are kept."""
