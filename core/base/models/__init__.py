"""Models of the built-in addon, one business concept per file."""
