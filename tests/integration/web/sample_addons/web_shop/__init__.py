"""A small shop, for tests of the web."""
