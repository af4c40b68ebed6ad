"""Broken on purpose: the range of the core is no range."""
