"""Statistics over sample addons, on both databases."""
