"""Models of the sample addon."""
